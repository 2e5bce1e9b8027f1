"use client";

import { useState } from "react";
import { toast } from "sonner";
import type { CallId } from "@/lib/contract/ids";
import { SOCKET_VERSION as version } from "@/lib/contract/socket-events";
import { useCommand } from "@/lib/realtime/client";

type FloorCommand = "floor:ask" | "floor:hand-over" | "floor:release";

/** Asking for the floor and giving it away. The screen changes when the call's view does; a refusal is told in the server's words. */
export function useFloor(callId: CallId) {
  const command = useCommand();
  const [busy, setBusy] = useState(false);
  const send = async (name: FloorCommand) => {
    setBusy(true);
    const result = await command(name, { version, callId });
    setBusy(false);
    if (!result.ok) toast.error(result.message);
  };
  return {
    busy,
    ask: () => void send("floor:ask"),
    handOver: () => void send("floor:hand-over"),
    release: () => void send("floor:release"),
  };
}
