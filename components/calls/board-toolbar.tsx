"use client";

import { LayoutGrid, List, Search, X } from "lucide-react";
import { memo, type RefObject } from "react";
import { Button } from "@/components/ui/button";
import { Input } from "@/components/ui/input";
import { Kbd } from "@/components/ui/kbd";
import { ToggleGroup, ToggleGroupItem } from "@/components/ui/toggle-group";
import type { BoardChoices } from "./board-filter";
import { ALERT_CHOICES, activeFilters, type BoardUrl, MODE_CHOICES, MOOD_BANDS, NO_FILTER } from "./board-url";
import { FilterMenu } from "./filter-menu";
import { modeWords } from "./words";

const moodOptions = MOOD_BANDS.map((value) => ({ value, label: value.charAt(0).toUpperCase() + value.slice(1) }));
const modeOptions = MODE_CHOICES.map((value) => ({
  value,
  label: value === "none" ? "No mode" : modeWords[value].label,
}));
const severityWords = { danger: "Danger", warning: "Warning", info: "Information" } as const;
const alertOptions = ALERT_CHOICES.map((value) => ({ value, label: severityWords[value] }));

/** Filters and search of the board; all of it goes into the URL. */
export const BoardToolbar = memo(function BoardToolbar({
  choices,
  url,
  onChange,
  searchRef,
}: {
  choices: BoardChoices;
  url: BoardUrl;
  onChange: (change: Partial<BoardUrl>) => void;
  searchRef: RefObject<HTMLInputElement | null>;
}) {
  return (
    <div className="flex flex-wrap items-center gap-2">
      <div className="relative w-full sm:w-60">
        <Search aria-hidden className="absolute top-1/2 left-2.5 size-4 -translate-y-1/2 text-muted-foreground" />
        <Input
          ref={searchRef}
          type="search"
          aria-label="Search live calls"
          placeholder="Search"
          className="pr-8 pl-8 [&::-webkit-search-cancel-button]:hidden"
          value={url.q}
          onChange={(event) => onChange({ q: event.target.value })}
          onKeyDown={(event) => {
            if (event.key !== "Escape") return;
            onChange({ q: "" });
            event.currentTarget.blur();
          }}
        />
        <Kbd className="absolute top-1/2 right-2 -translate-y-1/2 text-muted-foreground">/</Kbd>
      </div>
      <fieldset className="flex min-w-0 gap-2 max-sm:-mx-4 max-sm:w-[calc(100%+2rem)] max-sm:overflow-x-auto max-sm:px-4 max-sm:py-1 sm:flex-wrap">
        <legend className="sr-only">Filters</legend>
        <FilterMenu label="Team" options={choices.team} chosen={url.team} onChange={(team) => onChange({ team })} />
        <FilterMenu
          label="Agent"
          options={choices.agent}
          chosen={url.agent}
          onChange={(agent) => onChange({ agent })}
        />
        <FilterMenu label="Mood" options={moodOptions} chosen={url.mood} onChange={(mood) => onChange({ mood })} />
        <FilterMenu
          label="Topic"
          options={choices.topic}
          chosen={url.topic}
          onChange={(topic) => onChange({ topic })}
        />
        <FilterMenu label="Mode" options={modeOptions} chosen={url.mode} onChange={(mode) => onChange({ mode })} />
        <FilterMenu label="Alert" options={alertOptions} chosen={url.alert} onChange={(alert) => onChange({ alert })} />
        {activeFilters(url) > 0 && (
          <Button variant="ghost" onClick={() => onChange(NO_FILTER)}>
            <X aria-hidden /> Clear
          </Button>
        )}
      </fieldset>
    </div>
  );
});

export function ViewSwitch({ view, onChange }: { view: BoardUrl["view"]; onChange: (view: BoardUrl["view"]) => void }) {
  return (
    <ToggleGroup
      type="single"
      aria-label="Show calls as"
      className="max-lg:hidden"
      value={view}
      onValueChange={(value) => {
        if (value === "list" || value === "cards") onChange(value);
      }}
    >
      <ToggleGroupItem value="list">
        <List aria-hidden /> List
      </ToggleGroupItem>
      <ToggleGroupItem value="cards">
        <LayoutGrid aria-hidden /> Cards
      </ToggleGroupItem>
    </ToggleGroup>
  );
}
