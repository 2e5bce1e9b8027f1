import { afterEach, beforeEach, expect, it } from "vitest";
import { DEFAULT_POLICY } from "@/lib/agents/constants";
import type { AgentOfCall, TeamPolicy } from "@/lib/agents/types";
import type { CallsService } from "@/lib/calls/service";
import { makeWhisperTone } from "@/lib/calls/tone";
import { SAMPLE_RATE } from "@/lib/contract/audio-frame";
import { agentIdSchema, callIdSchema, teamIdSchema, userIdSchema } from "@/lib/contract/ids";
import { EventBus } from "@/lib/events/event-bus";
import { systemClock } from "@/lib/platform/clock";
import { parseEnv } from "@/lib/platform/env";
import { silentLogger } from "@/lib/platform/logger";
import { silentParty } from "@/lib/switch/parties/party";
import { eventually } from "@/lib/telephony/testing/eventually";
import { createCalls } from "./rooms";
import { SwitchBench } from "./testing/switch-bench";

/** Guards the product's own wiring: what Settings offers is in the agent's ear, and in nobody else's. */

const AGENT: AgentOfCall = {
  ...{ agentId: agentIdSchema.parse("ann"), agentName: "Ann" },
  ...{ teamId: teamIdSchema.parse("service"), teamName: "Service" },
};
const CALL_ID = callIdSchema.parse("call-1");
/** 300 ms, none of it zero. */
const CLIP = new Int16Array((SAMPLE_RATE * 3) / 10).fill(7);

let bench: SwitchBench;
let calls: CallsService;

beforeEach(async () => {
  bench = await SwitchBench.start();
});
afterEach(async () => {
  calls.stop();
  await bench.stop();
});

/** @returns what each of the two heard of a whisper, without silence */
async function whisperIn(team: { whisperTone: boolean }) {
  const policy: TeamPolicy = { ...DEFAULT_POLICY, expiryMs: 30_000, maxPerMinute: 2, ...team };
  const bus = new EventBus({ clock: systemClock, logger: silentLogger });
  calls = createCalls(
    {
      ...{ env: parseEnv({}), bus, clock: systemClock, logger: silentLogger },
      agents: {
        byExtension: async () => AGENT,
        policyForTeam: async (id) => ({ ...policy, whisperTone: id === AGENT.teamId && policy.whisperTone }),
      },
    },
    {
      gateways: [bench.gateway],
      clips: {
        clipFor: async (text) => ({
          text,
          voice: "none",
          hash: "greeting",
          samples: new Int16Array(320).fill(7),
          durationMs: 20,
        }),
      },
      ...{ recordings: { push() {} }, analysis: { push() {} }, hear() {} },
    },
  );
  calls.start();
  const call = bench.side.placeCall({
    ...{ callId: CALL_ID, caller: silentParty, callee: silentParty, ringMs: 0 },
    ...{ callerNumber: "+4940111", calleeNumber: "1001" },
  });
  await eventually("the call is in spy", () => calls.get(CALL_ID)?.mode === "spy");
  const heard = { agent: [] as number[], caller: [] as number[] };
  call.tap(({ agentHeard, callerHeard }) => {
    heard.agent.push(...agentHeard.filter(Boolean));
    heard.caller.push(...callerHeard.filter(Boolean));
  });
  const told = await calls.whisper({
    ...{ callId: CALL_ID, samples: CLIP, onSpeaking() {}, signal: new AbortController().signal },
    by: { kind: "user", userId: userIdSchema.parse("sam"), name: "Sam" },
  });
  expect(told.outcome).toBe("spoken");
  return heard;
}

it("a team that wants the tone has it before its whispers, in the agent's leg alone", async () => {
  const { agent, caller } = await whisperIn({ whisperTone: true });
  expect(agent).toEqual([...makeWhisperTone().filter(Boolean), ...CLIP]);
  expect(caller).toEqual([]);
});

it("a team that does not hears the whisper only", async () => {
  expect(await whisperIn({ whisperTone: false })).toEqual({ agent: [...CLIP], caller: [] });
});
