import { FRAME_SAMPLES } from "@/lib/contract/audio-frame";
import type { Party } from "@/lib/contract/call";
import type { CallId } from "@/lib/contract/ids";
import { systemClock } from "@/lib/platform/clock";
import { silentLogger } from "@/lib/platform/logger";
import type { PlacedCall } from "@/lib/switch/call-spec";
import { createSwitch } from "@/lib/switch/switch";
import { type ConformanceRig, gatewayConformance } from "@/lib/telephony/testing/conformance";
import { CuttableProxy } from "@/lib/telephony/testing/cuttable-proxy";
import { CallControlGateway } from "./index";

/** A party that says what it is given, frame by frame. */
class Speaker {
  #speech: Int16Array = new Int16Array(0);

  say(samples: Int16Array): void {
    this.#speech = samples;
  }

  speak(into: Int16Array): "talking" {
    into.set(this.#speech.subarray(0, FRAME_SAMPLES));
    this.#speech = this.#speech.subarray(FRAME_SAMPLES);
    return "talking";
  }
}

type Placed = { call: PlacedCall; parties: Record<Party, Speaker>; heard: Record<Party, number> };

const RING_MS = { answers: 20, never: 20, held: 3_600_000 };

function place(side: ReturnType<typeof createSwitch>, agent: "answers" | "never" | "held"): Placed {
  const parties = { caller: new Speaker(), agent: new Speaker() };
  const call = side.placeCall({
    caller: parties.caller,
    callee: parties.agent,
    callerNumber: "+4940111",
    calleeNumber: "201",
    ringMs: RING_MS[agent],
    // `held` rings until the call ends: the switch counts an attempt as unanswered only when the ring time is over.
    answers: agent === "answers",
  });
  const heard = { caller: 0, agent: 0 };
  call.tap((frame) => {
    heard.caller += frame.callerHeard.filter((sample) => sample !== 0).length;
    heard.agent += frame.agentHeard.filter((sample) => sample !== 0).length;
  });
  return { call, parties, heard };
}

async function makeRig(sampleRate: 8000 | 16_000 | 24_000): Promise<ConformanceRig> {
  const side = createSwitch({ apiKey: "key", sampleRate }, { logger: silentLogger });
  const { url } = await side.start();
  const proxy = new CuttableProxy({ port: Number(new URL(url).port) });
  const port = await proxy.listen();
  const gateway = new CallControlGateway(
    {
      name: "switch",
      url: `ws://127.0.0.1:${port}`,
      connectorId: "earshot",
      credentials: { kind: "api-key", key: "key" },
      sampleRate,
    },
    { clock: systemClock, logger: silentLogger },
  );
  const placed = new Map<CallId, Placed>();
  const find = (callId: CallId): Placed => {
    const entry = placed.get(callId);
    if (!entry) throw new Error(`no call ${callId}`);
    return entry;
  };
  return {
    gateway,
    stop: async () => {
      await proxy.close();
      await side.stop();
    },
    other: {
      placeCall: ({ agent = "answers" } = {}) => {
        const entry = place(side, agent);
        placed.set(entry.call.callId, entry);
        return entry.call.callId;
      },
      hangUp: (callId, party) => find(callId).call.hangUp(party),
      speak: (callId, { party, samples }) => find(callId).parties[party].say(samples),
      heard: (callId, party) => find(callId).heard[party],
      cutConnections: () => proxy.cut(),
    },
  };
}

gatewayConformance({ name: "call-control at 16 kHz", make: () => makeRig(16_000) });
gatewayConformance({ name: "call-control at 24 kHz", make: () => makeRig(24_000) });
gatewayConformance({ name: "call-control at 8 kHz", make: () => makeRig(8_000) });
