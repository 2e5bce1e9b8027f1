"use client";

import { useState } from "react";
import { toast } from "sonner";
import type { AgentResponse } from "@/lib/contract/coaching";
import type { CommandResult } from "@/lib/contract/command-result";
import type { CallId, SuggestionId } from "@/lib/contract/ids";
import { SOCKET_VERSION } from "@/lib/contract/socket-events";
import { useCommand } from "@/lib/realtime/client";

/** What an agent can do at the desk, one thing at a time. What came of it shows in the desk itself; only a failure is said. */
export function useDeskCommands(callId: CallId) {
  const command = useCommand();
  const [pending, setPending] = useState<string | null>(null);
  const on = { version: SOCKET_VERSION, callId } as const;

  async function run(name: string, send: () => Promise<CommandResult<unknown>>): Promise<void> {
    if (pending !== null) return;
    setPending(name);
    const result = await send();
    setPending(null);
    if (!result.ok) toast.error(result.message);
  }

  return {
    pending,
    respond: (suggestionId: SuggestionId, response: AgentResponse) =>
      run(`${suggestionId} ${response}`, () => command("desk:respond", { ...on, suggestionId, response })),
    pauseWhispers: (paused: boolean) => run("pause", () => command("desk:pause-whispers", { ...on, paused })),
    askHelp: () => run("help", () => command("desk:ask-help", on)),
  };
}

export type DeskCommands = ReturnType<typeof useDeskCommands>;
