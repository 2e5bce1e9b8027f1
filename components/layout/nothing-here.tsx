import { SearchX } from "lucide-react";
import Link from "next/link";
import type { ReactNode } from "react";
import { EmptyState } from "@/components/layout/empty-state";
import { Button } from "@/components/ui/button";

/** In place of a page that there is not, or not for this viewer; `children` say why that may be, `onward` where one can go. */
export function NothingHere({
  onward,
  children,
}: {
  onward: { href: "/live" | "/history"; label: string };
  children: ReactNode;
}) {
  return (
    <EmptyState
      icon={SearchX}
      title="There is nothing at this address"
      action={
        <Button asChild>
          <Link href={onward.href}>{onward.label}</Link>
        </Button>
      }
    >
      {children}
    </EmptyState>
  );
}
