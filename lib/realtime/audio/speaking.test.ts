import type { Socket } from "socket.io-client";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FRAME_SAMPLES } from "@/lib/contract/audio-frame";
import { encodeSpeakFrame, SPEAK_FRAME_BYTES } from "@/lib/contract/headset";
import { FakeClock } from "@/lib/platform/clock";
import { arrived, callId, teamId } from "../testing/call-events";
import { earOf, frameOf } from "../testing/ear";
import { LiveHarness, send, until, viewerOf } from "../testing/live-harness";
import { FRAMES_PER_SECOND_LIMIT, REFUSALS_TOLD_EVERY_MS } from "./microphone-line";

/** Guards the microphone's way in: what is refused with which code, counted, and that nobody else notices. */

let clock: FakeClock;
let harness: LiveHarness;
let counted: Record<string, number>;
let oversized: number;

beforeEach(async () => {
  clock = new FakeClock();
  counted = {};
  oversized = 0;
  harness = await new LiveHarness({
    clock,
    metrics: {
      ...{ connections: () => undefined, command: () => undefined, batch: () => undefined, board: () => undefined },
      oversized: () => void oversized++,
      audio: {
        ...{ listeners: () => undefined, packet: () => undefined, encoded: () => undefined },
        spokenFrame(outcome) {
          counted[outcome] = (counted[outcome] ?? 0) + 1;
        },
      },
    },
  }).start();
  harness.bus.publish(arrived("c1", "team-1"));
});
afterEach(() => harness.stop());

const onCall = { version: 1, callId: "c1" };
const start = (socket: Socket) => send(socket, { name: "speak:start", payload: { ...onCall, mode: "whisper" } });

function frame(change: { mode?: "whisper" | "barge"; speakingId?: number; sequence?: number } = {}): Uint8Array {
  const samples = new Int16Array(FRAME_SAMPLES).fill(1234);
  return encodeSpeakFrame({ mode: "whisper", speakingId: 1, sequence: 0, samples, ...change });
}

async function speaker(name = "anna") {
  const socket = await harness.connect(name);
  const refusals: { code: string; frames: number }[] = [];
  const closed: { reason: string }[] = [];
  socket.on("speak:refused", (refusal) => refusals.push(refusal));
  socket.on("speak:closed", (end) => closed.push(end));
  expect(await start(socket)).toMatchObject({ ok: true, data: { mode: "whisper" } });
  return { socket, refusals, closed };
}

describe("frames", () => {
  it("reach the calls room with their samples, under the socket's own name", async () => {
    const { socket } = await speaker();
    for (let sequence = 0; sequence < 3; sequence++) socket.emit("speak:frame", frame({ sequence }));
    await until(() => harness.speaking.heard.length === 3);
    expect(harness.speaking.heard.map(({ frame: { sequence } }) => sequence)).toEqual([0, 1, 2]);
    expect(harness.speaking.heard[0]).toMatchObject({
      connectionId: socket.id,
      frame: { mode: "whisper", speakingId: 1 },
    });
    expect(harness.speaking.heard[0]?.frame.samples).toEqual(new Int16Array(FRAME_SAMPLES).fill(1234));
    expect(counted).toEqual({ ok: 3 });
  });

  it.each<[string, unknown, string]>([
    ["of an odd length", new Uint8Array(SPEAK_FRAME_BYTES - 1), "BAD_FRAME"],
    ["with no bytes", new Uint8Array(0), "BAD_FRAME"],
    ["with too many bytes", new Uint8Array(SPEAK_FRAME_BYTES + 2), "TOO_LARGE"],
    ["of another version", new Uint8Array(SPEAK_FRAME_BYTES), "BAD_FRAME"],
    ["that is no bytes", { samples: [1, 2, 3] }, "BAD_FRAME"],
    ["that is nothing", undefined, "BAD_FRAME"],
    ["for another mode", frame({ mode: "barge" }), "MODE_MISMATCH"],
    ["of an earlier speaking", frame({ speakingId: 99 }), "NOT_SPEAKING"],
  ])("%s: refused with a code, counted, told; the microphone stays", async (_, bytes, code) => {
    const { socket, refusals, closed } = await speaker();
    socket.emit("speak:frame", bytes);
    await until(() => refusals.length === 1);
    expect(refusals).toMatchObject([{ code, frames: 1 }]);
    socket.emit("speak:frame", frame());
    await until(() => harness.speaking.heard.length === 1);
    expect(counted).toEqual({ [code]: 1, ok: 1 });
    expect(closed).toEqual([]);
  });

  it("refuses another socket's microphone, also of the same person", async () => {
    await speaker();
    const other = await harness.connect("anna");
    const refused = new Promise((resolve) => other.once("speak:refused", resolve));
    other.emit("speak:frame", frame());
    expect(await refused).toMatchObject({ code: "NOT_SPEAKING" });
    expect(harness.speaking.heard).toEqual([]);
  });

  it("tells of refusals at most once a second, with their number", async () => {
    const { socket, refusals } = await speaker();
    for (let sent = 0; sent < 50; sent++) socket.emit("speak:frame", frame({ speakingId: 99 }));
    await until(() => counted.NOT_SPEAKING === 50);
    await until(() => refusals.length === 1);
    await clock.advance(REFUSALS_TOLD_EVERY_MS);
    await until(() => refusals.length === 2);
    expect(refusals.map(({ frames }) => frames)).toEqual([1, 49]);
  });
});

describe("attacks disturb nobody", () => {
  const attacks: [string, (attacker: Socket) => Promise<void>][] = [
    [
      "a flood of frames",
      async (attacker) => {
        const told = new Promise<{ code: string }>((resolve) =>
          attacker.on("speak:refused", (refusal) => refusal.code === "RATE_LIMITED" && resolve(refusal)),
        );
        for (let sent = 0; sent < FRAMES_PER_SECOND_LIMIT * 5; sent++) attacker.emit("speak:frame", frame());
        await told;
        await until(() => !attacker.connected);
        expect(counted.RATE_LIMITED).toBe(1);
      },
    ],
    [
      "a frame of 10 MB",
      async (attacker) => {
        const closed = new Promise((resolve) => attacker.io.engine.once("close", (_reason, why) => resolve(why)));
        attacker.emit("speak:frame", new Uint8Array(10_000_000));
        // RFC 6455 §7.4.1: a message that is too big.
        expect(await closed).toMatchObject({ context: { code: 1009 } });
        await until(() => !attacker.connected);
        await until(() => oversized === 1);
      },
    ],
    [
      "frames of odd lengths",
      async (attacker) => {
        for (let size = 1; size < 100; size += 2) attacker.emit("speak:frame", new Uint8Array(size));
        await until(() => counted.BAD_FRAME === 50);
      },
    ],
  ];
  it.each(attacks)("%s", async (_, attack) => {
    const victim = await harness.connect("root");
    const ear = earOf(victim);
    await send(victim, { name: "listen:start", payload: { ...onCall, codecs: ["opus"] } });
    const own = await speaker("root");
    const attacker = await harness.connect("berta");
    let index = 0;
    const talk = () => {
      for (const party of ["caller", "agent"] as const) harness.server.hear(callId("c1"), frameOf(party, index));
      own.socket.emit("speak:frame", frame({ sequence: index++ }));
    };
    const timer = setInterval(talk, 5);
    try {
      await until(() => ear.length > 5);
      await attack(attacker);
      const heard = ear.length;
      await until(() => ear.length > heard + 5);
    } finally {
      clearInterval(timer);
    }
    expect(ear.map(({ sequence }) => sequence)).toEqual(ear.map((_packet, at) => at));
    await until(() => harness.speaking.heard.length === index);
    expect(harness.speaking.heard.map((one) => one.frame.sequence)).toEqual(
      Array.from({ length: index }, (_frame, at) => at),
    );
    expect(own.closed).toEqual([]);
  });
});

describe("the end of a microphone", () => {
  it("comes with the connection, the session and the rights, before anything else is taken", async () => {
    const ways: [string, (socket: Socket) => void][] = [
      ["disconnected", (socket) => void socket.disconnect()],
      ["rights-changed", () => harness.server.revoke(viewerOf("anna").userId)],
      [
        "rights-changed",
        () => {
          harness.people.set("anna", viewerOf("anna", { teamIds: [teamId("team-2")] }));
          harness.server.recheck(viewerOf("anna").userId);
        },
      ],
    ];
    for (const [reason, end] of ways) {
      const { socket } = await speaker();
      const connectionId = socket.id;
      harness.speaking.drops.length = 0;
      end(socket);
      await until(() => harness.speaking.drops.length > 0);
      expect(harness.speaking.drops[0]).toEqual({ connectionId, reason });
      expect(harness.speaking.open.size).toBe(0);
    }
  });

  it("is told to the browser where the server closes it", async () => {
    const { socket, closed } = await speaker();
    harness.speaking.drop({ connectionId: socket.id ?? "", reason: "mode-changed" });
    await until(() => closed.length === 1);
    expect(closed).toMatchObject([{ callId: "c1", speakingId: 1, reason: "mode-changed" }]);
  });

  it("is answered as soon as it is closed, however long the mode's way back takes", async () => {
    harness.speaking.wayBack = new Promise(() => undefined);
    const { socket, closed } = await speaker();
    expect(await send(socket, { name: "speak:stop", payload: onCall })).toEqual({ ok: true, data: {} });
    expect(harness.speaking.open.size).toBe(0);
    expect(closed).toMatchObject([{ reason: "released" }]);
    harness.failure = new Error("not closed");
    expect(await send(socket, { name: "speak:stop", payload: onCall })).toMatchObject({ ok: false, code: "INTERNAL" });
  });

  it("does not leave one open whose socket went while its mode was being confirmed", async () => {
    let confirm: () => void = () => undefined;
    harness.speaking.confirmation = new Promise((resolve) => {
      confirm = resolve;
    });
    const socket = await harness.connect("anna");
    void start(socket).catch(() => undefined);
    await until(() => harness.done.length === 1);
    socket.disconnect();
    await until(() => harness.speaking.drops.length === 1);
    confirm();
    await until(() => harness.speaking.drops.length === 2);
    expect(harness.speaking.open.size).toBe(0);
  });
});
