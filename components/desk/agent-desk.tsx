"use client";

import { CircleAlert, Headset } from "lucide-react";
import { DeskActions } from "@/components/desk/desk-actions";
import { DeskCall } from "@/components/desk/desk-call";
import { DeskWhispers } from "@/components/desk/desk-whispers";
import { useDeskCommands } from "@/components/desk/use-desk-commands";
import { EmptyState } from "@/components/layout/empty-state";
import { useOld } from "@/components/realtime/use-old";
import { Card, CardContent, CardHeader, CardTitle } from "@/components/ui/card";
import { Skeleton } from "@/components/ui/skeleton";
import { isLive } from "@/lib/contract/call";
import type { DeskView } from "@/lib/contract/desk";
import { useDesk } from "@/lib/realtime/client";

/** The agent's own call with what a supervisor, or the team's policy, has approved to be said to them. */
export function AgentDesk() {
  const { state, call, error } = useDesk();
  if (call) return <CallDesk key={call.callId} call={call} />;
  if (state === "loading") return <Skeleton aria-label="Your desk is loading" className="h-64" />;
  return (
    <Card>
      {error ? (
        <EmptyState icon={CircleAlert} title="Your desk could not be loaded">
          {error.message}
        </EmptyState>
      ) : (
        <EmptyState icon={Headset} title="No call at the moment">
          Your next call appears here by itself, with what your supervisors say to you.
        </EmptyState>
      )}
    </Card>
  );
}

function CallDesk({ call }: { call: DeskView }) {
  const commands = useDeskCommands(call.callId);
  const isOld = useOld();
  // Whoever presses a button must know what it does now.
  const isOver = !isLive(call.state);
  return (
    <div className="grid gap-4">
      <DeskCall call={call} />
      <Card role="region" aria-labelledby="coaching">
        <CardHeader>
          <CardTitle id="coaching">Coaching</CardTitle>
          {isOld && <p className="font-medium text-barge text-xs">Old: what you see may have changed.</p>}
        </CardHeader>
        <CardContent className="grid gap-4">
          <DeskWhispers call={call} commands={commands} isIdle={isOld || isOver} />
        </CardContent>
      </Card>
      {!isOver && <DeskActions call={call} commands={commands} isIdle={isOld} />}
    </div>
  );
}
