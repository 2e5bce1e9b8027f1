import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { callIdSchema } from "@/lib/contract/ids";
import { until } from "@/lib/realtime/testing/live-harness";
import { AudioScene, refuse } from "./testing/audio-scene";

/** What the worker does about a network or a server that does not answer. */

const callId = callIdSchema.parse("c1");
let scene: AudioScene;
beforeEach(async () => {
  scene = await new AudioScene().start();
});
afterEach(() => scene.stop());

const listen = async () => {
  scene.engine.handle({ type: "listen", callId });
  await until(() => scene.last("listening")?.state === "live");
};
const speak = async () => {
  scene.engine.handle({ type: "speak", requestId: 1, callId, mode: "whisper" });
  await until(() => scene.last("speaking")?.state === "open");
};
const states = () => scene.told.flatMap((message) => (message.type === "listening" ? [message.state] : []));

describe("a network that dies without a word", () => {
  it("closes the microphone after five seconds, says so, and is left for a new connection", async () => {
    const clock = scene.standStill();
    await listen();
    await speak();
    const cuts = scene.cuts;
    scene.wire.die();
    await clock.advance(5500);
    expect(scene.last("speaking")).toMatchObject({ state: "closed", detail: expect.stringContaining("not answered") });
    await until(() => scene.cuts > cuts);
    expect(states()).toContain("interrupted");
    await until(() => scene.last("listening")?.state === "live");
    expect(scene.connections).toBe(2);
    scene.packet(scene.streamId, 0);
    await until(() => scene.heard.length === 1);
    expect(scene.last("speaking")?.state).toBe("closed");
  });

  it("is doubted before it is given up, and no more once something comes", async () => {
    const clock = scene.standStill();
    await speak();
    await scene.pass(clock, { ms: 4000 });
    expect(scene.last("speaking")?.detail).toBeNull();
    await clock.advance(3500);
    expect(scene.last("speaking")).toMatchObject({ state: "open", detail: expect.stringContaining("does not answer") });
    await scene.pass(clock, { ms: 6000 });
    expect(scene.last("speaking")).toMatchObject({ state: "open", detail: null });
    expect(scene.connections).toBe(1);
  });

  it("is not taken for dead while anything at all comes, nor because the machine's clock was put forward", async () => {
    const clock = scene.standStill();
    await listen();
    await scene.pass(clock, { ms: 30_000 });
    scene.now = () => clock.now() + 3_600_000;
    await scene.pass(clock, { ms: 4000 });
    expect(states()).not.toContain("interrupted");
    expect(scene.connections).toBe(1);
  });
});

describe("a stop that the server does not take", () => {
  const stops = (name: string) => scene.commands.filter((command) => command === name).length;
  const refusal = refuse("RATE_LIMITED", "Too many at once.");

  it.each([
    ["speak:stop", speak, "unspeak"],
    ["listen:stop", listen, "unlisten"],
  ] as const)("is said once more: %s", async (name, begin, type) => {
    const clock = scene.standStill();
    await begin();
    scene.stopAnswer = (_payload, acknowledge) => {
      acknowledge(stops(name) === 1 ? refusal : { ok: true, data: {} });
    };
    scene.engine.handle({ type });
    await until(() => stops(name) === 1);
    await settle();
    await clock.advance(1000);
    await until(() => stops(name) === 2);
    await settle();
    await scene.pass(clock, { ms: 10_000 });
    expect(stops(name)).toBe(2);
    expect(scene.connections).toBe(1);
  });

  it.each([
    ["speak:stop", speak, "unspeak"],
    ["listen:stop", listen, "unlisten"],
  ] as const)("ends with the connection, which ends it at the server: %s", async (name, begin, type) => {
    const clock = scene.standStill();
    await begin();
    const { socket } = scene;
    scene.stopAnswer = (_payload, acknowledge) => acknowledge(refusal);
    scene.engine.handle({ type });
    await until(() => stops(name) === 1);
    await settle();
    await clock.advance(1000);
    await until(() => socket?.connected === false);
    expect(stops(name)).toBe(2);
  });

  it("is dropped for a later wish: what was begun since goes on", async () => {
    const clock = scene.standStill();
    await listen();
    scene.stopAnswer = (_payload, acknowledge) => acknowledge(refusal);
    scene.engine.handle({ type: "unlisten" });
    await until(() => stops("listen:stop") === 1);
    scene.engine.handle({ type: "listen", callId });
    await until(() => scene.last("listening")?.state === "live");
    await scene.pass(clock, { ms: 4000 });
    expect(stops("listen:stop")).toBe(1);
    expect(scene.connections).toBe(1);
    expect(scene.last("listening")?.state).toBe("live");
  });
});

/** Real time, for what must come over the wire and has no sign of its own. */
const settle = () => new Promise((resolve) => setTimeout(resolve, 30));
