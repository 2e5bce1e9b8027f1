import type { MicrophoneState } from "@/lib/headset/types";

/** What is in the way of the microphone, and what to do. */
export type MicrophoneHelp = { title: string; steps: string };

const ALLOW = "Allow it at the lock or the microphone beside the address, then try again.";

/** @returns null where nothing is in the way. `detail`: what the browser said, where it said something. */
export function microphoneHelp({ state, detail }: { state: MicrophoneState; detail: string | null }) {
  const help: Partial<Record<MicrophoneState, MicrophoneHelp>> = {
    denied: { title: "The microphone is blocked for this page.", steps: ALLOW },
    missing: {
      title: "No microphone was found.",
      steps: "Plug in a headset or choose another device, then try again.",
    },
    failed: {
      title: "The microphone could not be opened.",
      steps: detail ?? "Another program may hold it. Close that one, then try again.",
    },
    unsupported: {
      title: "This browser cannot send a voice.",
      steps: detail ?? "Use a current browser, over https or on this machine.",
    },
  };
  return help[state] ?? null;
}
