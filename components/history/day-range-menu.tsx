"use client";

import { CalendarDays } from "lucide-react";
import { useId, useState } from "react";
import { Button } from "@/components/ui/button";
import { cn } from "@/components/ui/cn";
import { Input } from "@/components/ui/input";
import { Label } from "@/components/ui/label";
import { Popover, PopoverContent, PopoverTrigger } from "@/components/ui/popover";
import type { HistoryFilter } from "@/lib/history/schema";
import { type DayRange, describeRange, presetRanges, toDays, toInstants } from "./day-range";
import { useInBrowser } from "./local-time";

type Range = Pick<HistoryFilter, "from" | "to">;

/** Days from – to, in the viewer's time zone. */
export function DayRangeMenu({ range, onChange }: { range: Range; onChange: (range: Range) => void }) {
  const [open, setOpen] = useState(false);
  const inBrowser = useInBrowser();
  const chosen = inBrowser ? describeRange(range) : null;
  const apply = (days: DayRange) => {
    onChange(toInstants(days));
    setOpen(false);
  };
  return (
    <Popover open={open} onOpenChange={setOpen}>
      <PopoverTrigger asChild>
        <Button
          variant="outline"
          className={cn("font-normal", (range.from ?? range.to) && "border-brand/50 bg-brand/5")}
        >
          <CalendarDays aria-hidden className="text-muted-foreground" />
          Days {chosen && <span className="font-medium">{chosen}</span>}
        </Button>
      </PopoverTrigger>
      <PopoverContent aria-label="Days">
        <DayForm days={toDays(range)} onApply={apply} />
      </PopoverContent>
    </Popover>
  );
}

function DayForm({ days, onApply }: { days: DayRange; onApply: (days: DayRange) => void }) {
  const id = useId();
  const [draft, setDraft] = useState(days);
  const presets = presetRanges(Date.now());
  return (
    <form
      className="grid gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        onApply(draft);
      }}
    >
      <div className="grid grid-cols-2 gap-1.5">
        {presets.map((preset) => (
          <Button key={preset.label} variant="secondary" size="sm" onClick={() => onApply(preset.days)}>
            {preset.label}
          </Button>
        ))}
      </div>
      {(["from", "to"] as const).map((end) => (
        <div key={end} className="grid grid-cols-[3rem_1fr] items-center gap-2">
          <Label htmlFor={`${id}-${end}`}>{end === "from" ? "From" : "To"}</Label>
          <Input
            id={`${id}-${end}`}
            type="date"
            value={draft[end]}
            onChange={(event) => setDraft({ ...draft, [end]: event.target.value })}
          />
        </div>
      ))}
      <div className="flex justify-between gap-2">
        <Button variant="ghost" onClick={() => onApply({ from: "", to: "" })}>
          Any day
        </Button>
        <Button type="submit">Apply</Button>
      </div>
    </form>
  );
}
