"use client";

import { Label } from "@/components/ui/label";
import type { SoftphoneAudioState } from "@/lib/headset/softphone-audio";
import type { PhoneControls } from "./use-phone";

/** Which microphone, where there are several. */
export function MicrophoneChoice({ audio, controls }: { audio: SoftphoneAudioState; controls: PhoneControls }) {
  const { devices, deviceId } = audio.microphone;
  if (devices.length < 2) return null;
  return (
    <div className="grid gap-1">
      <Label htmlFor="phone-microphone">Microphone</Label>
      <select
        id="phone-microphone"
        className="h-8 w-full rounded-md border border-control/70 bg-card px-2 text-13 pointer-coarse:h-10"
        value={deviceId ?? ""}
        onChange={({ target }) => controls.chooseMicrophone(target.value || null)}
      >
        <option value="">As the system chooses</option>
        {devices.map((device, at) => (
          <option key={device.deviceId} value={device.deviceId}>
            {device.label || `Microphone ${at + 1}`}
          </option>
        ))}
      </select>
    </div>
  );
}
