import { describe, expect, it } from "vitest";
import { FRAME_MS } from "@/lib/contract/audio-frame";
import { PROGRESS_MS, SETTLED_MS } from "./constants";
import { CALL_ID } from "./testing/calls-rig";
import { type Given, given } from "./testing/speaking-kit";

/** Says a frame every 20 ms for so long. */
async function talk({ rig, nora }: Given, ms: number): Promise<void> {
  for (let at = 0; at < ms; at += FRAME_MS) {
    nora.say();
    await rig.clock.advance(FRAME_MS);
  }
}
const told = ({ rig }: Given) => rig.of("speaking.progressed").map(({ spokenMs }) => spokenMs);

describe("the record keeps up with a microphone that is open", () => {
  it("once a second, with what has been with the gateway for a while, and says at the end what it was", async () => {
    const all = await given();
    await all.nora.start("whisper");
    await talk(all, 3_400);
    await all.nora.stop();
    const each = PROGRESS_MS - SETTLED_MS;
    expect(told(all)).toEqual([each, each + PROGRESS_MS, each + 2 * PROGRESS_MS]);
    const [started] = all.rig.of("speaking.started");
    for (const event of all.rig.of("speaking.progressed"))
      expect(event).toMatchObject({ callId: CALL_ID, speakingId: started?.speakingId });
    expect(all.rig.of("speaking.ended")).toMatchObject([{ spokenMs: 3_400 }]);
    await all.rig.clock.advance(60_000);
    expect(told(all)).toHaveLength(3);
  });

  it("says nothing while nobody speaks, and nothing twice", async () => {
    const all = await given();
    await all.nora.start("barge");
    await all.rig.clock.advance(3_000);
    expect(told(all)).toEqual([]);
    await talk(all, 400);
    await all.rig.clock.advance(4_000);
    expect(told(all)).toEqual([400]);
  });

  it("counts no frame that the gateway did not take", async () => {
    const all = await given();
    let taken = 0;
    all.call.speak = () => ({
      ...{ push: () => ++taken % 2 === 0, end: () => {}, cut: () => {} },
      result: new Promise(() => {}),
    });
    await all.nora.start("whisper");
    await talk(all, 1_000);
    expect(told(all)).toEqual([(PROGRESS_MS - SETTLED_MS) / 2 - (((PROGRESS_MS - SETTLED_MS) / 2) % FRAME_MS)]);
  });

  it("and leaves out what may have been thrown away when it was closed", async () => {
    const all = await given();
    await all.nora.start("whisper");
    await talk(all, PROGRESS_MS - SETTLED_MS);
    all.call.changeMode("barge");
    await all.rig.clock.advance(10_000);
    expect(told(all)).toEqual([]);
  });
});
