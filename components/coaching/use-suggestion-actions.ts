"use client";

import { useMemo, useState } from "react";
import { toast } from "sonner";
import type { Suggestion } from "@/lib/contract/coaching";
import type { CommandResult } from "@/lib/contract/command-result";
import type { CallId } from "@/lib/contract/ids";
import { SOCKET_VERSION as VERSION } from "@/lib/contract/socket-events";
import { useCommand } from "@/lib/realtime/client";

export type SuggestionActions = {
  /** Suggestions with a command under way; their buttons wait. */
  busy: ReadonlySet<string>;
  approve: (suggestion: Suggestion, options?: { text?: string; force?: boolean }) => Promise<boolean>;
  reject: (suggestion: Suggestion, reason?: string) => Promise<boolean>;
  claim: (suggestion: Suggestion, claimed: boolean) => Promise<boolean>;
  interrupt: (suggestion: Suggestion) => Promise<boolean>;
  compose: (callId: CallId, words: { text: string; force: boolean }) => Promise<boolean>;
};

const COMPOSING = "compose";
const NOTHING: ReadonlySet<string> = new Set();

type Send = (key: string, send: () => Promise<CommandResult<Suggestion>>) => Promise<boolean>;

/** What people do to suggestions, sent to the server; a refusal is told in its own words. Each resolves with whether it was done. */
export function useSuggestionActions(): SuggestionActions {
  const command = useCommand();
  const [busy, setBusy] = useState<ReadonlySet<string>>(NOTHING);
  const actions = useMemo(() => {
    const run: Send = async (key, send) => {
      setBusy((now) => new Set(now).add(key));
      const result = await send();
      setBusy((now) => new Set([...now].filter((other) => other !== key)));
      if (!result.ok) toast.error(result.message);
      return result.ok;
    };
    return makeActions({ command, run });
  }, [command]);
  return { busy, ...actions };
}

function makeActions({ command, run }: { command: ReturnType<typeof useCommand>; run: Send }) {
  const on = ({ callId, suggestionId }: Suggestion) => ({ version: VERSION, callId, suggestionId }) as const;
  const actions: Omit<SuggestionActions, "busy"> = {
    approve: (suggestion, options = {}) =>
      run(suggestion.suggestionId, () => command("suggestion:approve", { ...on(suggestion), ...options })),
    reject: (suggestion, reason) =>
      run(suggestion.suggestionId, () =>
        command("suggestion:reject", { ...on(suggestion), ...(reason ? { reason } : {}) }),
      ),
    // Under its own key: the claim goes along with opening the editor and must not block its buttons.
    claim: (suggestion, claimed) =>
      run(`claim:${suggestion.suggestionId}`, () => command("suggestion:claim", { ...on(suggestion), claimed })),
    interrupt: (suggestion) => run(suggestion.suggestionId, () => command("suggestion:interrupt", on(suggestion))),
    compose: (callId, words) =>
      run(COMPOSING, () => command("suggestion:compose", { version: VERSION, callId, ...words })),
  };
  return actions;
}
