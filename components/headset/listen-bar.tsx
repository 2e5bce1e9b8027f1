"use client";

import { FastForward, Headphones, Rewind, Settings2, Square, Volume2 } from "lucide-react";
import { useOtherParty } from "@/components/calls/other-party";
import { SpeakingNow } from "@/components/calls/speaking-now";
import { useShortcuts } from "@/components/layout/use-shortcuts";
import { Button } from "@/components/ui/button";
import { Kbd } from "@/components/ui/kbd";
import { ToggleGroup, ToggleGroupItem } from "@/components/ui/toggle-group";
import type { CallId } from "@/lib/contract/ids";
import { useHeadset, useHeadsetState } from "@/lib/headset/client";
import { useHeadsetSheet } from "./headset-sheet-context";
import { agentLevel, callerLevel, loudestLevel } from "./level-meter";
import { ListenQuality } from "./listen-quality";
import { ListenStatus } from "./listen-status";
import { OutputMenu } from "./output-menu";
import { PartyChannel } from "./party-channel";
import { TalkOver } from "./talk-over";
import { useListen } from "./use-listen";
import { useListenReady } from "./use-listen-ready";

export const REWIND_SECONDS = 30;
const RATES = [1, 1.25, 1.5];

export type Speaking = { caller: boolean; agent: boolean };

/** Hear the call: one button, and while it is heard each voice, who talks over whom, half a minute back, and how late it is. */
export function ListenBar({ callId, canListen, speaking }: { callId: CallId; canListen: boolean; speaking: Speaking }) {
  const { state, isOn, toggle } = useListen(callId);
  useListenReady(canListen);
  const openSheet = useHeadsetSheet();
  const muteAll = useMuteAll();
  useShortcuts({
    l: () => (canListen || isOn) && toggle(),
    m: () => isOn && muteAll(),
  });
  const isHeard = state === "live" || state === "behind" || state === "interrupted";
  return (
    <section aria-label="Listen" className="grid shrink-0 gap-2 border-t px-3 py-2">
      <div className="flex flex-wrap items-center gap-x-2 gap-y-1.5">
        <ListenButton isOn={isOn} disabled={!canListen && !isOn} onClick={toggle} />
        {state === "needs-gesture" ? <StartSound /> : isHeard && <TimeControls isBehind={state === "behind"} />}
        <ListenStatus callId={callId} canRetry={canListen} className="min-w-0 flex-1 basis-24" />
        {!isOn && canListen && <SpeakingNow {...speaking} />}
        <div className="ml-auto flex items-center">
          {isOn && <OutputMenu />}
          <Button size="icon-sm" variant="ghost" aria-label="Headset settings" title="Headset" onClick={openSheet}>
            <Settings2 aria-hidden />
          </Button>
        </div>
      </div>
      {isHeard && <Voices speaking={speaking} />}
    </section>
  );
}

function ListenButton({ isOn, disabled, onClick }: { isOn: boolean; disabled: boolean; onClick: () => void }) {
  return (
    <Button
      variant={isOn ? "outline" : "default"}
      aria-pressed={isOn}
      aria-label={isOn ? "Stop listening" : "Listen"}
      disabled={disabled}
      className="min-w-24"
      onClick={onClick}
    >
      {isOn ? <Square aria-hidden /> : <Headphones aria-hidden />}
      {isOn ? "Stop" : "Listen"}
      <Kbd className="max-sm:hidden">L</Kbd>
    </Button>
  );
}

/** The browser's autoplay rule, answered with one click. */
export function StartSound() {
  const headset = useHeadset();
  return (
    <Button variant="brand" onClick={() => void headset.resume()}>
      <Volume2 aria-hidden /> Start the sound
    </Button>
  );
}

function TimeControls({ isBehind }: { isBehind: boolean }) {
  const headset = useHeadset();
  const rate = useHeadsetState(({ listening }) => listening.rate);
  return (
    <>
      <Button
        variant="ghost"
        size="sm"
        aria-label={`Hear the last ${REWIND_SECONDS} seconds again`}
        title={`What did they just say? ${REWIND_SECONDS} seconds back; the call goes on meanwhile.`}
        onClick={() => void headset.rewind(REWIND_SECONDS)}
      >
        <Rewind aria-hidden /> {REWIND_SECONDS} s
      </Button>
      {isBehind && (
        <>
          <ToggleGroup
            type="single"
            aria-label="Speed"
            value={String(rate)}
            onValueChange={(value) => value && headset.setRate(Number(value))}
          >
            {RATES.map((choice) => (
              <ToggleGroupItem key={choice} value={String(choice)} className="px-1.5 tabular-nums">
                {choice}×
              </ToggleGroupItem>
            ))}
          </ToggleGroup>
          <Button size="sm" aria-label="Back to live" onClick={() => headset.jumpToLive()}>
            <FastForward aria-hidden /> Live
          </Button>
        </>
      )}
    </>
  );
}

function Voices({ speaking }: { speaking: Speaking }) {
  const { speaker } = useOtherParty();
  const perParty = useHeadsetState(({ listening }) => listening.perPartyAudio);
  if (!perParty) {
    return (
      <>
        <PartyChannel
          name="Both"
          side="one mixed track: this telephone system does not tell the parties apart"
          speaking={speaking.caller || speaking.agent}
          parties={["caller", "agent"]}
          level={loudestLevel}
        />
        <ListenQuality />
      </>
    );
  }
  return (
    <>
      <div className="flex flex-wrap gap-x-5 gap-y-1.5">
        <PartyChannel name={speaker} side="left" speaking={speaking.caller} parties={["caller"]} level={callerLevel} />
        <PartyChannel name="Agent" side="right" speaking={speaking.agent} parties={["agent"]} level={agentLevel} />
      </div>
      <TalkOver />
      <div className="-my-1 flex flex-wrap items-center justify-between gap-x-3 text-2xs text-muted-foreground">
        <ListenQuality />
        <span>{speaker.toLowerCase()} left, agent right</span>
      </div>
    </>
  );
}

/** Silences both parties, or neither where both are silent. */
function useMuteAll(): () => void {
  const headset = useHeadset();
  const isSilent = useHeadsetState(({ mix }) => mix.caller.isMuted && mix.agent.isMuted);
  return () => {
    headset.setMix("caller", { isMuted: !isSilent });
    headset.setMix("agent", { isMuted: !isSilent });
  };
}
