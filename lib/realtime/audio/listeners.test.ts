import { beforeEach, describe, expect, it } from "vitest";
import type { CallId } from "@/lib/contract/ids";
import { EventBus } from "@/lib/events/event-bus";
import { FakeClock } from "@/lib/platform/clock";
import { silentLogger } from "@/lib/platform/logger";
import type { Seat } from "../command-handlers";
import { LiveCalls } from "../live-calls";
import type { ListeningAudit } from "../ports";
import { PresenceList } from "../presence";
import { anna, arrived, callId } from "../testing/call-events";
import { viewerOf } from "../testing/live-harness";
import { Listeners } from "./listeners";
import { ListeningHub } from "./listening-hub";

/** Guards the last word of a browser: what it asked for meanwhile, or that it is gone, counts more than an answer that took long. */

const [A, B] = [callId("a"), callId("b")];

let clock: FakeClock;
let audits: ListeningAudit[];
let inside: Set<string>;
let isOpen: boolean;
let openEncoders: number;
/** Encoders that are being made wait here; null: they are there at once. */
let held: (() => void)[] | null;
let presence: PresenceList;
let listeners: Listeners;
let bus: EventBus;

const seat: Seat = {
  socketId: "s1",
  isOpen: () => isOpen,
  join(room) {
    for (const one of [room].flat()) inside.add(one);
  },
  leave: (room) => void inside.delete(room),
  isIn: (room) => inside.has(room),
  openCalls: () => 0,
  tell: () => undefined,
  end: () => undefined,
};

beforeEach(() => {
  clock = new FakeClock();
  bus = new EventBus({ clock, logger: silentLogger });
  audits = [];
  inside = new Set();
  isOpen = true;
  openEncoders = 0;
  held = null;
  const live = new LiveCalls({ clock, onRemoved: () => undefined });
  presence = new PresenceList({ clock, onChanged: () => undefined });
  const hub = new ListeningHub({
    ...{ clock, logger: silentLogger, send: () => undefined },
    async makeEncoder() {
      if (held) await new Promise<void>((resolve) => held?.push(resolve));
      openEncoders += 1;
      return { encode: () => new Uint8Array(1), close: () => void openEncoders-- };
    },
  });
  listeners = new Listeners({
    ...{ live, hub, presence, clock, logger: silentLogger, perPartyAudio: () => true },
    audit: (entry) => audits.push(entry),
  });
  bus.subscribe((event) => {
    live.apply(event);
    listeners.onEvent(event);
  });
  for (const id of [A, B]) bus.publish(arrived(id));
});

const start = (id: CallId) => listeners.start({ callId: id, codecs: ["opus"], viewer: viewerOf("anna"), seat });

/** Asks for a call whose encoders take their time. @returns how it went, and what lets them be there */
function startSlowly(id: CallId) {
  held = [];
  const outcome = start(id).then(
    () => "live",
    (error: { code?: string }) => error.code ?? String(error),
  );
  const waiting = held;
  held = null;
  const free = () => {
    for (const go of waiting) go();
    return outcome;
  };
  return { free };
}

const heard = () => ({
  rooms: [...inside],
  present: [A, B].filter((id) => presence.viewers(id).some(({ listening }) => listening)),
  openEncoders,
});
const NOTHING = { rooms: [], present: [], openEncoders: 0 };
const only = (id: CallId) => ({ rooms: [`audio:${id}:opus`], present: [id], openEncoders: 3 });

describe("while the encoders are being made", () => {
  it.each<[string, string, () => void]>([
    ["stops", "CONFLICT", () => listeners.stop("s1")],
    [
      "is gone",
      "CONFLICT",
      () => {
        isOpen = false;
        listeners.stop("s1");
      },
    ],
    ["may not see it any more", "WRONG_STATE", () => bus.publish(arrived(A, "team-2"))],
  ])("who %s hears nothing afterwards", async (_, code, change) => {
    const asked = startSlowly(A);
    change();
    expect(await asked.free()).toBe(code);
    expect(heard()).toEqual(NOTHING);
    expect(audits).toEqual([]);
  });

  it("the call that was asked for last is the one that is heard, whichever is ready first", async () => {
    const first = startSlowly(A);
    const second = startSlowly(B);
    expect(await second.free()).toBe("live");
    expect(await first.free()).toBe("CONFLICT");
    expect(heard()).toEqual(only(B));
  });

  it("the same call asked for again is heard once", async () => {
    const first = startSlowly(A);
    const second = startSlowly(A);
    expect(await first.free()).toBe("CONFLICT");
    expect(await second.free()).toBe("live");
    expect(heard()).toEqual(only(A));
    listeners.stop("s1");
    expect(heard()).toEqual(NOTHING);
  });

  it("who stops and starts again hears it", async () => {
    const first = startSlowly(A);
    listeners.stop("s1");
    expect(await start(A)).toMatchObject({ codec: "opus" });
    expect(await first.free()).toBe("CONFLICT");
    expect(heard()).toEqual(only(A));
  });
});

it("lets go of a call with the wish for another one, also one that cannot be heard", async () => {
  await start(A);
  bus.publish({ type: "call.ended", callId: B, reason: "gateway-ended", by: anna, durationMs: 1 });
  await expect(start(B)).rejects.toMatchObject({ code: "WRONG_STATE" });
  expect(heard()).toEqual(NOTHING);
  expect(audits).toMatchObject([{ callId: A }]);
});
