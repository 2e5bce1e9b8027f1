"use client";

import type { RefObject } from "react";
import { Button } from "@/components/ui/button";
import { Input } from "@/components/ui/input";

type Box = RefObject<HTMLInputElement | null>;

/** A search box over a list, with how much it leaves; Escape empties it. */
export function TextFilter(props: {
  box: Box;
  label: string;
  value: string;
  onChange: (value: string) => void;
  count: string;
}) {
  const { box, label, value, onChange, count } = props;
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1 px-3 pb-2">
      <Input
        ref={box}
        type="search"
        aria-label={label}
        placeholder={label}
        className="max-w-64"
        value={value}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={(event) => event.key === "Escape" && onChange("")}
      />
      <p role="status" className="text-muted-foreground text-xs tabular-nums">
        {value.trim() && count}
      </p>
    </div>
  );
}

/** Instead of the rows when the filter leaves none. Clearing it puts the focus back into the search box. */
export function NoMatch(props: { text: string; box: Box; onClear: () => void }) {
  const clear = () => {
    props.onClear();
    props.box.current?.focus();
  };
  return (
    <div className="grid place-items-center gap-3 px-6 py-10 text-13 text-muted-foreground">
      <p>Nothing here matches “{props.text}”.</p>
      <Button variant="outline" size="sm" onClick={clear}>
        Clear the filter
      </Button>
    </div>
  );
}
