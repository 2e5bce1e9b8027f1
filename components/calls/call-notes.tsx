"use client";

import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Textarea } from "@/components/ui/textarea";
import { actorName } from "@/lib/contract/actor-name";
import type { Note } from "@/lib/contract/domain-events";
import { formatPosition } from "./format";

/** Notes of all supervisors on this call; neither agent nor caller sees them. */
export function CallNotes({
  notes,
  audioStartedAt,
  disabled,
  onAdd,
}: {
  notes: Note[];
  audioStartedAt: number | null;
  disabled: boolean;
  /** Resolves with whether it was kept. */
  onAdd: (text: string) => Promise<boolean>;
}) {
  const [text, setText] = useState("");
  const [busy, setBusy] = useState(false);
  const add = async () => {
    if (!text.trim() || busy || disabled) return;
    setBusy(true);
    if (await onAdd(text.trim())) setText("");
    setBusy(false);
  };
  return (
    <div className="grid gap-2.5">
      <ul className="grid gap-2 empty:hidden">
        {notes.map((note) => (
          <li key={note.noteId} className="grid text-13">
            <span className="text-2xs text-muted-foreground tabular-nums">
              {audioStartedAt !== null && `${formatPosition(note.at - audioStartedAt)} · `}
              {actorName(note.author)}
            </span>
            <span className="whitespace-pre-wrap">{note.text}</span>
          </li>
        ))}
      </ul>
      <form
        className="flex items-end gap-2"
        onSubmit={(event) => {
          event.preventDefault();
          void add();
        }}
      >
        <Textarea
          aria-label="Note on this call"
          placeholder="Note for your team; the agent does not see it"
          className="min-h-8"
          rows={1}
          maxLength={2000}
          value={text}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) void add();
          }}
        />
        <Button type="submit" variant="outline" disabled={disabled || busy || !text.trim()}>
          Add
        </Button>
      </form>
    </div>
  );
}
