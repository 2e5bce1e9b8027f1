"use client";

import { MessageCircle } from "lucide-react";
import { Button } from "@/components/ui/button";
import { Kbd } from "@/components/ui/kbd";
import { WordsEditor } from "./words-editor";

/** A supervisor's own words, spoken by the synthetic voice to the agent only. */
export function ComposeWhisper({
  open,
  busy,
  disabled,
  onOpen,
  onSend,
}: {
  open: boolean;
  busy: boolean;
  disabled: boolean;
  onOpen: (open: boolean) => void;
  onSend: (words: { text: string; force: boolean }) => void;
}) {
  const off = busy || disabled;
  if (!open) {
    return (
      <Button variant="outline" className="justify-self-start" disabled={disabled} onClick={() => onOpen(true)}>
        <MessageCircle aria-hidden /> Write your own whisper <Kbd>N</Kbd>
      </Button>
    );
  }
  return (
    <div className="rounded-lg border bg-card p-3.5">
      <WordsEditor
        label="Your words to the agent"
        initial=""
        onSend={(text) => {
          if (!off) onSend({ text, force: false });
        }}
        onCancel={() => onOpen(false)}
        actions={(text) => (
          <>
            <Button type="submit" variant="positive" disabled={off || !text}>
              Whisper <Kbd>Ctrl ↵</Kbd>
            </Button>
            <Button variant="outline" disabled={off || !text} onClick={() => onSend({ text, force: true })}>
              Now
            </Button>
            <Button variant="ghost" onClick={() => onOpen(false)}>
              Cancel
            </Button>
          </>
        )}
      />
    </div>
  );
}
