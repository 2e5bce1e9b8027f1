import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { GatewayReport } from "@/lib/contract/gateway-status";
import type { EventBus } from "@/lib/events/event-bus";
import type { AudioMetrics, RealtimeMetrics } from "@/lib/realtime/ports";

export type MetricSources = {
  bus: EventBus;
  liveCalls: () => number;
  gateways: () => GatewayReport[];
  /** Batches of the record that failed in a row. */
  recordFailures: () => number;
};
export type Metrics = { registry: Registry; realtime: RealtimeMetrics };

/** What Prometheus reads at /api/metrics. No label carries a person, a number or a call. */
export function createMetrics(sources: MetricSources): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  addGauges(registry, sources);
  addGatewayGauges(registry, sources);
  const registers = [registry];
  const events = new Counter({ name: "earshot_events_total", help: "Domain events", labelNames: ["type"], registers });
  sources.bus.subscribe((event) => events.inc({ type: event.type }));
  return { registry, realtime: realtimeMetrics(registry) };
}

function addGauges(registry: Registry, sources: MetricSources): void {
  const gauge = (name: string, options: { help: string; read: () => number }) =>
    new Gauge({
      name,
      help: options.help,
      registers: [registry],
      collect() {
        this.set(options.read());
      },
    });
  gauge("earshot_live_calls", { help: "Calls being monitored now", read: sources.liveCalls });
  const up = () => sources.gateways().filter(({ state }) => state === "up").length;
  gauge("earshot_gateways_up", { help: "Telephone connections that are up", read: up });
  gauge("earshot_record_failures", { help: "Writes of the record that failed in a row", read: sources.recordFailures });
}

/** One line each for every telephone system, by its configured name. */
function addGatewayGauges(registry: Registry, sources: MetricSources): void {
  const gauge = (name: string, options: { help: string; read: (gateway: GatewayReport) => number | null }) =>
    new Gauge({
      name,
      help: options.help,
      labelNames: ["name"],
      registers: [registry],
      collect() {
        this.reset();
        for (const gateway of sources.gateways()) {
          const value = options.read(gateway);
          if (value !== null) this.set({ name: gateway.name }, value);
        }
      },
    });
  gauge("earshot_gateway_up", { help: "1 while it is up, else 0", read: ({ state }) => Number(state === "up") });
  gauge("earshot_gateway_reconnects", { help: "Reconnects since the start", read: ({ reconnects }) => reconnects });
  gauge("earshot_gateway_latency_ms", { help: "Round trip, milliseconds", read: ({ latencyMs }) => latencyMs });
}

function realtimeMetrics(registry: Registry): RealtimeMetrics {
  const registers = [registry];
  const browsers = new Gauge({ name: "earshot_browsers", help: "Open sockets of browsers", registers });
  const commands = new Counter({
    name: "earshot_commands_total",
    help: "Commands of browsers, by outcome (ok or an error code)",
    labelNames: ["command", "outcome"],
    registers,
  });
  const commandMs = new Histogram({
    name: "earshot_command_duration_ms",
    help: "From a command to its acknowledgement, milliseconds",
    labelNames: ["command"],
    buckets: [1, 2, 5, 10, 20, 50, 100, 250, 1000, 5000],
    registers,
  });
  const eventAge = new Histogram({
    name: "earshot_event_age_ms",
    help: "Age of the oldest event of a message handed to Socket.IO, milliseconds",
    buckets: [1, 2, 5, 10, 20, 50, 100, 250],
    registers,
  });
  const oversized = new Counter({
    name: "earshot_oversized_messages_total",
    help: "Messages of browsers that were too large and ended their connection",
    registers,
  });
  const rows = new Counter({ name: "earshot_board_rows_total", help: "Rows sent in board updates", registers });
  return {
    connections: (open) => browsers.set(open),
    command: ({ name, outcome, ms }) => {
      commands.inc({ command: name, outcome });
      commandMs.observe({ command: name }, ms);
    },
    batch: ({ ageMs }) => eventAge.observe(ageMs),
    board: ({ rows: sent }) => rows.inc(sent),
    oversized: () => oversized.inc(),
    audio: audioMetrics(registry),
  };
}

function audioMetrics(registry: Registry): AudioMetrics {
  const registers = [registry];
  const listeners = new Gauge({ name: "earshot_listeners", help: "Sockets that hear a call", registers });
  const packets = new Counter({
    name: "earshot_listen_packets_total",
    help: "Packets of sound to browsers: handed to the socket, or left out because it is slow",
    labelNames: ["outcome"],
    registers,
  });
  const pathMs = new Histogram({
    name: "earshot_listen_path_ms",
    help: "From a gateway's frame to its packet's hand-over to the sockets, milliseconds",
    buckets: [0.5, 1, 2, 5, 10, 15, 20, 50, 100],
    registers,
  });
  const encodeMs = new Histogram({
    name: "earshot_listen_encode_ms",
    help: "Encoding 20 ms of one party, milliseconds",
    labelNames: ["codec"],
    buckets: [0.05, 0.1, 0.2, 0.3, 0.5, 1, 2, 5, 10],
    registers,
  });
  const frames = new Counter({
    name: "earshot_spoken_frames_total",
    help: "Frames of supervisors' microphones, by outcome (ok or why refused)",
    labelNames: ["outcome"],
    registers,
  });
  return {
    listeners: (now) => listeners.set(now),
    packet({ sent, dropped, pathMs: ms }) {
      packets.inc({ outcome: "sent" }, sent);
      if (dropped > 0) packets.inc({ outcome: "dropped" }, dropped);
      pathMs.observe(ms);
    },
    encoded: ({ codec, ms }) => encodeMs.observe({ codec }, ms),
    spokenFrame: (outcome) => frames.inc({ outcome }),
  };
}
