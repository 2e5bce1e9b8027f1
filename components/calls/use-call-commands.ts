"use client";

import { useState } from "react";
import { toast } from "sonner";
import type { Alert } from "@/lib/contract/alert";
import type { Mode } from "@/lib/contract/call";
import type { CallId } from "@/lib/contract/ids";
import { SOCKET_VERSION as version } from "@/lib/contract/socket-events";
import { useCommand } from "@/lib/realtime/client";

/** What people do to a call. A refusal is told in the server's own words; nothing is shown as done before it is confirmed. */
export function useCallCommands(callId: CallId) {
  const command = useCommand();
  const [requested, setRequested] = useState<Mode | null>(null);
  const on = { version, callId } as const;

  const setMode = async (mode: Mode) => {
    setRequested(mode);
    const result = await command("call:set-mode", { ...on, mode });
    setRequested(null);
    if (!result.ok) toast.error(result.message);
  };
  const leave = async () => {
    const result = await command("call:leave", on);
    if (result.ok) toast.success("Earshot has left the call. It goes on without supervision.");
    else toast.error(result.message);
  };
  const end = async () => {
    const result = await command("call:end", on);
    if (!result.ok) toast.error(result.message);
  };
  const addNote = async (text: string) => {
    const result = await command("call:add-note", { ...on, text });
    if (!result.ok) toast.error(result.message);
    return result.ok;
  };
  const dismissAlert = async ({ alertId }: Alert, wrong: boolean) => {
    const result = await command("alert:dismiss", { ...on, alertId, wrong });
    if (!result.ok) toast.error(result.message);
  };
  return { requested, setMode, leave, end, addNote, dismissAlert };
}
