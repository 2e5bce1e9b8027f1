"use client";

import { CircleAlert, CircleCheck, Loader } from "lucide-react";
import { formatAge } from "@/components/calls/format";
import { SimulatedTag } from "@/components/calls/simulated-tag";
import { cn } from "@/components/ui/cn";
import type { GatewayReport } from "@/lib/contract/gateway-status";
import { driverWord, gatewayAdvice, gatewayStateWords, gatewayTitle, worstFirst } from "./gateway-words";
import { useServerNow } from "./server-clock";

const looks = {
  up: { icon: CircleCheck, colour: "text-whisper" },
  connecting: { icon: Loader, colour: "text-barge" },
  down: { icon: CircleAlert, colour: "text-danger" },
} as const;

/** Every telephone system, the worst first, with its own diagnosis; `advice`: also with what can be done about it. */
export function GatewayList({ gateways, advice = false }: { gateways: GatewayReport[]; advice?: boolean }) {
  return (
    <ul aria-label="Telephone systems" className="divide-y">
      {worstFirst(gateways).map((gateway) => (
        <li key={gateway.name} className="grid gap-1.5 py-2.5 first:pt-0 last:pb-0">
          <GatewayHead gateway={gateway} />
          <GatewayFacts gateway={gateway} />
          <Words text={gateway.detail} className="text-13 text-foreground" />
          {advice && <Words text={gatewayAdvice(gateway)} className="text-muted-foreground text-xs" />}
        </li>
      ))}
    </ul>
  );
}

function GatewayHead({ gateway }: { gateway: GatewayReport }) {
  const { icon: Icon, colour } = looks[gateway.state];
  return (
    <p className="flex flex-wrap items-center gap-x-2 gap-y-1 text-13">
      <span className={cn("inline-flex items-center gap-1.5 font-medium", colour)}>
        <Icon className="size-4" aria-hidden /> {gatewayStateWords[gateway.state]}
      </span>{" "}
      <span className="font-medium [overflow-wrap:anywhere]">{gatewayTitle(gateway)}</span>{" "}
      <span className="text-muted-foreground">{driverWord(gateway)}</span>
      {gateway.simulated && <SimulatedTag />}
    </p>
  );
}

function GatewayFacts({ gateway: { state, since, latencyMs, reconnects } }: { gateway: GatewayReport }) {
  const now = useServerNow(1000);
  const sinceWord = state === "up" ? "Up for" : "Away for";
  return (
    <dl className="flex flex-wrap gap-x-4 gap-y-0.5 text-muted-foreground text-xs tabular-nums">
      <Fact label={sinceWord} title={`since ${new Date(since).toLocaleString()}`}>
        {formatAge(now - since)}
      </Fact>
      <Fact label="Latency">{latencyMs === null ? "—" : `${Math.round(latencyMs)} ms`}</Fact>
      <Fact label="Reconnects">{reconnects}</Fact>
    </dl>
  );
}

function Fact({ label, title, children }: { label: string; title?: string; children: React.ReactNode }) {
  return (
    <div className="flex gap-1" title={title}>
      <dt>{label}</dt> <dd className="font-medium text-foreground">{children}</dd>
    </div>
  );
}

/** Words between backticks are commands. */
function Words({ text, className }: { text: string | null; className: string }) {
  if (text === null) return null;
  const parts = text.split("`").map((part, at) => ({ part, at, isCommand: at % 2 === 1 }));
  return (
    <p className={cn("[overflow-wrap:anywhere]", className)}>
      {parts.map(({ part, at, isCommand }) => (isCommand ? <code key={at}>{part}</code> : part))}
    </p>
  );
}
