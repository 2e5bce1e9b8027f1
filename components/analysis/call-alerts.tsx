"use client";

import { X } from "lucide-react";
import { Button } from "@/components/ui/button";
import { cn } from "@/components/ui/cn";
import type { Alert } from "@/lib/contract/alert";
import type { UtteranceId } from "@/lib/contract/ids";
import { severityLooks } from "./severity-look";

/** Active alerts of the call: what, why, and two ways to be rid of one. */
export function CallAlerts({
  alerts,
  disabled,
  onDismiss,
  onShow,
}: {
  alerts: Alert[];
  disabled: boolean;
  onDismiss: (alert: Alert, wrong: boolean) => void;
  onShow: (id: UtteranceId) => void;
}) {
  const active = alerts.filter((alert) => alert.active);
  if (active.length === 0) return null;
  return (
    <ul aria-label="Alerts" className="divide-y rounded-lg border bg-card">
      {active.map((alert) => {
        const { icon: Icon, text, word } = severityLooks[alert.severity];
        const { utteranceId } = alert;
        return (
          <li key={alert.alertId} className="flex items-center gap-2.5 px-3.5 py-1.5 text-13">
            <Icon className={cn("size-4 shrink-0", text)} aria-hidden />
            <span className="sr-only">{word}:</span>
            <p className="min-w-0 flex-1">
              <span className="font-medium">{alert.label}</span>{" "}
              <span className="text-muted-foreground text-xs">{alert.detail}</span>
            </p>
            {utteranceId && (
              <Button size="sm" variant="ghost" onClick={() => onShow(utteranceId)}>
                Show
              </Button>
            )}
            <Button size="sm" variant="ghost" disabled={disabled} onClick={() => onDismiss(alert, true)}>
              Wrong
            </Button>
            <Button
              size="icon-sm"
              variant="ghost"
              disabled={disabled}
              aria-label={`Dismiss ${alert.label}`}
              onClick={() => onDismiss(alert, false)}
            >
              <X aria-hidden />
            </Button>
          </li>
        );
      })}
    </ul>
  );
}
