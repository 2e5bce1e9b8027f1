"use client";

import { ChevronDown } from "lucide-react";
import { Button } from "@/components/ui/button";
import { cn } from "@/components/ui/cn";
import {
  DropdownMenu,
  DropdownMenuCheckboxItem,
  DropdownMenuContent,
  DropdownMenuTrigger,
} from "@/components/ui/dropdown-menu";

type Option<T extends string> = { value: T; label: string };

/** One filter of several choices; stays open while choosing. Chosen values that occur no more stay in the list, to be unchosen. */
export function FilterMenu<T extends string>({
  label,
  options,
  chosen,
  onChange,
}: {
  label: string;
  options: Option<T>[];
  chosen: T[];
  onChange: (chosen: T[]) => void;
}) {
  const gone = chosen.filter((value) => !options.some((option) => option.value === value));
  const all = [...options, ...gone.map((value) => ({ value, label: `${value} (none now)` }))];
  const first = all.find((option) => option.value === chosen[0]);
  return (
    <DropdownMenu>
      <DropdownMenuTrigger asChild>
        <Button variant="outline" className={cn("font-normal", chosen.length > 0 && "border-brand/50 bg-brand/5")}>
          {label}
          {first && (
            <span className="max-w-28 truncate font-medium">
              {first.label}
              {chosen.length > 1 && ` +${chosen.length - 1}`}
            </span>
          )}
          <ChevronDown aria-hidden className="size-3.5 text-muted-foreground" />
        </Button>
      </DropdownMenuTrigger>
      <DropdownMenuContent align="start">
        {all.length === 0 && <p className="px-2 py-1.5 text-13 text-muted-foreground">None on the board now</p>}
        {all.map(({ value, label: text }) => (
          <DropdownMenuCheckboxItem
            key={value}
            checked={chosen.includes(value)}
            onSelect={(event) => event.preventDefault()}
            onCheckedChange={(on) => onChange(on ? [...chosen, value] : chosen.filter((other) => other !== value))}
          >
            {text}
          </DropdownMenuCheckboxItem>
        ))}
      </DropdownMenuContent>
    </DropdownMenu>
  );
}
