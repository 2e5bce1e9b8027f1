"use client";

import { X } from "lucide-react";
import { Button } from "@/components/ui/button";
import type { HistoryFilter } from "@/lib/history/schema";
import type { HistoryChoices } from "@/lib/history/types";
import { ChoiceMenu } from "./choice-menu";
import { DayRangeMenu } from "./day-range-menu";
import { countFilters } from "./history-url";
import { moodChoices, whisperChoices } from "./history-words";

const named = ({ id, name }: { id: string; name: string }) => ({ value: id, label: name });

/** Every filter of the history; each change goes into the address. */
export function HistoryFilters({
  filter,
  choices,
  onChange,
  onClear,
}: {
  filter: HistoryFilter;
  choices: HistoryChoices;
  onChange: (change: Partial<HistoryFilter>) => void;
  onClear: () => void;
}) {
  return (
    <fieldset className="flex min-w-0 gap-2 max-sm:-mx-4 max-sm:w-[calc(100%+2rem)] max-sm:overflow-x-auto max-sm:px-4 max-sm:py-1 sm:flex-wrap">
      <legend className="sr-only">Filters</legend>
      <DayRangeMenu range={filter} onChange={onChange} />
      <ChoiceMenu
        label="Team"
        options={choices.teams.map(named)}
        chosen={filter.team}
        onChange={(team) => onChange({ team })}
      />
      <ChoiceMenu
        label="Agent"
        options={choices.agents.map(named)}
        chosen={filter.agent}
        onChange={(agent) => onChange({ agent })}
      />
      <ChoiceMenu label="Mood" options={moodChoices} chosen={filter.mood} onChange={(mood) => onChange({ mood })} />
      <ChoiceMenu
        label="Topic"
        options={choices.topics.map(({ key, label }) => ({ value: key, label }))}
        chosen={filter.topic}
        onChange={(topic) => onChange({ topic })}
      />
      <ChoiceMenu
        label="Whispers"
        options={whisperChoices}
        chosen={filter.whisper}
        onChange={(whisper) => onChange({ whisper })}
      />
      {countFilters(filter) > 0 && (
        <Button variant="ghost" onClick={onClear}>
          <X aria-hidden /> Clear
        </Button>
      )}
    </fieldset>
  );
}
