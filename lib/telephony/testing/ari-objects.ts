import type { AriBridge, AriChannel, AriEvent } from "@/lib/telephony/drivers/asterisk/wire";

/** A channel as ARI describes it, up unless `state` says otherwise. */
export function ariChannel(given: {
  id: string;
  name: string;
  number?: string;
  context?: string;
  application?: string;
  state?: string;
  /** Milliseconds since the epoch. */
  createdAt?: number;
}): AriChannel {
  const { id, name, number = "", context = "", application = "", state = "Up", createdAt = 1_700_000_000_000 } = given;
  return {
    ...{ id, name, state, accountcode: "", language: "en" },
    caller: { name: "", number },
    connected: { name: "", number: "" },
    dialplan: { context, exten: "", priority: 1, app_name: application, app_data: "" },
    creationtime: new Date(createdAt).toISOString(),
  };
}

export function ariBridge({ id, channels }: { id: string; channels: string[] }): AriBridge {
  return { id, name: "", bridge_type: "mixing", technology: "simple_bridge", channels };
}

type EventOf<T extends AriEvent["type"]> = Extract<AriEvent, { type: T }>;

export function ariEvent<T extends AriEvent["type"]>(
  type: T,
  rest: Omit<EventOf<T>, "type" | "application">,
): Omit<EventOf<T>, "type" | "application"> & { type: T; application: string } {
  return { type, application: "earshot", ...rest };
}
