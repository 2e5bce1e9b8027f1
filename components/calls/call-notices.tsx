import { CircleAlert, CircleDashed, Info, PhoneOff, ShieldAlert } from "lucide-react";
import Link from "next/link";
import type { ReactNode } from "react";
import { transcriptionWords } from "@/components/realtime/connection-words";
import { Button } from "@/components/ui/button";
import { cn } from "@/components/ui/cn";
import type { CallView } from "@/lib/contract/socket-events";
import { formatDuration } from "./format";
import { endWords } from "./words";

/** What one must know before doing anything: mode not known, call lost, left or over, faults, transcription not full. */
export function CallNotices({ view }: { view: CallView }) {
  const ended = view.state === "DISCONNECTED";
  return (
    <div className="grid gap-2 empty:hidden">
      {ended && <Ended view={view} />}
      {!ended && view.modeUnknown && (
        <Notice tone="danger" icon={ShieldAlert} alert>
          <b className="font-medium">The mode is not known: no audio goes out.</b> Choose a mode; as soon as the
          telephone system confirms it, whispers can be spoken again.
        </Notice>
      )}
      {!ended && view.monitoring === "lost" && (
        <Notice tone="danger" icon={CircleAlert} alert>
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
      {!ended && view.lastError && (
        <Notice tone="barge" icon={CircleAlert}>
          {view.lastError}
        </Notice>
      )}
    </div>
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
      {view.endReason && <>: {endWords[view.endReason]}</>}
      {length !== null && <> after {formatDuration(length)}</>}. Its transcript and interventions are kept in the
      history.
    </Notice>
  );
}

const tones = {
  danger: "border-danger/30 bg-danger/10 [&>svg]:text-danger",
  barge: "border-barge/30 bg-barge/10 [&>svg]:text-barge",
  idle: "bg-muted [&>svg]:text-idle",
} as const;

function Notice({
  tone,
  icon: Icon,
  alert = false,
  action,
  children,
}: {
  tone: keyof typeof tones;
  icon: typeof Info;
  alert?: boolean;
  action?: ReactNode;
  children: ReactNode;
}) {
  return (
    <div
      role={alert ? "alert" : "status"}
      className={cn("flex items-center gap-3 max-sm:flex-wrap rounded-lg border px-3.5 py-2.5 text-13", tones[tone])}
    >
      <Icon className="size-4 shrink-0" aria-hidden />
      <p className="min-w-0 flex-1 basis-60">{children}</p>
      {action}
    </div>
  );
}
