import { Badge } from "@/components/ui/badge";

/** Voices that are synthetic or replayed are never shown as if they were a customer's. */
export function SimulatedTag() {
  return (
    <Badge variant="outline" className="border-dashed uppercase tracking-wide">
      Simulated
    </Badge>
  );
}
