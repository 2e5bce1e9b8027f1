"use client";

import { GraduationCap, Play, TriangleAlert } from "lucide-react";
import { useRouter } from "next/navigation";
import { useState, useTransition } from "react";
import { count } from "@/components/calls/format";
import { EmptyState } from "@/components/layout/empty-state";
import { PageBody } from "@/components/layout/page-body";
import { PageHeader } from "@/components/layout/page-header";
import { useRowAction } from "@/components/settings/use-row-action";
import { Button } from "@/components/ui/button";
import { Card, CardContent, CardFooter, CardHeader, CardTitle } from "@/components/ui/card";
import type { CommandResult } from "@/lib/contract/command-result";
import { startRehearsal } from "@/lib/rehearsal/actions";
import type { RehearsalRow } from "@/lib/rehearsal/data";
import type { ScenarioChoice } from "@/lib/rehearsal/schema";
import { RehearsalHistory } from "./rehearsal-history";

type Given = { scenarios: CommandResult<ScenarioChoice[] | null>; rows: RehearsalRow[] };

/** Simulated calls to practise on, and how the last ones went. `scenarios.data` null: there is no built-in switch. */
export function RehearsalList({ scenarios, rows }: Given) {
  const canStart = scenarios.ok && scenarios.data !== null && scenarios.data.length > 0;
  return (
    <PageBody>
      <PageHeader title="Rehearsal" description="Supervise a simulated call, and see what you caught" />
      {!scenarios.ok ? (
        <NotKnown message={scenarios.message} />
      ) : scenarios.data === null ? (
        <EmptyState icon={GraduationCap} title="Nothing to rehearse here" className="rounded-lg border border-dashed">
          Rehearsals are calls of the built-in switch. This installation is connected to a real telephone system only.
        </EmptyState>
      ) : scenarios.data.length === 0 ? (
        <EmptyState icon={GraduationCap} title="No scenario for your teams" className="rounded-lg border border-dashed">
          A scenario calls one agent, and none of them is in a team of yours. An admin can change that in the settings.
        </EmptyState>
      ) : (
        <Scenarios scenarios={scenarios.data} rows={rows} />
      )}
      {(canStart || rows.length > 0) && <RehearsalHistory rows={rows} />}
    </PageBody>
  );
}

/** The scenarios could not be had; what was rehearsed before can. */
function NotKnown({ message }: { message: string }) {
  const router = useRouter();
  const [pending, startTransition] = useTransition();
  return (
    <EmptyState
      icon={TriangleAlert}
      title="The scenarios could not be loaded"
      className="rounded-lg border border-dashed"
      action={
        <Button variant="outline" disabled={pending} onClick={() => startTransition(() => router.refresh())}>
          {pending ? "Trying again …" : "Try again"}
        </Button>
      }
    >
      <span role="alert">{message}</span>
    </EmptyState>
  );
}

function Scenarios({ scenarios, rows }: { scenarios: ScenarioChoice[]; rows: RehearsalRow[] }) {
  const router = useRouter();
  const { pending, run } = useRowAction();
  const [starting, setStarting] = useState<string | null>(null);
  const start = (scenarioId: string) => {
    setStarting(scenarioId);
    run({
      action: () => startRehearsal({ scenarioId }),
      onDone: ({ rehearsalId }) => router.push(`/rehearsal/${rehearsalId}`),
    });
  };
  return (
    <ul aria-label="Scenarios" className="grid gap-3 sm:grid-cols-2 xl:grid-cols-4">
      {scenarios.map((scenario) => {
        const isStarting = pending && starting === scenario.scenarioId;
        const own = rows.filter((row) => row.isOwn && row.scenarioId === scenario.scenarioId && row.score !== null);
        const best = own.reduce<number | null>((top, { score }) => Math.max(top ?? 0, score ?? 0), null);
        return (
          <li key={scenario.scenarioId}>
            <Card className="h-full">
              <CardHeader>
                <CardTitle>{scenario.title}</CardTitle>
              </CardHeader>
              <CardContent className="flex-1 text-13 text-muted-foreground text-pretty">
                {count(scenario.moments, "moment")} to catch · {scenario.agentName} is called
              </CardContent>
              <CardFooter className="justify-between">
                <span className="text-muted-foreground text-xs tabular-nums">
                  {best === null ? "not tried yet" : `best ${best} of 100`}
                </span>
                <Button size="sm" disabled={pending} onClick={() => start(scenario.scenarioId)}>
                  <Play aria-hidden />
                  {isStarting ? "Waiting for the agent …" : "Start"}
                  <span className="sr-only">: {scenario.title}</span>
                </Button>
              </CardFooter>
            </Card>
          </li>
        );
      })}
    </ul>
  );
}
