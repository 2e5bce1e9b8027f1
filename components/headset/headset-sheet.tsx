"use client";

import { useEffect } from "react";
import { Button } from "@/components/ui/button";
import { Kbd } from "@/components/ui/kbd";
import { Sheet, SheetContent, SheetDescription, SheetHeader, SheetTitle } from "@/components/ui/sheet";
import { useHeadset, useHeadsetState } from "@/lib/headset/client";
import { DeviceSelect } from "./device-select";
import { MicrophonePanel } from "./microphone-panel";
import { useIntroduced } from "./use-introduced";
import { useOutputs } from "./use-outputs";

/** Microphone and headphones: permission, device, level, a test before anybody hears it. */
export function HeadsetSheet({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  return (
    <Sheet open={open} onOpenChange={onOpenChange}>
      <SheetContent>
        <SheetHeader>
          <SheetTitle>Headset</SheetTitle>
          <SheetDescription>
            What you hear calls with and speak with. Nothing that you say here leaves the browser.
          </SheetDescription>
        </SheetHeader>
        <MicrophonePanel />
        <OutputPanel />
        <section className="grid gap-1.5 border-t pt-4 text-13 text-muted-foreground">
          <h3 className="font-medium text-13 text-foreground">How to speak</h3>
          <p>
            On a call, hold <Kbd>Space</Kbd> or the button. In Spy you whisper: only the agent hears you. In Barge both
            hear you. Let go, and the microphone is closed.
          </p>
        </section>
        <Done onClick={() => onOpenChange(false)} />
      </SheetContent>
    </Sheet>
  );
}

function Done({ onClick }: { onClick: () => void }) {
  const isReady = useHeadsetState(({ microphone }) => microphone.state === "ready" || microphone.state === "open");
  const [, setIntroduced] = useIntroduced();
  useEffect(() => {
    if (isReady) setIntroduced(true);
  }, [isReady, setIntroduced]);
  return (
    <Button variant={isReady ? "default" : "outline"} className="mt-auto" onClick={onClick}>
      {isReady ? "Done" : "Close"}
    </Button>
  );
}

function OutputPanel() {
  const headset = useHeadset();
  const outputs = useOutputs();
  const outputId = useHeadsetState((state) => state.outputId);
  return (
    <section className="grid gap-1.5 border-t pt-4">
      <h3 className="font-medium text-13">Headphones</h3>
      {outputs.length === 0 ? (
        <p className="text-13 text-muted-foreground">Sound comes out where the system sends it.</p>
      ) : (
        <DeviceSelect
          label="Sound comes out of"
          devices={outputs}
          chosen={outputId}
          onChoose={(deviceId) => void headset.chooseOutput(deviceId)}
        />
      )}
    </section>
  );
}
