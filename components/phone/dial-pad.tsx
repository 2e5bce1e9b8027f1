"use client";

import type { KeyboardEvent } from "react";
import { Button } from "@/components/ui/button";

const KEYS = [..."123456789*0#"];

/** Twelve keys; the keyboard's own work as well while the pad has the focus. */
export function DialPad({
  label,
  onKey,
  disabled = false,
}: {
  label: string;
  onKey: (key: string) => void;
  disabled?: boolean;
}) {
  const onKeyDown = (event: KeyboardEvent) => {
    if (disabled || event.ctrlKey || event.metaKey || event.altKey || !KEYS.includes(event.key)) return;
    event.preventDefault();
    onKey(event.key);
  };
  return (
    <fieldset aria-label={label} className="grid grid-cols-3 gap-1.5" onKeyDown={onKeyDown}>
      {KEYS.map((key) => (
        <Button
          key={key}
          variant="outline"
          aria-label={key === "*" ? "star" : key === "#" ? "hash" : key}
          disabled={disabled}
          className="h-11 text-base tabular-nums pointer-coarse:h-12"
          onClick={() => onKey(key)}
        >
          {key}
        </Button>
      ))}
    </fieldset>
  );
}
