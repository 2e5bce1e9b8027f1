import { createDecoder } from "libopus-wasm";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { rmsDbfs } from "@/lib/audio/level";
import { type AudioFrame, FRAME_MS, FRAME_SAMPLES, SAMPLE_RATE } from "@/lib/contract/audio-frame";
import { decodeListenPackets, type ListenPacket } from "@/lib/contract/headset";
import { FakeClock } from "@/lib/platform/clock";
import { frameOf } from "../testing/ear";
import { makeEncoder } from "./frame-encoder";
import { BUNDLE_WAIT_MS, ListenStream, PAIR_WAIT_MS } from "./listen-stream";

/** Guards what makes a packet: both parties of a moment in one, and no waiting for a party that sends nothing. */

let clock: FakeClock;
let sent: ListenPacket[];
let messages: Uint8Array[];
let faults: unknown[];
let stream: ListenStream;

async function encoders(codec: "opus" | "g711") {
  const [caller, agent, mixed] = await Promise.all([makeEncoder(codec), makeEncoder(codec), makeEncoder(codec)]);
  return { caller, agent, mixed };
}

beforeEach(async () => {
  clock = new FakeClock();
  sent = [];
  messages = [];
  faults = [];
  stream = new ListenStream({
    streamId: 7,
    clock,
    send({ bytes }) {
      const decoded = decodeListenPackets(bytes);
      if (!decoded.ok) throw new Error(decoded.reason);
      sent.push(...decoded.packets);
      messages.push(bytes);
    },
    onEncoded: () => undefined,
    onFault: (error) => faults.push(error),
  });
  stream.add("opus", await encoders("opus"));
});
afterEach(() => stream.close());

const shape = () =>
  sent.map(({ sequence, atMs, tracks }) => [sequence, atMs, tracks.map(({ party }) => party).join("+")]);

describe("pairing", () => {
  it("puts both parties of a moment into one packet, whoever comes first", () => {
    for (let index = 0; index < 4; index++)
      for (const party of index % 2 ? (["agent", "caller"] as const) : (["caller", "agent"] as const))
        stream.push(frameOf(party, index));
    // Of the first moment nobody knows that the other party will come.
    expect(shape().map(([, ...rest]) => rest)).toEqual([
      [0, "caller"],
      [0, "agent"],
      [20, "agent+caller"],
      [40, "caller+agent"],
      [60, "agent+caller"],
    ]);
    expect(sent.map(({ sequence }) => sequence)).toEqual(sent.map((_, at) => at));
  });

  it("does not wait for a party that sends nothing, and waits for one that does only a moment", async () => {
    for (let index = 0; index < 3; index++) stream.push(frameOf("caller", index));
    expect(shape()).toEqual([
      [0, 0, "caller"],
      [1, 20, "caller"],
      [2, 40, "caller"],
    ]);
    stream.push(frameOf("agent", 2));
    stream.push(frameOf("caller", 3));
    const before = sent.length;
    await clock.advance(PAIR_WAIT_MS - 1);
    expect(sent).toHaveLength(before);
    await clock.advance(1);
    expect(shape().at(-1)).toEqual([before, 60, "caller"]);
  });

  it("sends what waits when the same party goes on, and numbers all without a gap", () => {
    stream.push(frameOf("agent", 0));
    stream.push(frameOf("caller", 0));
    stream.push(frameOf("caller", 1));
    stream.push(frameOf("caller", 2));
    stream.push(frameOf("agent", 2));
    expect(
      shape()
        .slice(-2)
        .map(([, ...rest]) => rest),
    ).toEqual([
      [20, "caller"],
      [40, "caller+agent"],
    ]);
    expect(sent.map(({ sequence }) => sequence)).toEqual(sent.map((_, at) => at));
  });

  it("passes a mixed track on by itself, at once", () => {
    stream.push(frameOf("mixed", 0));
    stream.push(frameOf("mixed", 1));
    expect(shape()).toEqual([
      [0, 0, "mixed"],
      [1, 20, "mixed"],
    ]);
  });

  it("goes on after a frame that no encoder takes", async () => {
    stream.add("g711", await encoders("g711"));
    stream.push({ ...frameOf("mixed", 0), samples: new Int16Array(7) });
    stream.push(frameOf("mixed", 1));
    expect(faults).toHaveLength(1);
    expect(sent.filter(({ codec }) => codec === "opus").map(({ sequence }) => sequence)).toEqual([1]);
  });
});

describe("codecs", () => {
  it("encodes a tone with Opus in at most 32 kbit/s so that a decoder gives the same level and pitch", async () => {
    const frames: AudioFrame[] = Array.from({ length: 100 }, (_, index) => frameOf("mixed", index));
    for (const frame of frames) stream.push(frame);
    const decoder = await createDecoder({ channels: 1, sampleRate: SAMPLE_RATE });
    const packets = sent
      .filter(({ codec }) => codec === "opus")
      .map(({ tracks }) => tracks[0]?.bytes ?? new Uint8Array());
    const heard = packets.map((bytes) => decoder.decode(bytes));
    decoder.free();
    expect(packets).toHaveLength(100);
    const bits = packets.reduce((sum, { byteLength }) => sum + byteLength * 8, 0);
    expect(bits / 2).toBeLessThanOrEqual(32_000);
    const [was, is] = [frames[60]?.samples ?? new Int16Array(1), heard[60] ?? new Int16Array(1)];
    expect(is).toHaveLength(FRAME_SAMPLES);
    expect(Math.abs(rmsDbfs(is) - rmsDbfs(was))).toBeLessThan(2);
    const crossings = (samples: Int16Array) =>
      samples.filter((value, at) => at > 0 && value >= 0 !== (samples[at - 1] ?? 0) >= 0).length;
    expect(Math.abs(crossings(is) - crossings(was))).toBeLessThanOrEqual(1);
  });

  it("sends G.711 as 160 bytes a track", async () => {
    stream.remove("opus");
    stream.add("g711", await encoders("g711"));
    stream.push(frameOf("mixed", 0));
    stream.push(frameOf("mixed", 1));
    expect(sent[0]?.tracks[0]?.bytes).toHaveLength(160);
  });
});

describe("messages", () => {
  beforeEach(async () => {
    stream.remove("opus");
    stream.add("g711", await encoders("g711"));
  });

  it("carries two G.711 packets each, in order, each with its own time", async () => {
    for (let index = 0; index < 5; index++) {
      stream.push(frameOf("mixed", index));
      await clock.advance(FRAME_MS);
    }
    expect(messages).toHaveLength(2);
    expect(shape()).toEqual([0, 1, 2, 3].map((at) => [at, at * FRAME_MS, "mixed"]));
    expect(sent.map(({ heardAt }) => heardAt - (sent[0]?.heardAt ?? 0))).toEqual([0, 20, 40, 60]);
  });

  it("does not keep a packet that none follows, nor one for a codec that nobody needs any more", async () => {
    stream.push(frameOf("mixed", 0));
    await clock.advance(BUNDLE_WAIT_MS - 1);
    expect(messages).toHaveLength(0);
    await clock.advance(1);
    expect(shape()).toEqual([[0, 0, "mixed"]]);
    stream.push(frameOf("mixed", 1));
    stream.remove("g711");
    await clock.advance(2 * BUNDLE_WAIT_MS);
    expect(messages).toHaveLength(1);
  });
});
