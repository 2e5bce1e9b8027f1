"use client";

import { Search } from "lucide-react";
import { useRef, useState } from "react";
import { useShortcuts } from "@/components/layout/use-shortcuts";
import { Button } from "@/components/ui/button";
import { Input } from "@/components/ui/input";
import { Kbd } from "@/components/ui/kbd";

/** Full-text search over what was said, and over names and numbers; Enter asks, Escape takes back what was typed. */
export function HistorySearch({ query, onSearch }: { query: string; onSearch: (query: string) => void }) {
  const inputRef = useRef<HTMLInputElement>(null);
  const [text, setText] = useState(query);
  const [shown, setShown] = useState(query);
  // The address can change without this box: back, forward, "clear".
  if (shown !== query) {
    setShown(query);
    setText(query);
  }
  useShortcuts({
    "/": () => {
      inputRef.current?.focus();
      inputRef.current?.select();
    },
  });
  return (
    <search aria-label="Search calls">
      <form
        action="/history"
        className="flex items-center gap-2"
        onSubmit={(event) => {
          event.preventDefault();
          onSearch(text.trim());
        }}
      >
        <div className="relative min-w-0 flex-1">
          <Search aria-hidden className="absolute top-1/2 left-3 size-4 -translate-y-1/2 text-muted-foreground" />
          <Input
            ref={inputRef}
            type="search"
            name="q"
            maxLength={200}
            aria-label="Search what was said, a name or a number"
            placeholder="Search what was said, a name or a number"
            className="h-10 pr-9 pl-9 text-sm [&::-webkit-search-cancel-button]:hidden"
            value={text}
            onChange={(event) => setText(event.target.value)}
            onKeyDown={(event) => {
              if (event.key !== "Escape") return;
              setText(query);
              event.currentTarget.blur();
            }}
          />
          <Kbd className="absolute top-1/2 right-3 -translate-y-1/2 text-muted-foreground">/</Kbd>
        </div>
        <Button type="submit" size="lg">
          Search
        </Button>
      </form>
    </search>
  );
}
