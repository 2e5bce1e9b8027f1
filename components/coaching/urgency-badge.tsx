import { ChevronDown, Minus, Zap } from "lucide-react";
import { Badge, type BadgeVariant } from "@/components/ui/badge";
import type { Urgency } from "@/lib/contract/coaching";

const looks: Record<Urgency, { label: string; variant: BadgeVariant; icon: typeof Zap }> = {
  urgent: { label: "Urgent", variant: "danger", icon: Zap },
  normal: { label: "Normal", variant: "default", icon: Minus },
  low: { label: "Low", variant: "outline", icon: ChevronDown },
};

export function UrgencyBadge({ urgency }: { urgency: Urgency }) {
  const { label, variant, icon: Icon } = looks[urgency];
  return (
    <Badge variant={variant}>
      <Icon aria-hidden /> {label}
    </Badge>
  );
}
