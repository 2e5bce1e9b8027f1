import type { SpeakingMode } from "@/lib/contract/call";
import type { GatewayCall } from "@/lib/telephony/gateway";
import type { Closing } from "./speaking-end";

/** Tells of everything on the line that an open microphone must not outlive. @returns what ends the watch */
export function watchLine(options: {
  call: GatewayCall;
  mode: SpeakingMode;
  onStray: () => void;
  cut: (closing: Closing) => void;
}): (() => void)[] {
  const { call, mode, onStray, cut } = options;
  return [
    call.on("mode", (now) => {
      if (now === mode) return;
      onStray();
      cut(now ? { reason: "mode-changed", detail: `The call went to ${now}.` } : { reason: "gateway", detail: null });
    }),
    call.on("hold", ({ party, isHeld }) => {
      if (mode === "whisper" && party === "agent" && isHeld)
        cut({ reason: "gateway", detail: "The agent put the call on hold and hears nobody." });
    }),
    call.on("reachable", (isReachable) => {
      if (!isReachable) cut({ reason: "gateway", detail: "The telephone system is out of reach." });
    }),
  ];
}
