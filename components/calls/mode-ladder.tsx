"use client";

import { Loader } from "lucide-react";
import {
  AlertDialog,
  AlertDialogAction,
  AlertDialogCancel,
  AlertDialogContent,
  AlertDialogDescription,
  AlertDialogFooter,
  AlertDialogHeader,
  AlertDialogTitle,
} from "@/components/ui/alert-dialog";
import { cn } from "@/components/ui/cn";
import { Kbd } from "@/components/ui/kbd";
import type { Mode } from "@/lib/contract/call";
import { modeIcons } from "./mode-badge";
import { useOtherParty } from "./other-party";
import { modeWords } from "./words";

const rungs: Mode[] = ["spy", "whisper", "barge"];
const keys: Record<Mode, string> = { spy: "S", whisper: "W", barge: "B" };
const lit: Record<Mode, string> = {
  spy: "bg-spy text-spy-foreground",
  whisper: "bg-whisper text-whisper-foreground",
  barge: "bg-barge text-barge-foreground",
};

/** Spy, Whisper, Barge. Lit is only what the telephone system has confirmed; a requested one is outlined until then. */
export function ModeLadder({
  mode,
  pendingMode,
  disabled,
  onRequest,
}: {
  mode: Mode | null;
  pendingMode: Mode | null;
  disabled: boolean;
  onRequest: (mode: Mode) => void;
}) {
  return (
    <fieldset className="flex min-w-0 rounded-lg border border-input bg-card p-0.5 max-md:w-full">
      <legend className="sr-only">Mode, as confirmed by the telephone system</legend>
      {rungs.map((rung) => {
        const pending = pendingMode === rung && mode !== rung;
        const Icon = pending ? Loader : modeIcons[rung];
        return (
          <button
            key={rung}
            type="button"
            aria-pressed={mode === rung}
            aria-busy={pending}
            disabled={disabled}
            title={`${modeWords[rung].label}: ${modeWords[rung].heard}`}
            onClick={() => onRequest(rung)}
            className={cn(
              "inline-flex h-7 flex-1 items-center justify-center gap-1.5 rounded-md border border-transparent px-2.5 font-medium text-13 text-muted-foreground transition-colors duration-100 not-disabled:hover:text-foreground disabled:cursor-not-allowed pointer-coarse:h-10",
              mode === rung && lit[rung],
              mode === rung && "not-disabled:hover:text-current",
              pending && "border-foreground/50 border-dashed text-foreground",
              disabled && mode !== rung && "opacity-50",
            )}
          >
            <Icon aria-hidden className={cn("size-4", pending && "animate-spin")} />
            {modeWords[rung].label}
            {pending && <span className="sr-only">, requested, not confirmed yet</span>}
            <Kbd className="max-2xl:hidden">{keys[rung]}</Kbd>
          </button>
        );
      })}
    </fieldset>
  );
}

/** Barge is heard by the caller, too, so it asks first. */
export function BargeDialog({
  open,
  agent,
  onOpenChange,
  onConfirm,
}: {
  open: boolean;
  agent: string;
  onOpenChange: (open: boolean) => void;
  onConfirm: () => void;
}) {
  const { noun: other } = useOtherParty();
  return (
    <AlertDialog open={open} onOpenChange={onOpenChange}>
      <AlertDialogContent>
        <AlertDialogHeader>
          <AlertDialogTitle>Barge into this call?</AlertDialogTitle>
          <AlertDialogDescription>
            {agent} and the {other} will both hear what is sent into the call. You can step down to Whisper or Spy at
            any time.
          </AlertDialogDescription>
        </AlertDialogHeader>
        <AlertDialogFooter>
          <AlertDialogCancel>Cancel</AlertDialogCancel>
          <AlertDialogAction className="bg-barge text-barge-foreground hover:bg-barge/90" onClick={onConfirm}>
            Barge
          </AlertDialogAction>
        </AlertDialogFooter>
      </AlertDialogContent>
    </AlertDialog>
  );
}
