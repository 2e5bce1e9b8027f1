import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { callIdSchema } from "@/lib/contract/ids";
import { until } from "@/lib/realtime/testing/live-harness";
import { AudioScene, refuse } from "./testing/audio-scene";

/** The worker's logic against a real Socket.IO server, which is scripted here. */

const callId = callIdSchema.parse("c1");
let scene: AudioScene;
beforeEach(async () => {
  scene = await new AudioScene().start();
});
afterEach(() => scene.stop());

const settle = () => new Promise((resolve) => setTimeout(resolve, 30));

describe("AudioEngine, listening", () => {
  it("hands on the packets of its own stream only, each party in its channel", async () => {
    scene.engine.handle({ type: "listen", callId });
    await until(() => scene.last("listening")?.state === "live");
    scene.packet(3, 0);
    scene.packet(11, 0);
    scene.socket?.emit("listen:packet", new Uint8Array([1, 2, 3]));
    scene.packet(11, 1);
    await until(() => scene.heard.length === 2);
    expect(scene.heard[1]).toMatchObject({ streamId: 11, sequence: 1, atMs: 20, heardAt: 77, rate: 8000 });
    expect(scene.heard[1]?.channels[0]).toBeNull();
    expect(scene.heard[1]?.channels[1]?.[0]).toBe(2);
    expect(scene.commands.filter((name) => name === "listen:start")).toHaveLength(1);
  });

  it("takes several packets of one message one by one, and nothing of a message that is cut off", async () => {
    scene.engine.handle({ type: "listen", callId });
    await until(() => scene.last("listening")?.state === "live");
    const whole = Buffer.concat([scene.encoded(11, 0), scene.encoded(3, 0), scene.encoded(11, 1)]);
    for (let length = 0; length < whole.length; length += 7)
      if (length !== whole.length / 3 && length !== (whole.length * 2) / 3)
        scene.socket?.emit("listen:packet", whole.subarray(0, length));
    scene.socket?.emit("listen:packet", whole);
    await until(() => scene.heard.length >= 2);
    expect(scene.heard.map(({ streamId, sequence }) => [streamId, sequence])).toEqual([
      [11, 0],
      [11, 1],
    ]);
  });

  it("comes back by itself after a cut, with a new stream, and says so meanwhile", async () => {
    scene.engine.handle({ type: "listen", callId });
    await until(() => scene.last("listening")?.state === "live");
    scene.socket?.conn.close();
    await until(() => scene.told.some((message) => message.type === "listening" && message.state === "interrupted"));
    await until(() => scene.last("listening")?.state === "live");
    scene.packet(12, 0);
    await until(() => scene.heard.length === 1);
  });

  it("stays silent where the server refuses, and ends where the server ends it", async () => {
    scene.listen = (_payload, acknowledge) => acknowledge(refuse("FORBIDDEN", "Not your team."));
    scene.engine.handle({ type: "listen", callId });
    await until(() => scene.last("listening")?.state === "failed");
    expect(scene.last("listening")?.detail).toBe("Not your team.");
    scene.socket?.conn.close();
    await settle();
    expect(scene.last("listening")?.state).toBe("failed");
    scene.listen = (_payload, acknowledge) =>
      acknowledge({ ok: true, data: { streamId: 20, codec: "g711", perPartyAudio: true } });
    scene.engine.handle({ type: "listen", callId });
    await until(() => scene.last("listening")?.state === "live");
    const ended = { version: 1, sentAt: 1, callId, reason: "The call ended." };
    scene.socket?.emit("listen:ended", { ...ended, streamId: 19 });
    scene.socket?.emit("listen:ended", { ...ended, streamId: 20 });
    await until(() => scene.last("listening")?.state === "ended");
    expect(scene.played.at(-1)).toEqual({ type: "stop" });
  });

  it("tells the difference of the clocks", async () => {
    scene.engine.handle({ type: "listen", callId });
    await until(() => scene.last("clock") !== undefined);
    expect(Math.abs((scene.last("clock")?.offsetMs ?? 0) - 5000)).toBeLessThan(1000);
  });
});

describe("AudioEngine, ready before it is used", () => {
  it("has its decoders while the server is still asked, and gives back those it needs no more", async () => {
    const refused = refuse("FORBIDDEN", "Not your team.");
    let answer = () => {};
    scene.listen = (_payload, acknowledge) => {
      answer = () => acknowledge(refused);
    };
    scene.engine.handle({ type: "listen", callId });
    await until(() => scene.commands.includes("listen:start"));
    expect(scene.decoders).toEqual({ made: 2, closed: 0 });
    answer();
    await until(() => scene.last("listening")?.state === "failed");
    expect(scene.decoders).toEqual({ made: 2, closed: 2 });
  });

  it("stands connected, and asks for no call until one is to be heard", async () => {
    scene.engine.handle({ type: "prepare" });
    await until(() => scene.last("clock") !== undefined);
    scene.packet(11, 0);
    await settle();
    expect(scene.commands.filter((name) => name !== "clock:read")).toEqual([]);
    expect(scene.last("listening")).toBeUndefined();
    expect(scene.heard).toEqual([]);
    const socketId = scene.socket?.id;
    scene.engine.handle({ type: "listen", callId });
    await until(() => scene.last("listening")?.state === "live");
    expect(scene.socket?.id).toBe(socketId);
  });

  it("lets the connection go a minute after the last sign that it may be wanted, and comes back for a call", async () => {
    const clock = scene.standStill();
    scene.engine.handle({ type: "prepare" });
    await until(() => scene.socket?.connected === true);
    const { socket } = scene;
    await scene.pass(clock, { ms: 40_000 });
    scene.engine.handle({ type: "prepare" });
    await scene.pass(clock, { ms: 58_000 });
    expect(scene.socket).toBe(socket);
    expect(scene.socket?.connected).toBe(true);
    await scene.pass(clock, { ms: 2000 });
    await until(() => scene.socket?.connected === false);
    scene.engine.handle({ type: "listen", callId });
    await until(() => scene.last("listening")?.state === "live");
  });

  it("is closed by the end of the session, says nothing of it, and does not come back by itself", async () => {
    const clock = scene.standStill();
    scene.engine.handle({ type: "prepare" });
    await until(() => scene.socket?.connected === true);
    const ended = scene.socket;
    ended?.emit("session:ended", { version: 1, sentAt: 1, reason: "You were signed out." });
    await until(() => ended?.connected === false);
    await clock.advance(30_000);
    await settle();
    expect(scene.socket).toBe(ended);
    expect(scene.told.filter(({ type }) => type !== "clock")).toEqual([]);
  });
});

describe("AudioEngine, speaking", () => {
  const start = () => scene.engine.handle({ type: "speak", requestId: 1, callId, mode: "whisper" });

  it("sends frames, with their mode, only after the server's ok and until the stop", async () => {
    let confirm = () => {};
    scene.speak = ({ mode }, acknowledge) => {
      confirm = () => acknowledge({ ok: true, data: { speakingId: 5, mode } });
    };
    scene.say(1);
    start();
    await until(() => scene.commands.includes("speak:start"));
    scene.say(2);
    await settle();
    confirm();
    await until(() => scene.last("speaking")?.state === "open");
    scene.say(3);
    scene.say(4);
    await until(() => scene.frames.length === 2);
    scene.engine.handle({ type: "unspeak" });
    scene.say(5);
    await until(() => scene.commands.includes("speak:stop"));
    await settle();
    expect(scene.frames).toEqual([
      { sequence: 0, mode: "whisper", first: 3 },
      { sequence: 1, mode: "whisper", first: 4 },
    ]);
    expect(scene.last("speaking")).toMatchObject({ state: "closed", detail: null });
    expect(scene.cuts).toBe(1);
  });

  it("closes again what is confirmed after the key was let go", async () => {
    let confirm = () => {};
    scene.speak = ({ mode }, acknowledge) => {
      confirm = () => acknowledge({ ok: true, data: { speakingId: 5, mode } });
    };
    start();
    await until(() => scene.commands.includes("speak:start"));
    scene.engine.handle({ type: "unspeak" });
    confirm();
    await until(() => scene.commands.filter((name) => name === "speak:stop").length === 2);
    scene.say(1);
    await settle();
    expect(scene.frames).toEqual([]);
    expect(scene.told.some((message) => message.type === "speaking" && message.state === "open")).toBe(false);
  });

  it("is closed by a lost connection, and stays closed after it is back", async () => {
    scene.engine.handle({ type: "listen", callId });
    start();
    await until(() => scene.last("speaking")?.state === "open");
    scene.socket?.conn.close();
    await until(() => scene.last("speaking")?.state === "closed");
    await until(() => scene.last("listening")?.state === "live");
    scene.say(1);
    await settle();
    expect(scene.frames).toEqual([]);
    expect(scene.last("speaking")).toMatchObject({ state: "closed" });
    expect(scene.last("speaking")?.detail).toContain("microphone is closed");
  });

  it("is closed by the server in its words, not by the end of another speaking", async () => {
    start();
    await until(() => scene.last("speaking")?.state === "open");
    const closed = { version: 1, sentAt: 1, callId, reason: "mode-changed", message: "The mode changed." };
    scene.socket?.emit("speak:closed", { ...closed, speakingId: 4 });
    scene.say(1);
    await until(() => scene.frames.length === 1);
    scene.socket?.emit("speak:closed", { ...closed, speakingId: 5 });
    await until(() => scene.last("speaking")?.state === "closed");
    expect(scene.last("speaking")?.detail).toBe("The mode changed.");
    scene.say(2);
    await settle();
    expect(scene.frames).toHaveLength(1);
  });

  it("does not open in another mode than was asked for, nor where it is refused", async () => {
    scene.speak = (_payload, acknowledge) => acknowledge({ ok: true, data: { speakingId: 5, mode: "barge" } });
    start();
    await until(() => scene.last("speaking")?.state === "closed");
    await until(() => scene.commands.includes("speak:stop"));
    scene.speak = (_payload, acknowledge) => acknowledge(refuse("CONFLICT", "Berta speaks."));
    scene.engine.handle({ type: "speak", requestId: 2, callId, mode: "whisper" });
    await until(() => scene.last("speaking")?.requestId === 2);
    expect(scene.last("speaking")).toMatchObject({ state: "closed", detail: "Berta speaks." });
    scene.say(1);
    await settle();
    expect(scene.frames).toEqual([]);
  });

  it("throws late frames and a backlog away, and lets the server see the gap", async () => {
    start();
    await until(() => scene.last("speaking")?.state === "open");
    scene.say(1, scene.now() - 500);
    scene.say(2);
    await until(() => scene.frames.length === 1);
    scene.backlog = 100_000;
    scene.say(3);
    await settle();
    scene.backlog = 0;
    scene.say(4);
    await until(() => scene.frames.length === 2);
    expect(scene.frames).toEqual([
      { sequence: 1, mode: "whisper", first: 2 },
      { sequence: 3, mode: "whisper", first: 4 },
    ]);
  });

  it("says that nobody hears it where frames are refused, and no more once they are taken again", async () => {
    const clock = scene.standStill();
    start();
    await until(() => scene.last("speaking")?.state === "open");
    const refused = { version: 1, sentAt: 1, code: "MODE_MISMATCH", message: "The mode is another." };
    for (let second = 0; second < 3; second++) {
      const { received } = scene;
      scene.socket?.emit("speak:refused", { ...refused, frames: 50 });
      await until(() => scene.received > received);
      await clock.advance(1000);
    }
    const told = scene.told.filter(({ type }) => type === "speaking");
    expect(told).toHaveLength(2);
    expect(told.at(-1)).toMatchObject({ state: "open", detail: "The mode is another." });
    await clock.advance(1000);
    expect(scene.last("speaking")).toMatchObject({ state: "open", detail: null });
    scene.engine.handle({ type: "unspeak" });
    await clock.advance(3000);
    expect(scene.last("speaking")).toMatchObject({ state: "closed", detail: null });
  });

  it("says so where it throws frames away itself, but not for a few", async () => {
    const clock = scene.standStill();
    const speak = async ({ frames, late = 0 }: { frames: number; late?: number }) => {
      for (let n = 0; n < frames; n++) scene.say(n, scene.now() - late);
      await settle();
    };
    start();
    await until(() => scene.last("speaking")?.state === "open");
    await speak({ frames: 3, late: 500 });
    expect(scene.last("speaking")?.detail).toBeNull();
    scene.backlog = 100_000;
    await speak({ frames: 50 });
    expect(scene.last("speaking")).toMatchObject({ state: "open", detail: expect.stringContaining("connection") });
    scene.backlog = 0;
    await speak({ frames: 10 });
    await clock.advance(2000);
    expect(scene.last("speaking")).toMatchObject({ state: "open", detail: null });
    await speak({ frames: 20, late: 500 });
    expect(scene.last("speaking")).toMatchObject({ state: "open", detail: expect.stringContaining("browser") });
  });
});
