"use client";

import { ChevronDown, ChevronUp, Search } from "lucide-react";
import type { RefObject } from "react";
import { Button } from "@/components/ui/button";
import { Input } from "@/components/ui/input";

/** Finds words in this call: Enter goes to the next line, Shift-Enter back, Escape clears. */
export function TranscriptSearch({
  inputRef,
  query,
  found,
  place,
  onQuery,
  onStep,
}: {
  inputRef: RefObject<HTMLInputElement | null>;
  query: string;
  found: number;
  /** Which hit is shown, from 0. */
  place: number;
  onQuery: (query: string) => void;
  onStep: (step: 1 | -1) => void;
}) {
  return (
    <div className="flex items-center gap-1">
      <div className="relative">
        <Search aria-hidden className="absolute top-1/2 left-2 size-3.5 -translate-y-1/2 text-muted-foreground" />
        <Input
          ref={inputRef}
          type="search"
          aria-label="Search in this call"
          placeholder="Search in this call"
          className="h-7 w-44 pl-7 text-xs [&::-webkit-search-cancel-button]:hidden"
          value={query}
          onChange={(event) => onQuery(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === "Enter") onStep(event.shiftKey ? -1 : 1);
            if (event.key !== "Escape") return;
            event.stopPropagation();
            onQuery("");
            event.currentTarget.blur();
          }}
        />
      </div>
      {query && (
        <>
          <span role="status" className="min-w-10 text-center text-2xs text-muted-foreground tabular-nums">
            {found === 0 ? "none" : `${place + 1} of ${found}`}
          </span>
          <Button
            variant="ghost"
            size="icon-sm"
            aria-label="Previous hit"
            disabled={found === 0}
            onClick={() => onStep(-1)}
          >
            <ChevronUp aria-hidden />
          </Button>
          <Button variant="ghost" size="icon-sm" aria-label="Next hit" disabled={found === 0} onClick={() => onStep(1)}>
            <ChevronDown aria-hidden />
          </Button>
        </>
      )}
    </div>
  );
}
