"use client";

import { useRouter } from "next/navigation";
import { useRef, useState } from "react";
import { CallAlerts } from "@/components/analysis/call-alerts";
import { useLastLooked } from "@/components/analysis/last-looked";
import { Transcript, type TranscriptTarget } from "@/components/analysis/transcript";
import { SuggestionQueue } from "@/components/coaching/suggestion-queue";
import { useSuggestionActions } from "@/components/coaching/use-suggestion-actions";
import { canHear } from "@/components/headset/can-hear";
import { FloorRequest } from "@/components/headset/floor-request";
import { ListenBar } from "@/components/headset/listen-bar";
import { SpeakControl } from "@/components/headset/speak-control";
import { useShortcuts } from "@/components/layout/use-shortcuts";
import { useOld } from "@/components/realtime/use-old";
import { Card } from "@/components/ui/card";
import { cn } from "@/components/ui/cn";
import { hasModes, isLive, type Mode } from "@/lib/contract/call";
import type { CallView, Presence } from "@/lib/contract/call-view";
import type { CallId } from "@/lib/contract/ids";
import { useCallView } from "@/lib/realtime/client";
import { CallExit } from "./call-exit";
import { CallHeader } from "./call-header";
import { CallInsight } from "./call-insight";
import { CallMore } from "./call-more";
import { CallNotices } from "./call-notices";
import { CallNotFound, CallSkeleton } from "./call-states";
import { BargeDialog, ModeLadder } from "./mode-ladder";
import { OtherPartyProvider } from "./other-party";
import { useCallCommands } from "./use-call-commands";

/** One live call: hear what is said, see how it goes, decide what is whispered. */
export function LiveCall({ callId, userId }: { callId: CallId; userId: string }) {
  const { state, view, viewers, error } = useCallView(callId);
  if (view)
    return (
      <OtherPartyProvider direction={view.info.direction}>
        <Call view={view} viewers={viewers} userId={userId} />
      </OtherPartyProvider>
    );
  if (state === "loading") return <CallSkeleton />;
  return <CallNotFound callId={callId} message={state === "error" ? (error?.message ?? null) : null} />;
}

function Call({ view, viewers, userId }: { view: CallView; viewers: Presence[]; userId: string }) {
  const { callId } = view.info;
  const router = useRouter();
  const old = useOld();
  const searchRef = useRef<HTMLInputElement>(null);
  const commands = useCallCommands(callId);
  const actions = useSuggestionActions();
  const [target, setTarget] = useState<TranscriptTarget | null>(null);
  const newestMs = view.utterances.findLast((utterance) => utterance.final)?.startMs ?? null;
  const lookedMs = useLastLooked({ callId, newestMs });
  const show = (utteranceId: TranscriptTarget["utteranceId"]) => setTarget({ utteranceId });
  const can = !old && view.monitoring === "monitored" && hasModes(view.state);
  useShortcuts({
    "/": () => searchRef.current?.focus(),
    escape: () => router.push("/live"),
  });
  return (
    <div className="flex flex-col gap-3 p-4 lg:h-full lg:min-h-0 lg:px-6">
      <CallControls view={view} userId={userId} old={old} can={can} commands={commands} />
      <FloorRequest view={view} userId={userId} />
      <CallNotices view={view} />
      <div
        className={cn(
          "grid gap-3 lg:min-h-0 lg:flex-1 lg:grid-cols-[minmax(0,5fr)_minmax(0,6fr)]",
          old && isLive(view.state) && "opacity-90 grayscale",
        )}
      >
        <Card className="h-[65dvh] min-h-0 overflow-hidden max-lg:order-3 lg:h-auto">
          <Transcript
            utterances={view.utterances}
            sentiment={view.sentiment}
            lookedMs={lookedMs}
            target={target}
            searchRef={searchRef}
            live={isLive(view.state)}
          />
          {isLive(view.state) && (
            <ListenBar
              callId={callId}
              canListen={canHear(view)}
              speaking={{ caller: view.callerSpeaking, agent: view.agentSpeaking }}
            />
          )}
        </Card>
        <div className="flex min-w-0 flex-col gap-3 max-lg:contents lg:-m-1 lg:min-h-0 lg:overflow-y-auto lg:p-1">
          <CallInsight view={view} onShow={show} className="max-lg:order-2" />
          <div className="grid gap-3 max-lg:order-1">
            <CallAlerts
              alerts={view.alerts}
              disabled={old}
              onDismiss={(alert, wrong) => void commands.dismissAlert(alert, wrong)}
              onShow={show}
            />
            <SuggestionQueue
              callId={callId}
              suggestions={view.suggestions}
              sentiment={view.sentiment}
              audioStartedAt={view.audioStartedAt}
              userId={userId}
              disabled={!can}
              actions={actions}
              onShow={show}
            />
          </div>
          <div className="grid gap-3 max-lg:order-4">
            <CallMore view={view} viewers={viewers} userId={userId} disabled={old} onAddNote={commands.addNote} />
          </div>
        </div>
      </div>
    </div>
  );
}

function CallControls({
  view,
  userId,
  old,
  can,
  commands,
}: {
  view: CallView;
  userId: string;
  old: boolean;
  can: boolean;
  commands: ReturnType<typeof useCallCommands>;
}) {
  const [asking, setAsking] = useState(false);
  // Another supervisor may have brought the call into barge: being heard by both still asks for this person's own yes.
  const [bargeAgreed, setBargeAgreed] = useState(false);
  const agent = view.info.agentName ?? "The agent";
  const request = (mode: Mode) => {
    if (!can || commands.requested !== null) return;
    if (mode === "barge" && view.mode !== "barge") setAsking(true);
    else if (mode !== view.mode || view.modeUnknown) void commands.setMode(mode);
  };
  useShortcuts({ s: () => request("spy"), w: () => request("whisper"), b: () => request("barge") });
  return (
    <CallHeader view={view} old={old}>
      {isLive(view.state) && (
        <>
          <ModeLadder
            mode={view.modeUnknown ? null : view.mode}
            pendingMode={view.pendingMode ?? commands.requested}
            disabled={!can || commands.requested !== null}
            onRequest={request}
          />
          <SpeakControl
            view={view}
            userId={userId}
            can={can}
            bargeAgreed={bargeAgreed}
            onAskBarge={() => setAsking(true)}
          />
          <CallExit
            agent={agent}
            canLeave={can}
            canEnd={!old && isLive(view.state) && view.monitoring === "monitored"}
            onLeave={() => void commands.leave()}
            onEnd={() => void commands.end()}
          />
        </>
      )}
      <BargeDialog
        open={asking}
        agent={agent}
        onOpenChange={setAsking}
        onConfirm={() => {
          setBargeAgreed(true);
          if (view.mode !== "barge") void commands.setMode("barge");
        }}
      />
    </CallHeader>
  );
}
