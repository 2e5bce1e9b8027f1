import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { FRAME_SAMPLES } from "@/lib/contract/audio-frame";
import {
  decodePhoneFrame,
  encodePhoneFrame,
  PHONE_FRAME_BYTES,
  phoneClientMessageSchema,
} from "@/lib/contract/softphone";
import { silentLogger } from "@/lib/platform/logger";
import { createSwitch, type Switch } from "./switch";
import { agent, guest, openPhone } from "./testing/phone-client";
import { greetControl } from "./testing/wire-client";

const apiKey = "fuzz";
const MESSAGES = 4000;

let exchange: Switch;
let url: string;

beforeEach(async () => {
  exchange = createSwitch({ apiKey, rateLimit: { burst: 1e9, perSecond: 1e9 } }, { logger: silentLogger });
  ({ url } = await exchange.start());
});
afterEach(() => exchange.stop());

const command = fc.record(
  {
    type: fc.constantFrom("hello", "call", "answer", "decline", "hang-up", "hold", "mute", "digits", "ping", "pong"),
    id: fc.oneof(fc.string({ maxLength: 70 }), fc.constant("1"), fc.integer()),
    protocol: fc.constantFrom("earshot-softphone", "other"),
    version: fc.constantFrom(1, 1, 1, 2.5),
    extension: fc.constantFrom("1001", "1002", "", "../..", "1".repeat(40)),
    isHeld: fc.oneof(fc.boolean(), fc.constant("yes")),
    isMuted: fc.oneof(fc.boolean(), fc.constant(null)),
    digits: fc.oneof(fc.constantFrom("1", "*#", "D", "E"), fc.string({ maxLength: 40 })),
    resumeToken: fc.oneof(fc.string(), fc.integer()),
    name: fc.string({ maxLength: 80, unit: "binary" }),
  },
  { requiredKeys: ["type"] },
);
const anything = fc.oneof(
  { weight: 6, arbitrary: command.map((message) => JSON.stringify(message)) },
  { weight: 1, arbitrary: fc.json() },
  { weight: 1, arbitrary: fc.string() },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 2 * PHONE_FRAME_BYTES }) },
  { weight: 1, arbitrary: fc.uint8Array({ minLength: PHONE_FRAME_BYTES, maxLength: PHONE_FRAME_BYTES }) },
);

describe("softphone protocol", () => {
  test("whatever a phone sends, the switch lives, other phones work, and every fault is answered with a code", async () => {
    const control = await greetControl({ url, apiKey });
    const phones = await Promise.all(
      [guest, agent("1001"), agent("1002")].map((identity) => openPhone({ url, apiKey, identity })),
    );
    for (const phone of phones) phone.register();
    const messages = fc.sample(anything, { numRuns: MESSAGES, seed: 20_261_122 });
    for (const [at, message] of messages.entries()) {
      const phone = phones[at % phones.length];
      if (phone?.socket.readyState === phone?.socket.OPEN) phone?.socket.send(message);
    }
    for (const phone of phones) if (!phone.closed) await phone.sync();
    const codes = phones.flatMap(({ messages }) => messages).flatMap((m) => (m.type === "error" ? [m.error.code] : []));
    expect(codes.length).toBeGreaterThan(MESSAGES / 20);
    expect(codes).not.toContain("INTERNAL");
    const witness = await openPhone({ url, apiKey, identity: agent("1003") });
    witness.register();
    expect((await witness.until("idle")).ended).toBeNull();
    for (const phone of [...phones, witness]) phone.close();
    control.close();
  });

  test("a flood of frames, and frames of a wrong size, are refused with their code and end the connection", async () => {
    await exchange.stop();
    exchange = createSwitch({ apiKey }, { logger: silentLogger });
    ({ url } = await exchange.start());
    const quiet = await openPhone({ url, apiKey, identity: guest });
    quiet.register();
    for (const [bytes, code] of [
      [new Uint8Array(PHONE_FRAME_BYTES + 1), "TOO_LARGE"],
      [new Uint8Array(PHONE_FRAME_BYTES - 1), "BAD_FRAME"],
      [new Uint8Array(0), "BAD_FRAME"],
      [new Uint8Array(PHONE_FRAME_BYTES), "BAD_FRAME"],
    ] as const) {
      quiet.socket.send(bytes);
      expect((await quiet.next("error")).error.code).toBe(code);
    }
    await quiet.sync();
    expect(quiet.closed).toBeNull();
    const flood = await openPhone({ url, apiKey, identity: guest });
    flood.register();
    const frame = encodePhoneFrame({ sequence: 1, samples: new Int16Array(FRAME_SAMPLES) });
    for (let at = 0; at < 1000; at++) flood.socket.send(frame);
    expect(await flood.whenClosed()).toEqual({ code: 1008, reason: "RATE_LIMITED" });
    const huge = await openPhone({ url, apiKey, identity: guest });
    huge.socket.send(new Uint8Array(10 * 1024 * 1024));
    expect((await huge.whenClosed()).code).toBe(1009);
    await quiet.sync();
    quiet.close();
  });

  test("a frame survives the wire, and bytes that are none are told why", () => {
    fc.assert(
      fc.property(
        fc.nat(0xffffffff),
        fc.int16Array({ minLength: FRAME_SAMPLES, maxLength: FRAME_SAMPLES }),
        (sequence, samples) => {
          expect(decodePhoneFrame(encodePhoneFrame({ sequence, samples }))).toEqual({
            ok: true,
            frame: { sequence, samples },
          });
        },
      ),
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2000 }), (bytes) => {
        const decoded = decodePhoneFrame(bytes);
        if (!decoded.ok) expect(decoded.reason).not.toBe("");
        else expect(bytes).toHaveLength(PHONE_FRAME_BYTES);
      }),
    );
  });

  test("names cannot carry what would forge a line of a screen or a log", () => {
    const hello = { type: "hello", protocol: "earshot-softphone", version: 1 };
    for (const name of ["a\nb", "a\u202eb", "x".repeat(61), "\u0000"])
      expect(phoneClientMessageSchema.safeParse({ ...hello, name }).success).toBe(false);
    expect(phoneClientMessageSchema.parse({ ...hello, name: " Zoë O’Brien " })).toMatchObject({ name: "Zoë O’Brien" });
  });
});
