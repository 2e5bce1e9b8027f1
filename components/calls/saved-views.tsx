"use client";

import { Bookmark, Pencil, Trash2 } from "lucide-react";
import { useState } from "react";
import { z } from "zod";
import { useStored } from "@/components/layout/use-stored";
import { Button } from "@/components/ui/button";
import { Input } from "@/components/ui/input";
import { Popover, PopoverContent, PopoverTrigger } from "@/components/ui/popover";

const savedViewSchema = z.object({ name: z.string().min(1).max(60), query: z.string().max(2000) });
type SavedView = z.infer<typeof savedViewSchema>;
const savedViewsSchema = z.array(savedViewSchema).max(50);
const NONE: SavedView[] = [];

/** Named views of the board, kept in this browser. `query` is the present one; choosing a view hands its query back. */
export function SavedViews({ query, onChoose }: { query: string; onChoose: (query: string) => void }) {
  const [views, store] = useStored("earshot.board-views", { schema: savedViewsSchema, fallback: NONE });
  const [open, setOpen] = useState(false);
  const current = views.find((view) => view.query === query);
  const put = (view: SavedView, old?: string) =>
    store([...views.filter(({ name }) => name !== view.name && name !== old), view].slice(-50));
  return (
    <Popover open={open} onOpenChange={setOpen}>
      <PopoverTrigger asChild>
        <Button variant="outline" aria-label={`Saved views${current ? `, now ${current.name}` : ""}`}>
          <Bookmark aria-hidden />
          <span className="max-w-32 truncate">{current?.name ?? "Views"}</span>
        </Button>
      </PopoverTrigger>
      <PopoverContent align="end" className="grid w-80 gap-3">
        {views.length === 0 && (
          <p className="text-13 text-muted-foreground">
            Set filters and sorting as you like, then save them here under a name.
          </p>
        )}
        <ul className="-mx-1 grid gap-0.5 empty:hidden">
          {views.map((view) => (
            <SavedViewItem
              key={view.name}
              view={view}
              current={view === current}
              onChoose={() => {
                onChoose(view.query);
                setOpen(false);
              }}
              onRename={(name) => put({ ...view, name }, view.name)}
              onDelete={() => store(views.filter(({ name }) => name !== view.name))}
            />
          ))}
        </ul>
        <NameForm label="Save this view as" action="Save" initial="" onName={(name) => put({ name, query })} />
      </PopoverContent>
    </Popover>
  );
}

function SavedViewItem({
  view,
  current,
  onChoose,
  onRename,
  onDelete,
}: {
  view: SavedView;
  current: boolean;
  onChoose: () => void;
  onRename: (name: string) => void;
  onDelete: () => void;
}) {
  const [renaming, setRenaming] = useState(false);
  if (renaming) {
    const rename = (name: string) => {
      onRename(name);
      setRenaming(false);
    };
    return (
      <li className="p-1">
        <NameForm label={`New name of ${view.name}`} action="Rename" initial={view.name} onName={rename} />
      </li>
    );
  }
  return (
    <li className="flex items-center gap-0.5">
      <Button
        variant="ghost"
        className="min-w-0 flex-1 justify-start px-2"
        aria-current={current || undefined}
        onClick={onChoose}
      >
        <span className="truncate">{view.name}</span>
        {current && <span className="ml-auto text-2xs text-muted-foreground">shown</span>}
      </Button>
      <Button variant="ghost" size="icon-sm" aria-label={`Rename ${view.name}`} onClick={() => setRenaming(true)}>
        <Pencil aria-hidden />
      </Button>
      <Button variant="ghost" size="icon-sm" aria-label={`Delete ${view.name}`} onClick={onDelete}>
        <Trash2 aria-hidden />
      </Button>
    </li>
  );
}

function NameForm({
  label,
  action,
  initial,
  onName,
}: {
  label: string;
  action: string;
  initial: string;
  onName: (name: string) => void;
}) {
  const [name, setName] = useState(initial);
  return (
    <form
      className="flex gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        if (!name.trim()) return;
        onName(name.trim());
        setName("");
      }}
    >
      <Input
        aria-label={label}
        placeholder={label}
        maxLength={60}
        value={name}
        onChange={(e) => setName(e.target.value)}
      />
      <Button type="submit" disabled={!name.trim()}>
        {action}
      </Button>
    </form>
  );
}
