"use client";

import { PhoneCall, PhoneIncoming, PhoneOff, Power, PowerOff } from "lucide-react";
import { useEffect, useRef } from "react";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import type { PhoneState } from "@/lib/contract/softphone";
import { ActiveCall } from "./active-call";
import { MicrophoneChoice } from "./microphone-choice";
import { PhoneCard } from "./phone-card";
import { LastCall, NoLine, PhoneNotices } from "./phone-notices";
import { peerName } from "./phone-words";
import { type PhoneControls, usePhone } from "./use-phone";

/** An agent's softphone: on and off duty, ringing, in call. `extension` and `name` are only shown: the server knows whose it is. */
export function AgentPhone({ extension, name }: { extension: string; name: string }) {
  const { line, audio, controls } = usePhone("agent");
  const { phone, status } = line;
  const isOn = status === "open" || status === "reconnecting";
  return (
    <PhoneCard
      title={`${name}, extension ${extension}`}
      badge={<Badge variant={isOn ? "whisper" : "idle"}>{isOn ? "On duty" : "Off duty"}</Badge>}
    >
      {line.refusal && <NoLine refusal={line.refusal} />}
      <PhoneNotices line={line} audio={audio} controls={controls} />
      {phone.state === "ringing" && <Ringing call={phone} controls={controls} />}
      {isOn && phone.state === "connected" && (
        <ActiveCall call={phone} connectedAt={line.connectedAt} controls={controls} />
      )}
      {phone.state === "idle" && <LastCall line={line} />}
      {isOn && phone.state === "idle" && (
        <>
          <p role="status" className="text-13 text-muted-foreground">
            Ready. Calls to {extension} ring here.
          </p>
          <MicrophoneChoice audio={audio} controls={controls} />
          <Button variant="outline" size="lg" onClick={controls.stop}>
            <PowerOff aria-hidden /> Go off duty
          </Button>
        </>
      )}
      {!isOn && line.refusal?.code !== "NOT_FOUND" && (
        <Button size="lg" disabled={status === "opening"} onClick={() => void controls.start()}>
          <Power aria-hidden /> {status === "opening" ? "Connecting…" : "Allow microphone and go on duty"}
        </Button>
      )}
    </PhoneCard>
  );
}

function Ringing({ call, controls }: { call: Extract<PhoneState, { state: "ringing" }>; controls: PhoneControls }) {
  const answer = useRef<HTMLButtonElement>(null);
  useEffect(() => answer.current?.focus(), []);
  const { name, number } = call.peer;
  return (
    <div className="grid gap-4 rounded-md border border-whisper/40 bg-whisper/10 p-4">
      <div role="alert" className="grid justify-items-center gap-1 text-center">
        <PhoneIncoming className="size-6 text-whisper motion-safe:animate-pulse" aria-hidden />
        <p className="text-13">Incoming call</p>
        <p className="max-w-full truncate font-medium text-lg">{peerName(call.peer)}</p>
        {name && <p className="text-13">{number}</p>}
      </div>
      <div className="flex flex-wrap justify-center gap-2">
        <Button ref={answer} variant="positive" size="lg" onClick={() => controls.request({ type: "answer" })}>
          <PhoneCall aria-hidden /> Answer
        </Button>
        <Button variant="destructive-outline" size="lg" onClick={() => controls.request({ type: "decline" })}>
          <PhoneOff aria-hidden /> Decline
        </Button>
      </div>
    </div>
  );
}
