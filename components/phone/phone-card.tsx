"use client";

import { Phone } from "lucide-react";
import type { ReactNode } from "react";
import { Badge } from "@/components/ui/badge";
import { Card, CardContent, CardHeader, CardTitle } from "@/components/ui/card";

/** The frame of both phones: what it is, and whose. */
export function PhoneCard({ title, badge, children }: { title: string; badge?: ReactNode; children: ReactNode }) {
  return (
    <Card className="w-full max-w-md self-start">
      <CardHeader>
        <CardTitle className="flex items-center gap-2">
          <Phone className="size-4 text-muted-foreground" aria-hidden /> {title}
        </CardTitle>
        <div className="flex flex-wrap gap-1.5">
          {badge}
          <Badge variant="outline">Built-in switch softphone</Badge>
        </div>
      </CardHeader>
      <CardContent className="grid gap-4">{children}</CardContent>
    </Card>
  );
}
