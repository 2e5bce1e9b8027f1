import { afterAll, beforeAll } from "vitest";
import type { CallId } from "@/lib/contract/ids";
import { AsteriskRig, type Phones } from "@/lib/telephony/testing/asterisk-rig";
import { AsteriskServer } from "@/lib/telephony/testing/asterisk-server";
import { type ConformanceRig, gatewayConformance } from "@/lib/telephony/testing/conformance";
import { eventually } from "@/lib/telephony/testing/eventually";

/** Digital silence stays that through G.711 and resampling; anything of ours is far above. */
const NOISE = 64;
/** RTP and the phone's own buffers; nothing that was sent may come later. */
const ARRIVED_AFTER_MS = 300;

/** Calls that come while Earshot is away wait for it: `Stasis()` fails where its application is not there. */
const PATIENT = `[from-outside](+)
exten => _93XX,1,Stasis(earshot,2\${EXTEN:2})
 same => n,GotoIf($["\${STASISSTATUS}" != "FAILED"]?done)
 same => n,Wait(0.1)
 same => n,Goto(1)
 same => n(done),Hangup()`;

let server: AsteriskServer;
beforeAll(async () => {
  server = await AsteriskServer.start({ extra: { "extensions.conf": PATIENT } });
});
afterAll(() => server.stop());

/** Calls that come in by `Stasis()`, as a gateway that answers and connects them must treat them. */
async function makeRig(): Promise<ConformanceRig> {
  const rig = await AsteriskRig.make(server);
  const placed = new Map<CallId, Phones>();
  const find = (callId: CallId): Phones => {
    const phones = placed.get(callId);
    if (!phones) throw new Error(`no call ${callId}`);
    return phones;
  };
  return {
    gateway: rig.gateway,
    stop: async () => {
      await rig.stop();
      await eventually("no channel is left", async () => (await server.channels()).length === 0);
    },
    other: {
      placeCall: async ({ agent = "answers" } = {}) => {
        const extensions = { caller: 100 + placed.size, agent: 201 + placed.size };
        const phones = {
          caller: await rig.phone({ extension: extensions.caller }),
          agent: await rig.phone({ extension: extensions.agent, answers: agent === "answers" ? "at-once" : "never" }),
        };
        await phones.caller.startDialling(`93${String(extensions.agent).slice(1)}`);
        const isOurs = (call: (typeof rig.calls)[number]) =>
          call.description.callerNumber === String(extensions.caller) && call.state !== "DISCONNECTED";
        await eventually("the call comes in", () => rig.calls.some(isOurs));
        const call = rig.calls.find(isOurs);
        if (!call) throw new Error("no call");
        placed.set(call.description.callId, phones);
        return call.description.callId;
      },
      hangUp: (callId, party) => find(callId)[party].hangUp(),
      speak: (callId, { party, samples }) => find(callId)[party].say(samples),
      heard: async (callId, party) => {
        await new Promise((resolve) => setTimeout(resolve, ARRIVED_AFTER_MS));
        return find(callId)
          [party].heard({ sampleRate: 16_000 })
          .filter((sample) => Math.abs(sample) > NOISE).length;
      },
      cutConnections: () => rig.proxy.cut(),
    },
  };
}

gatewayConformance({ name: "asterisk", make: makeRig });
