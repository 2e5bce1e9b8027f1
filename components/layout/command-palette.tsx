"use client";

import { Keyboard, LogOut, Phone } from "lucide-react";
import { useTheme } from "next-themes";
import { shortNumber } from "@/components/calls/format";
import { Mood } from "@/components/calls/mood";
import { ListenItems } from "@/components/headset/listen-items";
import { navigationFor } from "@/components/layout/navigation";
import { themeChoices } from "@/components/layout/theme-toggle";
import { Command, CommandEmpty, CommandGroup, CommandInput, CommandItem, CommandList } from "@/components/ui/command";
import { Dialog, DialogContent, DialogTitle } from "@/components/ui/dialog";
import { isLive } from "@/lib/contract/call";
import { useBoard } from "@/lib/realtime/client";

export type PaletteActions = { onGo: (href: string) => void; onHelp: () => void; onSignOut: () => void };

/** Everything one can go to or do, by typing. Live calls are watched only while it is open. */
export function CommandPalette({
  open,
  onOpenChange,
  role,
  ...actions
}: PaletteActions & { open: boolean; onOpenChange: (open: boolean) => void; role: string }) {
  const then = (run: () => void) => () => {
    onOpenChange(false);
    run();
  };
  return (
    <Dialog open={open} onOpenChange={onOpenChange}>
      <DialogContent aria-describedby={undefined} className="top-24 max-w-lg translate-y-0 gap-0 p-0 [&>button]:hidden">
        <DialogTitle className="sr-only">Command palette</DialogTitle>
        <Command label="Commands" loop>
          <CommandInput placeholder="Go to a page or a call, or do something…" aria-label="Search commands" />
          <CommandList>
            <CommandEmpty>Nothing of that name.</CommandEmpty>
            <CommandGroup heading="Go to">
              {navigationFor(role).map(({ href, label, icon: Icon }) => (
                <CommandItem key={href} onSelect={then(() => actions.onGo(href))}>
                  <Icon aria-hidden /> {label}
                </CommandItem>
              ))}
            </CommandGroup>
            <LiveCalls onGo={(href) => then(() => actions.onGo(href))()} />
            <ListenItems then={then} />
            <CommandGroup heading="Do">
              <ThemeItems then={then} />
              <CommandItem onSelect={then(actions.onHelp)}>
                <Keyboard aria-hidden /> Keyboard help
              </CommandItem>
              <CommandItem onSelect={then(actions.onSignOut)}>
                <LogOut aria-hidden /> Sign out
              </CommandItem>
            </CommandGroup>
          </CommandList>
        </Command>
      </DialogContent>
    </Dialog>
  );
}

function LiveCalls({ onGo }: { onGo: (href: string) => void }) {
  const calls = useBoard().rows.filter((row) => isLive(row.state));
  if (calls.length === 0) return null;
  return (
    <CommandGroup heading="Live calls">
      {calls.map(({ info, mood, trend }) => (
        <CommandItem
          key={info.callId}
          value={`${info.agentName ?? ""} ${info.callerName ?? ""} ${info.callerNumber} ${info.callId}`}
          onSelect={() => onGo(`/live/${info.callId}`)}
        >
          <Phone aria-hidden />
          <span className="min-w-0 flex-1 truncate">
            {info.agentName ?? info.calleeNumber} <span className="text-muted-foreground">⇄</span>{" "}
            {info.callerName ?? shortNumber(info.callerNumber)}
          </span>
          <Mood score={mood} trend={trend} className="text-xs" />
        </CommandItem>
      ))}
    </CommandGroup>
  );
}

function ThemeItems({ then }: { then: (run: () => void) => () => void }) {
  const { setTheme } = useTheme();
  return themeChoices.map(({ value, label, icon: Icon }) => (
    <CommandItem key={value} value={`theme ${label}`} onSelect={then(() => setTheme(value))}>
      <Icon aria-hidden /> Theme: {label.toLowerCase()}
    </CommandItem>
  ));
}
