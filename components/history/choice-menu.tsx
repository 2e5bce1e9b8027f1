"use client";

import { ChevronDown } from "lucide-react";
import { Button } from "@/components/ui/button";
import { cn } from "@/components/ui/cn";
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuRadioGroup,
  DropdownMenuRadioItem,
  DropdownMenuTrigger,
} from "@/components/ui/dropdown-menu";

const ANY = "";

/** One filter with one choice, or any. What was chosen stays in the list even where it occurs no more. */
export function ChoiceMenu<T extends string>({
  label,
  options,
  chosen,
  onChange,
}: {
  label: string;
  options: { value: T; label: string }[];
  chosen: T | undefined;
  onChange: (chosen: T | undefined) => void;
}) {
  const known = options.some((option) => option.value === chosen);
  const all = chosen === undefined || known ? options : [...options, { value: chosen, label: `${chosen} (unknown)` }];
  const current = all.find((option) => option.value === chosen);
  return (
    <DropdownMenu>
      <DropdownMenuTrigger asChild>
        <Button variant="outline" className={cn("font-normal", current && "border-brand/50 bg-brand/5")}>
          {label}
          {current && <span className="max-w-32 truncate font-medium">{current.label}</span>}
          <ChevronDown aria-hidden className="size-3.5 text-muted-foreground" />
        </Button>
      </DropdownMenuTrigger>
      <DropdownMenuContent align="start">
        <DropdownMenuRadioGroup
          value={chosen ?? ANY}
          onValueChange={(value) => onChange(all.find((option) => option.value === value)?.value)}
        >
          <DropdownMenuRadioItem value={ANY}>Any</DropdownMenuRadioItem>
          {all.map(({ value, label: text }) => (
            <DropdownMenuRadioItem key={value} value={value}>
              {text}
            </DropdownMenuRadioItem>
          ))}
        </DropdownMenuRadioGroup>
      </DropdownMenuContent>
    </DropdownMenu>
  );
}
