"use client";

import { PhoneOff, UserX } from "lucide-react";
import { AgentDesk } from "@/components/desk/agent-desk";
import { DeskFrame } from "@/components/desk/desk-frame";
import { EmptyState } from "@/components/layout/empty-state";
import { AgentPhone } from "@/components/phone/agent-phone";
import { Card } from "@/components/ui/card";
import type { DeskAgent } from "@/lib/agents/types";
import type { Viewer } from "@/lib/auth/types";
import { BUILT_IN_SWITCH } from "@/lib/contract/gateway-status";
import { useConnection } from "@/lib/realtime/client";

/** An agent's page: left the telephone, right what is coached. */
export function DeskPage({ user, agent }: { user: Pick<Viewer, "name" | "email" | "role">; agent: DeskAgent | null }) {
  return (
    <DeskFrame user={user} extension={agent?.extension ?? null}>
      {agent ? (
        <div className="grid items-start gap-4 lg:grid-cols-[22rem_minmax(0,1fr)]">
          <DeskPhone agent={agent} />
          <AgentDesk />
        </div>
      ) : (
        <EmptyState icon={UserX} title="You have no desk at the moment">
          The agent that you are was deactivated or removed. Ask an Earshot admin to choose one for you under Users.
        </EmptyState>
      )}
    </DeskFrame>
  );
}

/** The softphone belongs to the built-in switch; with another telephone system agents have telephones of their own. */
function DeskPhone({ agent }: { agent: DeskAgent }) {
  const { gateways } = useConnection();
  if (gateways.length === 0) return <Card aria-hidden className="h-24 animate-pulse bg-muted" />;
  if (gateways.some(({ name }) => name === BUILT_IN_SWITCH))
    return <AgentPhone extension={agent.extension} name={agent.name} />;
  return (
    <Card className="flex-row items-center gap-3 p-4 text-13 text-muted-foreground">
      <PhoneOff className="size-4 shrink-0" aria-hidden />
      <p>
        The built-in switch is not in use, so there is no softphone here. Your calls come to your own telephone at
        extension {agent.extension}.
      </p>
    </Card>
  );
}
