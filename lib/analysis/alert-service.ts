import { randomUUID } from "node:crypto";
import { type Alert, alertSchema } from "@/lib/contract/alert";
import type { Actor } from "@/lib/contract/call";
import type { DomainEvent } from "@/lib/contract/domain-events";
import type { AlertId, CallId } from "@/lib/contract/ids";
import type { EventBus } from "@/lib/events/event-bus";
import type { Clock } from "@/lib/platform/clock";
import { AppError } from "@/lib/platform/errors";
import { ALERT_RULES, type AlertCause, type AlertRule, type AlertWindow, EMPTY_WINDOW, foldWindow } from "./alerts";
import type { AlertCommands } from "./commands";

/** Where a rule stands: an alert is up, or was dismissed while its cause goes on. */
type Standing = { alertId: AlertId; causeKey: string; dismissed: boolean };
type CallAlerts = { window: AlertWindow; standing: Map<string, Standing>; alerts: Map<AlertId, Alert> };

const SYSTEM: Actor = { kind: "system" };

/** Folds each connected call and raises, ends and dismisses its alerts on the bus. An alert comes once per cause. */
export class AlertService implements AlertCommands {
  readonly #calls = new Map<CallId, CallAlerts>();
  readonly #rules: readonly AlertRule[];
  #unsubscribe: (() => void) | null = null;

  constructor(private readonly deps: { bus: EventBus; clock: Clock; rules?: readonly AlertRule[] }) {
    this.#rules = deps.rules ?? ALERT_RULES;
  }

  start(): void {
    this.#unsubscribe ??= this.deps.bus.subscribe((event) => this.#onEvent(event));
  }

  stop(): void {
    this.#unsubscribe?.();
    this.#unsubscribe = null;
    this.#calls.clear();
  }

  async dismiss(request: { callId: CallId; alertId: AlertId; wrong: boolean; by: Actor }): Promise<Alert> {
    const call = this.#calls.get(request.callId);
    const alert = call?.alerts.get(request.alertId);
    if (!call || !alert)
      throw new AppError("NOT_FOUND", {
        message: `no alert ${request.alertId} on a live call ${request.callId}`,
        userMessage: "This alert is gone: the call has ended, or the alert was never there.",
        field: "alertId",
      });
    const standing = call.standing.get(alert.rule);
    if (standing?.alertId === alert.alertId) standing.dismissed = true;
    const changed = { ...alert, active: false, markedWrong: alert.markedWrong || request.wrong };
    if (changed.active !== alert.active || changed.markedWrong !== alert.markedWrong)
      this.#change({ callId: request.callId, call, alert: changed, by: request.by });
    return changed;
  }

  #onEvent(event: DomainEvent): void {
    const { callId } = event;
    const begins = event.type === "call.connected" || (event.type === "call.arrived" && event.state === "CONNECTED");
    const ends =
      event.type === "call.ended" || (event.type === "call.monitoring_changed" && event.monitoring === "left");
    if (ends) this.#calls.delete(callId);
    if (begins && !this.#calls.has(callId))
      this.#calls.set(callId, { window: EMPTY_WINDOW, standing: new Map(), alerts: new Map() });
    const call = this.#calls.get(callId);
    if (!call) return;
    const window = foldWindow({ window: call.window, event });
    if (window === call.window) return;
    call.window = window;
    for (const rule of this.#rules) this.#apply({ callId, call, rule });
  }

  #apply({ callId, call, rule }: { callId: CallId; call: CallAlerts; rule: AlertRule }): void {
    const standing = call.standing.get(rule.key);
    const cause = rule.check({ window: call.window, standing: standing !== undefined });
    if (!cause) {
      call.standing.delete(rule.key);
      const alert = standing && call.alerts.get(standing.alertId);
      if (alert?.active) this.#change({ callId, call, alert: { ...alert, active: false }, by: SYSTEM });
    } else if (!standing || (standing.dismissed && standing.causeKey !== cause.key)) {
      this.#raise({ callId, call, rule, cause });
    } else {
      // The same alert now stands for the newest cause; dismissing it dismisses that one.
      standing.causeKey = cause.key;
    }
  }

  #raise({
    callId,
    call,
    rule,
    cause,
  }: {
    callId: CallId;
    call: CallAlerts;
    rule: AlertRule;
    cause: AlertCause;
  }): void {
    const alert = alertSchema.parse({
      alertId: randomUUID(),
      rule: rule.key,
      label: rule.label,
      severity: cause.severity,
      detail: cause.detail.slice(0, 300),
      raisedAt: this.deps.clock.now(),
      utteranceId: cause.utteranceId,
      active: true,
      markedWrong: false,
    });
    call.standing.set(rule.key, { alertId: alert.alertId, causeKey: cause.key, dismissed: false });
    call.alerts.set(alert.alertId, alert);
    this.deps.bus.publish({ type: "alert.raised", callId, alert });
  }

  #change({ callId, call, alert, by }: { callId: CallId; call: CallAlerts; alert: Alert; by: Actor }): void {
    call.alerts.set(alert.alertId, alert);
    this.deps.bus.publish({ type: "alert.changed", callId, alert, by });
  }
}
