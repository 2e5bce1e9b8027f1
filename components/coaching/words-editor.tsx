"use client";

import { type ReactNode, useState } from "react";
import { Textarea } from "@/components/ui/textarea";

const MAX_WORDS = 500;

/** A whisper's words being written: Ctrl-Enter sends, Escape leaves. `actions` gets the trimmed text. */
export function WordsEditor({
  label,
  initial,
  onSend,
  onCancel,
  actions,
}: {
  label: string;
  initial: string;
  onSend: (text: string) => void;
  onCancel: () => void;
  actions: (text: string) => ReactNode;
}) {
  const [text, setText] = useState(initial);
  const trimmed = text.trim();
  return (
    <form
      className="grid gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        if (trimmed) onSend(trimmed);
      }}
    >
      <Textarea
        aria-label={label}
        placeholder={label}
        value={text}
        maxLength={MAX_WORDS}
        autoFocus
        onChange={(event) => setText(event.target.value)}
        onFocus={(event) => event.target.setSelectionRange(event.target.value.length, event.target.value.length)}
        onKeyDown={(event) => {
          if (event.key === "Escape") {
            event.stopPropagation();
            onCancel();
          }
          if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && trimmed) {
            event.preventDefault();
            onSend(trimmed);
          }
        }}
      />
      <div className="flex flex-wrap items-center gap-2">{actions(trimmed)}</div>
    </form>
  );
}
