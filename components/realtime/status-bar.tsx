"use client";

import { AudioLines, CircleAlert, CircleCheck, Clock, FlaskConical } from "lucide-react";
import { Badge } from "@/components/ui/badge";
import { cn } from "@/components/ui/cn";
import { useConnection, useNow } from "@/lib/realtime/client";
import { type ConnectionTone, connectionWords, transcriptionWords } from "./connection-words";
import { GatewayMenu } from "./gateway-menu";

const tones: Record<ConnectionTone, { text: string; icon: typeof Clock }> = {
  good: { text: "text-whisper", icon: CircleCheck },
  old: { text: "text-barge", icon: Clock },
  bad: { text: "text-danger", icon: CircleAlert },
};

/** Foot of every page: connection and age of the newest data, telephone systems, transcription, and whether calls are simulated. */
export function StatusBar() {
  const connection = useConnection();
  const now = useNow(250);
  const ageMs = connection.dataAt === null ? null : Math.max(0, now - connection.dataAt);
  const { tone, text } = connectionWords({ ...connection, ageMs });
  const { icon: Icon, text: colour } = tones[tone];
  const simulated = connection.demonstration || connection.gateways.some((gateway) => gateway.simulated);
  return (
    <footer className="flex h-8 shrink-0 items-center gap-4 overflow-hidden whitespace-nowrap border-t bg-card px-4 text-2xs text-muted-foreground tabular-nums lg:px-6">
      <span className="inline-flex items-center gap-1.5">
        <Icon className={cn("size-3.5", colour)} aria-hidden />
        <span className={tone === "good" ? undefined : cn("font-medium", colour)}>{text}</span>
      </span>
      <GatewayMenu gateways={connection.gateways} />
      {connection.transcription !== "full" && (
        <span className="inline-flex items-center gap-1.5 font-medium text-barge">
          <AudioLines className="size-3.5" aria-hidden /> {transcriptionWords[connection.transcription]}
        </span>
      )}
      {simulated && (
        <Badge variant="brand" className="ml-auto border-dashed">
          <FlaskConical aria-hidden /> SIMULATION
          <span className="font-normal max-sm:hidden">some voices are synthetic or replayed</span>
        </Badge>
      )}
    </footer>
  );
}
