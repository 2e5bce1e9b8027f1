"use client";

import { CircleAlert, LoaderCircle } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "@/components/ui/button";
import { RESUME_MS } from "@/lib/contract/softphone";
import type { SoftphoneAudioState } from "@/lib/headset/softphone-audio";
import type { LineState } from "./phone-line";
import { audioWords, endedWords, faultWords, peerName } from "./phone-words";
import type { PhoneControls } from "./use-phone";

/** Everything that is not as it should be, and what to do about it. */
export function PhoneNotices({
  line,
  audio,
  controls,
}: {
  line: LineState;
  audio: SoftphoneAudioState;
  controls: PhoneControls;
}) {
  const trouble = audioWords(audio);
  return (
    <div className="grid gap-2 empty:hidden">
      {line.status === "reconnecting" && (
        <p
          role="status"
          className="flex items-center gap-2 rounded-md border border-barge/30 bg-barge/10 p-2.5 text-13"
        >
          <LoaderCircle className="size-4 shrink-0 animate-spin text-barge" aria-hidden />
          The connection is away. A call waits {RESUME_MS / 1000} seconds for it.
        </p>
      )}
      {line.status === "replaced" && <Problem>This phone was opened on another page, which has it now.</Problem>}
      {trouble && (
        <Problem>
          {trouble}{" "}
          <Button variant="outline" size="sm" onClick={controls.retryAudio}>
            Try again
          </Button>
        </Problem>
      )}
      {audio.sound === "needs-gesture" && (
        <Problem>
          The browser holds the sound back.{" "}
          <Button variant="outline" size="sm" onClick={controls.retryAudio}>
            Turn on sound
          </Button>
        </Problem>
      )}
      {line.fault && <Problem>{faultWords(line.fault)}</Problem>}
    </div>
  );
}

function Problem({ children }: { children: ReactNode }) {
  return (
    <div role="alert" className="flex items-start gap-2 rounded-md border border-danger/25 bg-danger/10 p-2.5 text-13">
      <CircleAlert className="mt-0.5 size-4 shrink-0 text-danger" aria-hidden />
      <div className="grid justify-items-start gap-1.5">{children}</div>
    </div>
  );
}

/** How the last call was over. */
export function LastCall({ line }: { line: LineState }) {
  const { phone } = line;
  if (phone.state !== "idle" || !phone.ended) return null;
  const { peer, reason } = phone.ended;
  return (
    <p role="status" className="rounded-md border bg-muted/50 p-2.5 text-13">
      <span className="font-medium">{peerName(peer)}:</span> {endedWords(reason, line)}
    </p>
  );
}

/** In place of a phone, where there is none. */
export function NoLine({ refusal }: { refusal: NonNullable<LineState["refusal"]> }) {
  const isElsewhere = refusal.code === "NOT_FOUND";
  return (
    <div role="alert" className="grid gap-1 rounded-md border bg-muted/50 p-3 text-13">
      <p className="font-medium">{isElsewhere ? "No softphone here" : "No line"}</p>
      <p className="text-muted-foreground">{refusal.message}</p>
      {isElsewhere && (
        <p className="text-muted-foreground">
          Earshot is connected to another telephone system: call in, and answer, with its own phones.
        </p>
      )}
    </div>
  );
}
