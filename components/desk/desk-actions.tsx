"use client";

import { LifeBuoy } from "lucide-react";
import { useId } from "react";
import type { DeskCommands } from "@/components/desk/use-desk-commands";
import { useShortcuts } from "@/components/layout/use-shortcuts";
import { Elapsed } from "@/components/realtime/elapsed";
import { useServerNow } from "@/components/realtime/server-clock";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Kbd } from "@/components/ui/kbd";
import { Label } from "@/components/ui/label";
import { Switch } from "@/components/ui/switch";
import { defaultSettings } from "@/lib/coaching/constants";
import type { DeskView } from "@/lib/contract/desk";

/** What the agent can ask for: no whispers for now, and help. */
export function DeskActions({ call, commands, isIdle }: { call: DeskView; commands: DeskCommands; isIdle: boolean }) {
  const { whispersPaused, helpAskedAt } = call;
  const id = useId();
  const now = useServerNow(1000);
  const mayAsk = !isIdle && (helpAskedAt === null || now - helpAskedAt >= defaultSettings.helpAgainMs);
  const togglePause = () => void (isIdle || commands.pauseWhispers(!whispersPaused));
  const askHelp = () => void (mayAsk && commands.askHelp());
  useShortcuts({ p: togglePause, "shift+h": askHelp });
  return (
    <Card className="flex-row flex-wrap items-center gap-x-6 gap-y-3 p-4">
      <div className="flex items-center gap-3">
        <Switch id={id} checked={whispersPaused} disabled={isIdle} onCheckedChange={togglePause} />
        <Label htmlFor={id}>
          Pause whispers <Kbd>P</Kbd>
        </Label>
      </div>
      <div className="flex flex-wrap items-center gap-3 sm:ml-auto">
        <p className="text-13 text-muted-foreground">
          <span role="status">{helpAskedAt !== null && "Shown to your supervisors"}</span>
          {helpAskedAt !== null && (
            <>
              , <Elapsed since={helpAskedAt} /> ago
            </>
          )}
        </p>
        <Button variant="outline" size="lg" aria-disabled={!mayAsk} onClick={askHelp}>
          <LifeBuoy aria-hidden /> {helpAskedAt === null ? "Ask for help" : "Ask again"} <Kbd>⇧H</Kbd>
        </Button>
      </div>
    </Card>
  );
}
