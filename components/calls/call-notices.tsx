import { CircleAlert, CircleDashed, Info, LifeBuoy, PhoneOff, ShieldAlert } from "lucide-react";
import Link from "next/link";
import { transcriptionWords } from "@/components/realtime/connection-words";
import { Button } from "@/components/ui/button";
import { SPY_NOT_CONFIRMED } from "@/lib/contract/call-fault";
import type { CallView } from "@/lib/contract/call-view";
import { ModeDoubt, WhisperDoubts } from "./doubt-notices";
import { formatDuration } from "./format";
import { HelpTag } from "./help-tag";
import { Notice } from "./notice";
import { endWord } from "./words";

/** What one must know before doing anything: mode not known, call lost, left or over, faults, transcription not full. */
export function CallNotices({ view }: { view: CallView }) {
  const ended = view.state === "DISCONNECTED";
  return (
    <div className="grid gap-2 empty:hidden">
      {ended && <Ended view={view} />}
      {!ended && <ModeDoubt view={view} />}
      {!ended && view.helpAskedAt !== null && (
        <Notice tone="barge" icon={LifeBuoy} action={<HelpTag askedAt={view.helpAskedAt} />}>
          <b className="font-medium">{view.info.agentName ?? "The agent"} asks for help.</b> Listen, whisper, or step
          in.
        </Notice>
      )}
      <WhisperDoubts suggestions={view.suggestions} />
      {!ended && view.monitoring === "lost" && (
        <Notice tone="danger" icon={CircleAlert}>
          <b className="font-medium">The telephone system is out of reach.</b> The call goes on; nothing is heard of it
          until the connection is back.
        </Notice>
      )}
      {!ended && view.monitoring === "left" && (
        <Notice tone="idle" icon={CircleDashed}>
          <b className="font-medium">Earshot has left this call.</b> It goes on without supervision.
        </Notice>
      )}
      {!ended && view.transcription !== "full" && (
        <Notice tone="barge" icon={Info}>
          <b className="font-medium">Transcript: {transcriptionWords[view.transcription]}.</b>{" "}
          {view.transcriptionDetail}
        </Notice>
      )}
      {!ended && view.lastError && <Fault fault={view.lastError} view={view} />}
    </div>
  );
}

function Fault({ fault, view }: { fault: NonNullable<CallView["lastError"]>; view: CallView }) {
  const { code, message } = fault;
  const isOfSpy = code === SPY_NOT_CONFIRMED;
  const isSpySince = view.mode === "spy" && !view.modeUnknown;
  if (!isOfSpy || isSpySince) {
    return (
      <Notice tone="barge" icon={CircleAlert}>
        {message}
        {isOfSpy && ". Spy has been confirmed since."}
      </Notice>
    );
  }
  return (
    <Notice tone="danger" icon={ShieldAlert}>
      <b className="font-medium">The call may be in a mode that nobody asked for.</b> {message}.
    </Notice>
  );
}

function Ended({ view }: { view: CallView }) {
  const length = view.endedAt === null ? null : view.endedAt - (view.connectedAt ?? view.info.startedAt);
  return (
    <Notice
      tone="idle"
      icon={PhoneOff}
      action={
        <Button asChild size="sm" variant="outline">
          <Link href={`/history/${view.info.callId}`}>Open the review</Link>
        </Button>
      }
    >
      <b className="font-medium">The call has ended</b>
      {view.endReason && <>: {endWord(view.endReason, view.info)}</>}
      {length !== null && <> after {formatDuration(length)}</>}. Its transcript and interventions are kept in the
      history.
    </Notice>
  );
}
