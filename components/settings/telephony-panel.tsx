"use client";

import { PlugZap } from "lucide-react";
import { EmptyState } from "@/components/layout/empty-state";
import { GatewayList } from "@/components/realtime/gateway-list";
import { gatewaySummary } from "@/components/realtime/gateway-words";
import { Card, CardContent, CardDescription, CardHeader, CardTitle } from "@/components/ui/card";
import { useConnection } from "@/lib/realtime/client";

/** Every telephone connection as it is this moment, and what to do about one that is away. */
export function TelephonyPanel() {
  const { gateways } = useConnection();
  const { text } = gatewaySummary(gateways);
  return (
    <Card>
      <CardHeader>
        <CardTitle>Telephone systems</CardTitle>
        {gateways.length > 0 && <p className="text-13 text-muted-foreground first-letter:uppercase">{text}</p>}
        <CardDescription>
          Where calls come from. One that is away is tried again by itself, and the others go on meanwhile. They are
          configured in the server's environment (.env.example lists the variables); a change needs a restart.
        </CardDescription>
      </CardHeader>
      <CardContent className="pt-2">
        {gateways.length > 0 ? (
          <GatewayList gateways={gateways} advice />
        ) : (
          <EmptyState icon={PlugZap} title="Waiting for the server">
            The states come over the live connection, which is not up yet.
          </EmptyState>
        )}
      </CardContent>
    </Card>
  );
}
