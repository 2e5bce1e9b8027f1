"use client";

import { Ear, Loader, Mic, MicOff, Square } from "lucide-react";
import { useEffect, useId, useState } from "react";
import { Button } from "@/components/ui/button";
import { Label } from "@/components/ui/label";
import { Switch } from "@/components/ui/switch";
import { useHeadset, useHeadsetState } from "@/lib/headset/client";
import { named } from "./device-names";
import { DeviceSelect } from "./device-select";
import { LevelMeter, microphoneLevel } from "./level-meter";
import { microphoneHelp } from "./microphone-help";

/** The microphone: leave to use it, then which one, its level, and how it sounds. */
export function MicrophonePanel() {
  const headset = useHeadset();
  const { state, detail, devices } = useHeadsetState(({ microphone }) => microphone);
  // Changing the device asks again, mostly without a question: what is on the screen stays.
  const isKnown = devices.length > 0;
  const help = microphoneHelp({ state, detail });
  return (
    <section className="grid gap-3">
      <h3 className="font-medium text-13">Microphone</h3>
      {state === "off" && (
        <>
          <p className="text-13 text-muted-foreground">
            Your browser will ask for permission. The microphone stays closed until you hold the key on a call.
          </p>
          <Button className="justify-self-start" onClick={() => void headset.prepareMicrophone()}>
            <Mic aria-hidden /> Allow the microphone
          </Button>
        </>
      )}
      {state === "asking" && !isKnown && (
        <p role="status" className="flex items-center gap-2 text-13 text-muted-foreground">
          <Loader className="size-4 animate-spin" aria-hidden /> Answer your browser's question, near the address.
        </p>
      )}
      {help && (
        <div role="alert" className="grid gap-2 rounded-lg border border-danger/30 bg-danger/10 p-3 text-13">
          <p className="flex items-center gap-2 font-medium">
            <MicOff className="size-4 shrink-0 text-danger" aria-hidden /> {help.title}
          </p>
          <p>{help.steps}</p>
          {state !== "unsupported" && (
            <Button
              size="sm"
              variant="outline"
              className="justify-self-start"
              onClick={() => void headset.prepareMicrophone()}
            >
              Try again
            </Button>
          )}
        </div>
      )}
      {(state === "ready" || state === "open" || (state === "asking" && isKnown)) && (
        <Tuning isOpen={state === "open"} />
      )}
    </section>
  );
}

function Tuning({ isOpen }: { isOpen: boolean }) {
  const headset = useHeadset();
  const id = useId();
  const { devices, deviceId, echoCancellation } = useHeadsetState(({ microphone }) => microphone);
  return (
    <>
      <DeviceSelect
        label="Microphone"
        devices={named(devices, "Microphone")}
        chosen={deviceId}
        onChoose={(chosen) => void headset.chooseMicrophone(chosen)}
      />
      {isOpen ? (
        <p className="text-13 text-muted-foreground">You are speaking into a call. Let go to test.</p>
      ) : (
        <MicrophoneTest />
      )}
      <div className="flex items-start justify-between gap-4">
        <div className="grid gap-0.5">
          <Label htmlFor={`${id}-echo`}>Echo cancellation</Label>
          <p id={`${id}-echo-help`} className="text-muted-foreground text-xs">
            On for loudspeakers. With headphones it may be off: your voice is then left as it is.
          </p>
        </div>
        <Switch
          id={`${id}-echo`}
          aria-describedby={`${id}-echo-help`}
          checked={echoCancellation}
          onCheckedChange={(isOn) => void headset.setEchoCancellation(isOn)}
        />
      </div>
    </>
  );
}

/** The level moves as long as this is on the screen; hearing oneself is a button, because of loudspeakers. */
function MicrophoneTest() {
  const headset = useHeadset();
  const [playBack, setPlayBack] = useState(false);
  useEffect(() => {
    void headset.startMicrophoneTest({ playBack });
    return () => headset.stopMicrophoneTest();
  }, [headset, playBack]);
  return (
    <div className="grid gap-2 rounded-lg border p-3">
      <p className="text-13">Say something: the bar should move, and not stay at its end.</p>
      <LevelMeter of={microphoneLevel} className="h-3" />
      <div className="flex flex-wrap items-center justify-between gap-2">
        <Button size="sm" variant="outline" aria-pressed={playBack} onClick={() => setPlayBack(!playBack)}>
          {playBack ? <Square aria-hidden /> : <Ear aria-hidden />} {playBack ? "Stop" : "Hear yourself"}
        </Button>
        <span className="text-2xs text-muted-foreground">
          {playBack ? "You hear your own microphone." : "With headphones on; loudspeakers would howl."}
        </span>
      </div>
    </div>
  );
}
