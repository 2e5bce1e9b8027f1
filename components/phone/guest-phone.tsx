"use client";

import { Phone, PhoneCall } from "lucide-react";
import { type FormEvent, useState } from "react";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Input } from "@/components/ui/input";
import { Label } from "@/components/ui/label";
import type { DirectoryEntry } from "@/lib/contract/softphone";
import { extensionSchema } from "@/lib/contract/softphone";
import { ActiveCall } from "./active-call";
import { DialPad } from "./dial-pad";
import { MicrophoneChoice } from "./microphone-choice";
import { PhoneCard } from "./phone-card";
import { LastCall, NoLine, PhoneNotices } from "./phone-notices";
import { type PhoneControls, usePhone } from "./use-phone";

/** Calls in as a customer. */
export function GuestPhone() {
  const { line, audio, controls } = usePhone("guest");
  const { phone, status } = line;
  const isOn = status === "open" || status === "reconnecting";
  return (
    <PhoneCard title="Call in as a customer">
      {line.refusal && <NoLine refusal={line.refusal} />}
      {!isOn && line.refusal?.code !== "NOT_FOUND" && <Enter controls={controls} isOpening={status === "opening"} />}
      <PhoneNotices line={line} audio={audio} controls={controls} />
      {isOn && (phone.state === "calling" || phone.state === "connected") && (
        <ActiveCall call={phone} connectedAt={line.connectedAt} controls={controls} />
      )}
      {isOn && phone.state === "idle" && (
        <>
          <LastCall line={line} />
          <WhomToCall agents={line.agents} controls={controls} />
          <MicrophoneChoice audio={audio} controls={controls} />
        </>
      )}
    </PhoneCard>
  );
}

function Enter({ controls, isOpening }: { controls: PhoneControls; isOpening: boolean }) {
  const [name, setName] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void controls.start({ name });
  };
  return (
    <form className="grid gap-3" onSubmit={submit}>
      <p className="text-13 text-muted-foreground">
        A real call with your own voice: the agent and supervisors hear you, and it is transcribed and may be recorded
        like any other call.
      </p>
      <div className="grid gap-1">
        <Label htmlFor="phone-name">Your name (optional)</Label>
        <Input
          id="phone-name"
          value={name}
          maxLength={60}
          autoComplete="name"
          onChange={({ target }) => setName(target.value)}
        />
      </div>
      <Button type="submit" size="lg" disabled={isOpening}>
        <Phone aria-hidden /> {isOpening ? "Connecting…" : "Allow microphone and start"}
      </Button>
    </form>
  );
}

function WhomToCall({ agents, controls }: { agents: DirectoryEntry[]; controls: PhoneControls }) {
  const [number, setNumber] = useState("");
  const call = (extension: string) => controls.request({ type: "call", extension });
  const isCallable = extensionSchema.safeParse(number).success;
  const dial = (event: FormEvent) => {
    event.preventDefault();
    if (isCallable) call(number);
  };
  return (
    <div className="grid gap-4">
      <section aria-labelledby="on-duty" className="grid gap-2">
        <h3 id="on-duty" className="font-medium text-13">
          Agents on duty
        </h3>
        {agents.length === 0 && (
          <p className="text-13 text-muted-foreground">
            Nobody is on duty. On another machine or in another tab, sign in as an agent, open{" "}
            <span className="font-mono text-xs">/phone/agent</span> and go on duty.
          </p>
        )}
        <ul className="grid gap-1.5">
          {agents.map((agent) => (
            <AgentEntry key={agent.extension} agent={agent} onCall={call} />
          ))}
        </ul>
      </section>
      <form className="grid gap-2" onSubmit={dial}>
        <Label htmlFor="phone-number">Or dial an extension</Label>
        <div className="flex gap-2">
          <Input
            id="phone-number"
            type="tel"
            inputMode="tel"
            autoComplete="off"
            maxLength={16}
            className="tabular-nums"
            value={number}
            onChange={({ target }) => setNumber(target.value.replace(/[^\d*#]/g, ""))}
          />
          <Button type="submit" variant="positive" disabled={!isCallable} className="pointer-coarse:h-10">
            <PhoneCall aria-hidden /> Call
          </Button>
        </div>
        <DialPad label="Dial pad" onKey={(key) => setNumber((now) => (now + key).slice(0, 16))} />
      </form>
    </div>
  );
}

function AgentEntry({ agent, onCall }: { agent: DirectoryEntry; onCall: (extension: string) => void }) {
  const { name, extension, isBusy } = agent;
  return (
    <li className="flex items-center justify-between gap-2 rounded-md border px-2.5 py-1.5">
      <span className="grid min-w-0">
        <span className="truncate text-13">{name}</span>
        <span className="text-muted-foreground text-xs tabular-nums">extension {extension}</span>
      </span>
      <span className="flex items-center gap-2">
        <Badge variant={isBusy ? "barge" : "whisper"}>{isBusy ? "Busy" : "Free"}</Badge>
        <Button
          variant="positive"
          disabled={isBusy}
          aria-label={`Call ${name}, extension ${extension}`}
          onClick={() => onCall(extension)}
        >
          <PhoneCall aria-hidden /> Call
        </Button>
      </span>
    </li>
  );
}
