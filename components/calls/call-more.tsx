"use client";

import { Card, CardContent, CardHeader, CardTitle } from "@/components/ui/card";
import type { CallView, Presence } from "@/lib/contract/call-view";
import { CallNotes } from "./call-notes";
import { CallPeople } from "./call-people";
import { CallTimeline, interventions } from "./call-timeline";

/** Below the suggestions: interventions, notes, who is here. */
export function CallMore({
  view,
  viewers,
  userId,
  disabled,
  onAddNote,
}: {
  view: CallView;
  viewers: Presence[];
  userId: string;
  disabled: boolean;
  onAddNote: (text: string) => Promise<boolean>;
}) {
  return (
    <>
      <Card>
        <CardHeader>
          <CardTitle>Interventions</CardTitle>
        </CardHeader>
        <CardContent className="max-h-56 overflow-y-auto">
          <CallTimeline lines={interventions(view)} audioStartedAt={view.audioStartedAt} />
        </CardContent>
      </Card>
      <Card>
        <CardHeader>
          <CardTitle>Notes</CardTitle>
        </CardHeader>
        <CardContent>
          <CallNotes notes={view.notes} audioStartedAt={view.audioStartedAt} disabled={disabled} onAdd={onAddNote} />
        </CardContent>
      </Card>
      <Card>
        <CardHeader>
          <CardTitle>Who is here</CardTitle>
        </CardHeader>
        <CardContent>
          <CallPeople viewers={viewers} userId={userId} mode={view.mode} />
        </CardContent>
      </Card>
    </>
  );
}
