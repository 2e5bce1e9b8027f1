import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { connect } from "node:net";
import type { Duplex } from "node:stream";
import { stampClientAddress } from "@/lib/auth/client-address";
import { CLIENT_ADDRESS_HEADER } from "@/lib/auth/constants";
import type { Viewer } from "@/lib/auth/types";
import type { AgentId, UserId } from "@/lib/contract/ids";
import { LINE_PATH, type PhoneIdentity, phoneIdentitySchema } from "@/lib/contract/softphone";
import type { Clock } from "@/lib/platform/clock";
import type { Logger } from "@/lib/platform/logger";
import { isOwnOrigin } from "@/lib/realtime/serve-socket";
import { FAILED_CHECKS_ALLOWED, SESSION_CHECK_MS } from "@/lib/realtime/sessions";
import { GuestRate, type LineRate } from "./guest-rate";
import { join, type Refusal, refusal, refuse, requestHead } from "./phone-proxy-line";

const CONNECT_LIMIT_MS = 5000;
/** Five people behind one address whose network is lost come back twice, and go on trying as often as their pages do. */
const GUEST_RATE: LineRate = { burst: 10, everyMs: 3000 };

export type PhoneProxyOptions = {
  behindProxy: boolean;
  /** Origins beside the page's own. */
  allowedOrigins: readonly string[];
  /** Lines of guests at once, and of one address. */
  maxGuests?: number;
  maxGuestsPerAddress?: number;
  /** Lines that one address may open. */
  guestRate?: LineRate;
};

export type PhoneProxyDeps = {
  /** Null: another telephone system is in use, and there are no softphones. */
  exchange: { readonly url: string; readonly apiKey: string } | null;
  authenticate: (headers: IncomingMessage["headers"]) => Promise<Viewer | null>;
  /** @returns null where the agent is gone or deactivated. */
  agentOf: (agentId: AgentId) => Promise<{ extension: string; name: string } | null>;
  clock: Clock;
  logger: Logger;
};

type Line = {
  socket: Duplex;
  request: IncomingMessage;
  identity: PhoneIdentity;
  address: string;
  /** Checks in a row that could not be made. */
  failures: number;
};
type Asked = Pick<Line, "identity" | "address">;

/**
 * The softphones' way from the browser to the built-in switch: `/phone/line` on the web server. Who may have a line is decided
 * here, and whose it is is written here; the rest is bytes. Other paths' upgrades are not touched.
 */
export class PhoneProxy {
  readonly #lines = new Set<Line>();
  /** Of all that asked for a line, until they are closed. */
  readonly #sockets = new Set<Duplex>();
  readonly #guestRate: GuestRate;
  #isClosed = false;
  #cancelCheck: () => void;

  constructor(
    private readonly options: PhoneProxyOptions,
    private readonly deps: PhoneProxyDeps,
  ) {
    this.#guestRate = new GuestRate(options.guestRate ?? GUEST_RATE, deps);
    this.#cancelCheck = this.#planCheck();
  }

  /** Open lines. */
  get lines(): number {
    return this.#lines.size;
  }

  /** Takes the upgrades of `/phone/line`. */
  attach(http: Server): void {
    http.on("upgrade", (request, socket, head) => {
      if (isLine(request)) void this.#onUpgrade(request, { socket, head });
    });
  }

  /** Answers a plain request for the line: whether, and if not why not, there would be one. @returns false for other paths */
  answer(request: IncomingMessage, response: ServerResponse): boolean {
    if (!isLine(request)) return false;
    void this.#ask(request).then((asked) => {
      const [status, body] = "status" in asked ? [asked.status, asked.refusal] : [200, { ok: true }];
      response.writeHead(status, { "content-type": "application/json", "cache-control": "no-store" });
      response.end(JSON.stringify(body));
    });
    return true;
  }

  /** A person's session, role or agent may have changed: a line that is not theirs any more is cut. */
  async recheck(userId?: UserId): Promise<void> {
    const asked = [...this.#lines].filter(({ identity }) => {
      const owner = userIdOf(identity);
      return owner !== null && (userId ?? owner) === owner;
    });
    await Promise.all(asked.map((line) => this.#judge(line)));
  }

  /** Cuts every line, and opens no more. */
  close(): void {
    this.#isClosed = true;
    this.#cancelCheck();
    for (const socket of this.#sockets) socket.destroy();
  }

  async #onUpgrade(request: IncomingMessage, { socket, head }: { socket: Duplex; head: Buffer }): Promise<void> {
    socket.on("error", () => socket.destroy());
    if (this.#isClosed) {
      socket.destroy();
      return;
    }
    this.#sockets.add(socket);
    socket.once("close", () => this.#sockets.delete(socket));
    const asked = await this.#ask(request);
    if (socket.destroyed) return;
    if ("status" in asked) refuse(socket, asked, this.deps);
    else this.#open({ ...asked, socket, request, failures: 0 }, head);
  }

  /** Never rejects. */
  async #ask(request: IncomingMessage): Promise<Asked | Refusal> {
    const { options, deps } = this;
    if (!deps.exchange)
      return refusal(404, "NOT_FOUND", "The softphone belongs to the built-in switch, which is not in use.");
    if (!isOwnOrigin(request.headers, options.allowedOrigins))
      return refusal(403, "FORBIDDEN", "Lines are opened from Earshot's own pages only.");
    stampClientAddress(request, options);
    const address = String(request.headers[CLIENT_ADDRESS_HEADER] ?? "");
    const isAgent = new URL(request.url ?? "", "http://line").searchParams.get("as") === "agent";
    if (!isAgent) return this.#askGuest(address);
    try {
      return await this.#askAgent(request, address);
    } catch (error) {
      deps.logger.error({ err: error }, "an agent's line could not be checked");
      return refusal(503, "UNAVAILABLE", "The session cannot be checked at the moment.");
    }
  }

  #askGuest(address: string): Asked | Refusal {
    const { maxGuests = 20, maxGuestsPerAddress = 5 } = this.options;
    const guests = [...this.#lines].filter(({ identity }) => identity.role === "guest");
    const own = guests.filter((line) => line.address === address);
    if (guests.length >= maxGuests || own.length >= maxGuestsPerAddress)
      return refusal(429, "TOO_MANY_LINES", "All lines are in use. Close other pages, or try again later.");
    const waitMs = this.#guestRate.waitMs(address);
    if (waitMs > 0) {
      const when = `Try again in ${Math.ceil(waitMs / 1000)} seconds.`;
      return refusal(429, "TOO_MANY_LINES", `Too many phones were started from your network just now. ${when}`);
    }
    return { identity: { role: "guest" }, address };
  }

  async #askAgent({ headers }: IncomingMessage, address: string): Promise<Asked | Refusal> {
    const viewer = await this.deps.authenticate(headers);
    if (!viewer) return refusal(401, "UNAUTHENTICATED", "Sign in and try again.");
    if (viewer.role !== "agent") return refusal(403, "FORBIDDEN", "Only agents have a phone of their own.");
    const agent = viewer.agentId && (await this.deps.agentOf(viewer.agentId));
    const identity = phoneIdentitySchema.safeParse({ role: "agent", userId: viewer.userId, ...agent });
    if (!identity.success) return refusal(403, "NO_EXTENSION", "No extension belongs to you. Ask an Earshot admin.");
    return { identity: identity.data, address };
  }

  #open(line: Line, head: Buffer): void {
    const { exchange, logger } = this.deps;
    if (!exchange) return;
    // Checked again: others may have taken the last line while a session was looked up.
    const late = line.identity.role === "guest" ? this.#askGuest(line.address) : line;
    if ("status" in late) {
      refuse(line.socket, late, this.deps);
      return;
    }
    if (line.identity.role === "guest") this.#guestRate.take(line.address);
    this.#lines.add(line);
    const { hostname, port } = new URL(exchange.url);
    const upstream = connect({ host: hostname.replace(/^\[|\]$/g, ""), port: Number(port) });
    const { socket } = line;
    socket.once("close", () => {
      this.#lines.delete(line);
      upstream.destroy();
    });
    upstream.setTimeout(CONNECT_LIMIT_MS, () => upstream.destroy(new Error("the switch does not answer")));
    const onFailed = (error: Error) => {
      logger.warn({ err: error }, "the switch cannot be reached for a softphone");
      this.#lines.delete(line);
      refuse(socket, refusal(503, "UNAVAILABLE", "The switch does not answer. Try again in a moment."), this.deps);
    };
    upstream.once("error", onFailed);
    upstream.once("connect", () => {
      upstream.off("error", onFailed);
      join(socket, upstream);
      upstream.write(requestHead(line.request, { identity: line.identity, exchange }));
      if (head.length > 0) upstream.write(head);
    });
  }

  async #judge(line: Line): Promise<void> {
    try {
      const asked = await this.#askAgent(line.request, line.address);
      line.failures = 0;
      if ("status" in asked || !isSamePhone(asked.identity, line.identity)) line.socket.destroy();
    } catch (error) {
      // The database is away: whoever was let in stays for a while, the next check asks again.
      this.deps.logger.warn({ err: error }, "an agent's line could not be checked");
      line.failures += 1;
      if (line.failures > FAILED_CHECKS_ALLOWED) line.socket.destroy();
    }
  }

  #planCheck(): () => void {
    return this.deps.clock.after(SESSION_CHECK_MS, () => {
      void this.recheck();
      this.#cancelCheck = this.#planCheck();
    });
  }
}

function isLine({ url = "" }: IncomingMessage): boolean {
  return url === LINE_PATH || url.startsWith(`${LINE_PATH}?`);
}

function userIdOf(identity: PhoneIdentity): UserId | null {
  return identity.role === "agent" ? identity.userId : null;
}

function isSamePhone(a: PhoneIdentity, b: PhoneIdentity): boolean {
  if (a.role === "guest" || b.role === "guest") return a.role === b.role;
  return a.userId === b.userId && a.extension === b.extension;
}
