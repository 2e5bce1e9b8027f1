"use client";

import { useId } from "react";
import { named } from "@/components/headset/device-names";
import { DeviceSelect } from "@/components/headset/device-select";
import { Label } from "@/components/ui/label";
import type { SoftphoneAudioState } from "@/lib/headset/softphone-audio";
import type { PhoneControls } from "./use-phone";

/** Which microphone, where there are several. */
export function MicrophoneChoice({ audio, controls }: { audio: SoftphoneAudioState; controls: PhoneControls }) {
  const id = useId();
  const devices = named(audio.microphone.devices, "Microphone");
  if (devices.length < 2) return null;
  return (
    <div className="grid gap-1">
      <Label htmlFor={id}>Microphone</Label>
      <DeviceSelect
        id={id}
        label="Microphone"
        devices={devices}
        chosen={audio.microphone.deviceId}
        onChoose={controls.chooseMicrophone}
      />
    </div>
  );
}
