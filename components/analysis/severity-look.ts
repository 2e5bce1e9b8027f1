import { CircleAlert, Info, TriangleAlert } from "lucide-react";
import type { AlertSeverity } from "@/lib/contract/alert";

/** How an alert of each severity looks and is called; `rank` 0 is the heaviest. */
export const severityLooks: Record<AlertSeverity, { icon: typeof Info; text: string; word: string; rank: number }> = {
  danger: { icon: CircleAlert, text: "text-danger", word: "Danger", rank: 0 },
  warning: { icon: TriangleAlert, text: "text-barge", word: "Warning", rank: 1 },
  info: { icon: Info, text: "text-spy", word: "Information", rank: 2 },
};
