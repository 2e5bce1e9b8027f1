import { beforeEach, describe, expect, it } from "vitest";
import { encodeWav } from "@/lib/audio/wav";
import { callIdSchema } from "@/lib/contract/ids";
import { Rewind } from "./rewind";
import type { ToPlayback } from "./worklet-messages";

const callId = callIdSchema.parse("c1");
type Replay = Extract<ToPlayback, { type: "replay" }>;

/** A recording that grows: `endMs` long so far. */
let endMs: number;
let asked: string[];
let sent: ToPlayback[];
let shown: ({ behindMs: number; rate: number } | null)[];
let details: (string | null)[];
let respond: (query: URLSearchParams) => Response;
let rewind: Rewind;
/** When the server's answer is there. */
let arrival: Promise<void>;

const COMING = "What was said before is on its way…";

function recording(query: URLSearchParams): Response {
  const since = query.get("sinceMs");
  const fromMs = since === null ? Math.max(0, endMs - Number(query.get("lastSeconds")) * 1000) : Number(since);
  const length = Math.max(0, (endMs - fromMs) * 16);
  const lane = Int16Array.from({ length }, (_, at) => Math.floor((fromMs * 16 + at) / 16_000));
  const wav = encodeWav({ sampleRate: 16_000, channels: [lane, lane] });
  return new Response(wav.slice(), { headers: { "x-audio-at-ms": String(fromMs) } });
}

beforeEach(() => {
  endMs = 60_000;
  asked = [];
  sent = [];
  shown = [];
  details = [];
  respond = recording;
  arrival = Promise.resolve();
  rewind = new Rewind({
    fetch: async (url) => {
      asked.push(String(url));
      await arrival;
      return respond(new URL(String(url), "http://here").searchParams);
    },
    send: (message) => sent.push(message),
    onChange: (behind, detail) => {
      shown.push(behind);
      details.push(detail);
    },
  });
});

function gate() {
  let resolve = () => {};
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

const replays = () => sent.filter((message): message is Replay => message.type === "replay");
const turn = () => new Promise((resolve) => setTimeout(resolve, 5));
const at = (positionMs: number, leftMs: number) =>
  rewind.onReplaying({ type: "replaying", replayId: replays()[0]?.replayId ?? 0, positionMs, leftMs, liveMs: endMs });

describe("Rewind", () => {
  it("plays the last seconds and goes on with what was said meanwhile, without a seam", async () => {
    await rewind.start({ callId, seconds: 10, liveMs: 60_200 });
    expect(asked).toEqual(["/api/calls/c1/audio?lastSeconds=10"]);
    expect(replays()[0]).toMatchObject({ atMs: 50_000, rate: 1, append: false });
    expect(shown).toEqual([null, { behindMs: 10_200, rate: 1 }]);
    endMs = 69_000;
    at(58_000, 2000);
    await turn();
    expect(asked[1]).toBe("/api/calls/c1/audio?sinceMs=60000");
    expect(replays()[1]).toMatchObject({ append: true });
    expect(replays()[1]?.samples[0]).toHaveLength(9000 * 16);
    expect(replays()[1]?.samples[0]?.[0]).toBe(60);
    expect(shown.at(-1)).toEqual({ behindMs: 11_000, rate: 1 });
  });

  it("fetches not in crumbs, and one piece at a time", async () => {
    await rewind.start({ callId, seconds: 5, liveMs: 60_000 });
    endMs = 61_000;
    at(57_900, 2100);
    at(58_100, 1900);
    await turn();
    expect(asked).toHaveLength(1);
    endMs = 62_300;
    at(59_300, 700);
    at(59_400, 600);
    await turn();
    expect(asked).toHaveLength(2);
  });

  it("is live again once it has caught up, and at once when asked", async () => {
    await rewind.start({ callId, seconds: 5, liveMs: 60_000 });
    at(59_000, 1000);
    expect(sent.at(-1)).toEqual({ type: "live" });
    expect(shown.at(-1)).toBeNull();
    await rewind.start({ callId, seconds: 5, liveMs: 60_000 });
    rewind.stop();
    expect(sent.at(-1)).toEqual({ type: "live" });
    const told = shown.length;
    at(56_000, 4000);
    expect(shown).toHaveLength(told);
  });

  it("goes further back from where it is, at most 30 s at once", async () => {
    await rewind.start({ callId, seconds: 300, liveMs: 60_000 });
    expect(asked[0]).toContain("lastSeconds=30");
    at(31_000, 29_000);
    await rewind.start({ callId, seconds: 20, liveMs: 60_000 });
    expect(asked[1]).toContain("sinceMs=11000");
  });

  it("holds the rate between 1 and 1.5", async () => {
    await rewind.start({ callId, seconds: 5, liveMs: 60_000 });
    rewind.setRate(9);
    expect(sent.at(-1)).toEqual({ type: "replay-rate", rate: 1.5 });
    rewind.setRate(0);
    expect(sent.at(-1)).toEqual({ type: "replay-rate", rate: 1 });
  });

  it("says why there is nothing to hear, and stays live", async () => {
    respond = () => Response.json({ code: "FORBIDDEN", message: "Not your team." }, { status: 403 });
    await rewind.start({ callId, seconds: 5, liveMs: 60_000 });
    respond = () => new Response("not audio");
    await rewind.start({ callId, seconds: 5, liveMs: 60_000 });
    expect(details).toEqual([COMING, "Not your team.", COMING, "What was said before could not be fetched."]);
    expect(shown).toEqual([null, null, null, null]);
    expect(sent).toEqual([]);
  });

  it("a jump to live while the piece is on its way is not undone by it", async () => {
    const start = rewind.start({ callId, seconds: 5, liveMs: 60_000 });
    rewind.stop();
    await start;
    expect(sent).toEqual([]);
    expect([shown.at(-1), details.at(-1)]).toEqual([null, null]);
  });

  it("says at once that it is on its way, however long that takes, also while it is heard and goes further back", async () => {
    const slow = gate();
    arrival = slow.promise;
    const first = rewind.start({ callId, seconds: 30, liveMs: 60_000 });
    expect(details).toEqual([COMING]);
    slow.resolve();
    await first;
    expect(details.at(-1)).toBeNull();
    const slower = gate();
    arrival = slower.promise;
    const second = rewind.start({ callId, seconds: 30, liveMs: 60_000 });
    at(32_000, 28_000);
    expect([shown.at(-1), details.at(-1)]).toEqual([{ behindMs: 28_000, rate: 1 }, COMING]);
    at(59_500, 500);
    expect(sent.filter(({ type }) => type === "live")).toEqual([]);
    slower.resolve();
    await second;
    expect([shown.at(-1), details.at(-1)]).toEqual([{ behindMs: 60_000, rate: 1 }, null]);
  });

  it("plays all there is of a call younger than asked for", async () => {
    endMs = 4000;
    await rewind.start({ callId, seconds: 30, liveMs: 4100 });
    expect(replays()[0]).toMatchObject({ atMs: 0 });
    expect([shown.at(-1), details.at(-1)]).toEqual([{ behindMs: 4100, rate: 1 }, null]);
  });

  it.each([0, 60, 1400])(
    "says that a call of %i ms is too young, and does not begin what would end at once",
    async (ms) => {
      endMs = ms;
      await rewind.start({ callId, seconds: 30, liveMs: ms + 100 });
      expect(sent).toEqual([]);
      expect(shown.at(-1)).toBeNull();
      expect(details.at(-1)).toContain("only just begun");
    },
  );
});
