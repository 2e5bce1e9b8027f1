import { createServer, type Server, type ServerResponse } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bytesFromSamples } from "@/lib/audio/frame";
import { toneAmplitude } from "@/lib/audio/goertzel";
import { resample } from "@/lib/audio/resample";
import { encodeWav } from "@/lib/audio/wav";
import { describeSynthesizer } from "../testing/conformance";
import { FakeSynthesizer } from "../testing/fake-synthesizer";
import { OpenAiSynthesizer } from "./openai";

type Request = { url: string; authorization: string | undefined; body: Record<string, string> };

const speaker = new FakeSynthesizer({ voices: ["alloy", "nova"] });
const requests: Request[] = [];
let special: ((response: ServerResponse) => void) | undefined;
let server: Server;
let baseUrl: string;

/** A speech server: 24 kHz, WAV or raw, unless a test has `special` answer. */
beforeAll(async () => {
  server = createServer(async (request, response) => {
    let text = "";
    for await (const chunk of request) text += chunk;
    const body = JSON.parse(text);
    requests.push({ url: request.url ?? "", authorization: request.headers.authorization, body });
    if (special) return special(response);
    const { samples } = await speaker.synthesize({ text: body.input, voice: body.voice });
    const raised = resample(samples, { from: 16_000, to: 24_000 });
    if (body.response_format === "pcm")
      return response.setHeader("content-type", "audio/pcm").end(bytesFromSamples(raised));
    return response.setHeader("content-type", "audio/wav").end(encodeWav({ sampleRate: 24_000, channels: [raised] }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  baseUrl = `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const client = (options: { base?: string; responseFormat?: "wav" | "pcm"; timeLimitMs?: number } = {}) =>
  new OpenAiSynthesizer({
    ...options,
    baseUrl: options.base ?? baseUrl,
    apiKey: "key-1",
    model: "tts-1",
    voices: ["alloy", "nova"],
  });

describeSynthesizer("an OpenAI-style server (WAV)", () => client());
describeSynthesizer("an OpenAI-style server (PCM)", () => client({ responseFormat: "pcm" }));

async function answeredBy<T>(answer: (response: ServerResponse) => void, run: () => Promise<T>): Promise<T> {
  special = answer;
  try {
    return await run();
  } finally {
    special = undefined;
  }
}

test("asks in OpenAI's words, with and without /v1 in the address", async () => {
  for (const base of [baseUrl, `${baseUrl}/v1`, `${baseUrl}/v1/`])
    await client({ base }).synthesize({ text: "Hello.", voice: "nova" });
  const expected = {
    url: "/v1/audio/speech",
    authorization: "Bearer key-1",
    body: { model: "tts-1", voice: "nova", input: "Hello.", response_format: "wav" },
  };
  expect(requests.slice(-3)).toEqual([expected, expected, expected]);
});

test("stereo becomes mono, and the rate of the content type counts", async () => {
  const tone = Int16Array.from({ length: 8000 }, (_, at) =>
    Math.round(8000 * Math.sin((2 * Math.PI * 500 * at) / 8000)),
  );
  const stereo = encodeWav({ sampleRate: 8000, channels: [tone, tone] });
  const mixed = await answeredBy(
    (response) => response.end(stereo),
    () => client().synthesize({ text: "x" }),
  );
  const raw = await answeredBy(
    (response) => response.setHeader("content-type", "audio/L16;rate=8000").end(bytesFromSamples(tone)),
    () => client().synthesize({ text: "x" }),
  );
  for (const { samples } of [mixed, raw]) {
    expect(samples.length).toBe(16_000);
    expect(toneAmplitude(samples, { frequency: 500, sampleRate: 16_000 })).toBeCloseTo(8000 / 32_768, 2);
  }
});

test.each([
  [401, false],
  [400, false],
  [429, true],
  [503, true],
])("status %i is an error, worth another try: %s", async (status, retryable) => {
  const work = answeredBy(
    (response) => response.writeHead(status).end("{}"),
    () => client().synthesize({ text: "Hello." }),
  );
  await expect(work).rejects.toMatchObject({
    name: "SynthesisError",
    retryable,
    message: expect.stringMatching(`${status}`),
  });
});

test.each([
  ["an error page", "text/html", Buffer.from("<html>")],
  ["half a sample", "audio/pcm", Buffer.from([1, 2, 3])],
  ["a broken WAV", "audio/wav", Buffer.from("RIFFxxxxWAVE")],
  ["nothing", "audio/pcm", Buffer.alloc(0)],
])("%s instead of audio is a SynthesisError", async (_, type, body) => {
  const work = answeredBy(
    (response) => response.setHeader("content-type", type).end(body),
    () => client().synthesize({ text: "Hello." }),
  );
  await expect(work).rejects.toMatchObject({ name: "SynthesisError" });
});

test("a silent server is given up; one that is not there says so", async () => {
  const late = answeredBy(
    () => undefined,
    () => client({ timeLimitMs: 50 }).synthesize({ text: "Hello." }),
  );
  await expect(late).rejects.toMatchObject({ retryable: true, message: expect.stringMatching("50 ms") });
  await expect(client({ base: "http://127.0.0.1:1" }).synthesize({ text: "Hello." })).rejects.toMatchObject({
    retryable: true,
    message: "the speech server cannot be reached",
  });
});
