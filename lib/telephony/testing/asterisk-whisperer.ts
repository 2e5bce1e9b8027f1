/**
 * A driver in a process of its own, so that a test can kill it in the middle of a whisper:
 * `node --import tsx asterisk-whisperer.ts URL USERNAME PASSWORD`. Whispers 2000 Hz into the first call that it finds,
 * over and over, and prints `speaking` when the first frame of each is out.
 */
import { sine } from "@/lib/audio/goertzel";
import { SAMPLE_RATE } from "@/lib/contract/audio-frame";
import { systemClock } from "@/lib/platform/clock";
import { silentLogger } from "@/lib/platform/logger";
import { AsteriskGateway } from "@/lib/telephony/drivers/asterisk";

const [url = "", username = "", password = ""] = process.argv.slice(2);
const gateway = new AsteriskGateway(
  { name: "lab", url, username, password },
  { clock: systemClock, logger: silentLogger, isAgent: async (extension) => extension.startsWith("2") },
);
const samples = sine({ frequency: 2_000, sampleRate: SAMPLE_RATE, durationMs: 3_000, amplitude: 0.3 });

gateway.on("call", async (call) => {
  await call.setMode("whisper");
  const onStarted = () => process.stdout.write("speaking\n");
  while (call.mode === "whisper") await call.play({ samples, mode: "whisper", onStarted });
});
await gateway.start();
setInterval(() => {}, 1_000);
