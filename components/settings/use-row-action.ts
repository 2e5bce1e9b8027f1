"use client";

import { useTransition } from "react";
import { toast } from "sonner";
import type { CommandResult } from "@/lib/contract/command-result";

/** Runs a server action from a button of a row; a failure is shown as a toast. @returns whether one runs, and the runner */
export function useRowAction() {
  const [pending, startTransition] = useTransition();
  const run = <T>(options: { action: () => Promise<CommandResult<T>>; onDone: (data: T) => void }) =>
    startTransition(async () => {
      const result = await options.action().catch(() => null);
      if (result?.ok) options.onDone(result.data);
      else toast.error(result?.message ?? "The server does not answer. Nothing was changed; try again.");
    });
  return { pending, run };
}
