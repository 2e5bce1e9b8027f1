import { CircleDashed, CircleHelp, Ear, Loader, Megaphone, MessageCircle } from "lucide-react";
import { Badge } from "@/components/ui/badge";
import type { CallState, Mode, Monitoring } from "@/lib/contract/call";
import { modeWords } from "./words";

export const modeIcons = { spy: Ear, whisper: MessageCircle, barge: Megaphone } as const;

/** The confirmed mode with its word; a requested one is added as pending and never shown as if it were confirmed. */
export function ModeBadge({
  state,
  mode,
  pendingMode,
  monitoring,
}: {
  state: CallState;
  mode: Mode | null;
  pendingMode: Mode | null;
  monitoring: Monitoring;
}) {
  if (state === "DISCONNECTED") return <Badge variant="idle">Ended</Badge>;
  if (monitoring !== "monitored") {
    return (
      <Badge variant={monitoring === "lost" ? "danger" : "idle"}>
        <CircleDashed aria-hidden /> {monitoring === "lost" ? "Lost" : "Left"}
      </Badge>
    );
  }
  if (state !== "CONNECTED") return <Badge variant="outline">No mode</Badge>;
  return (
    <span className="inline-flex items-center gap-1">
      <ConfirmedMode mode={mode} />
      {pendingMode && pendingMode !== mode && (
        <Badge variant="outline" className="border-dashed">
          <Loader aria-hidden className="animate-spin" /> {modeWords[pendingMode].label}?
          <span className="sr-only">requested, not confirmed</span>
        </Badge>
      )}
    </span>
  );
}

function ConfirmedMode({ mode }: { mode: Mode | null }) {
  if (mode === null) {
    return (
      <Badge variant="danger">
        <CircleHelp aria-hidden /> Unknown
      </Badge>
    );
  }
  const Icon = modeIcons[mode];
  return (
    <Badge variant={mode}>
      <Icon aria-hidden /> {modeWords[mode].label}
    </Badge>
  );
}
