import type { Device } from "@/lib/headset/types";

/** @returns the devices by name; the browser names none before the microphone was allowed once, so those are numbered. */
export function named(devices: Device[], noun: string): Device[] {
  return devices
    .filter(({ deviceId }) => deviceId !== "" && deviceId !== "default")
    .map(({ deviceId, label }, index) => ({ deviceId, label: label || `${noun} ${index + 1}` }));
}
