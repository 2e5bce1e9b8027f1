import { expect, test } from "vitest";
import { callIdSchema } from "@/lib/contract/ids";
import { silentLogger } from "@/lib/platform/logger";
import { MoonshineTranscriber } from "./moonshine-transcriber";

test("without its models it starts all the same and says what to do", async () => {
  const transcriber = new MoonshineTranscriber({ modelsDir: "/nowhere/at/all", logger: silentLogger });
  const levels: string[] = [];
  transcriber.on("level", ({ level, detail }) => levels.push(`${level}: ${detail}`));
  await transcriber.start();
  const leg = { callId: callIdSchema.parse("c1"), party: "caller" } as const;
  transcriber.open(leg);
  transcriber.push(leg.callId, { party: "caller", sequence: 0, atMs: 0, samples: new Int16Array(320) });
  await transcriber.close(leg);
  await transcriber.stop();
  expect(levels[0]).toMatch(/^unavailable: .*\/nowhere\/at\/all.*scripts\/models\.mjs/);
  expect(transcriber.level).toBe("unavailable");
});
