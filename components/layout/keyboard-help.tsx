"use client";

import { useId } from "react";
import { shortcutGroups } from "@/components/layout/shortcut-list";
import { useShortcutsEnabled } from "@/components/layout/use-shortcuts";
import { Dialog, DialogContent, DialogDescription, DialogHeader, DialogTitle } from "@/components/ui/dialog";
import { Kbd } from "@/components/ui/kbd";
import { Label } from "@/components/ui/label";
import { Switch } from "@/components/ui/switch";

export function KeyboardHelp({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  const [enabled, setEnabled] = useShortcutsEnabled();
  const switchId = useId();
  return (
    <Dialog open={open} onOpenChange={onOpenChange}>
      <DialogContent className="max-w-2xl">
        <DialogHeader>
          <DialogTitle>Keyboard</DialogTitle>
          <DialogDescription>Keys are silent while you type.</DialogDescription>
        </DialogHeader>
        <div className="grid gap-x-8 gap-y-5 sm:grid-cols-2">
          {shortcutGroups.map((group) => (
            <section key={group.title} aria-label={group.title}>
              <h3 className="mb-1 font-medium text-muted-foreground text-xs">{group.title}</h3>
              <dl>
                {group.keys.map(({ keys, does }) => (
                  <div key={does} className="flex h-8 items-center justify-between border-b text-13 last:border-0">
                    <dt>{does}</dt>
                    <dd className="flex gap-1">
                      <span className="sr-only">{keys.join(" ")}</span>
                      {keys.map((key) => (
                        <Kbd key={key}>{key}</Kbd>
                      ))}
                    </dd>
                  </div>
                ))}
              </dl>
            </section>
          ))}
        </div>
        <div className="flex items-center justify-between border-t pt-4">
          <Label htmlFor={switchId}>Single-key shortcuts</Label>
          <Switch id={switchId} checked={enabled} onCheckedChange={setEnabled} />
        </div>
      </DialogContent>
    </Dialog>
  );
}
