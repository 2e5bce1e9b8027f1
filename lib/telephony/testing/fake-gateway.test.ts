import { FRAME_SAMPLES } from "@/lib/contract/audio-frame";
import type { CallId } from "@/lib/contract/ids";
import { gatewayConformance } from "./conformance";
import type { FakeCall } from "./fake-call";
import { FakeGateway } from "./fake-gateway";

gatewayConformance({
  name: "fake",
  make: async () => {
    const gateway = new FakeGateway();
    const find = (callId: CallId): FakeCall => {
      const call = gateway.calls.find((candidate) => candidate.description.callId === callId);
      if (!call) throw new Error(`no call ${callId}`);
      return call;
    };
    // Plays a clip on in real time, as a gateway would.
    const timer = setInterval(() => {
      for (const call of gateway.calls) call.advancePlayback(100);
    }, 10);
    let away: FakeCall[] = [];
    return {
      gateway,
      stop: async () => clearInterval(timer),
      other: {
        placeCall: ({ agent = "answers" } = {}) => {
          const call = gateway.arrive();
          call.playback = "manual";
          if (agent === "never") call.agentIgnoresRinging(100);
          if (agent === "held") call.holdBack("connect");
          return call.description.callId;
        },
        hangUp: (callId, party) => {
          if (party === "caller") find(callId).callerHangsUp();
          else find(callId).agentHangsUp();
        },
        speak: (callId, { party, samples }) => {
          for (let at = 0; at + FRAME_SAMPLES <= samples.length; at += FRAME_SAMPLES)
            find(callId).say(party, samples.slice(at, at + FRAME_SAMPLES));
        },
        heard: (callId, party) => {
          const all = find(callId).heard[party];
          return all.reduce((total, { samples }) => total + samples.filter((sample) => sample !== 0).length, 0);
        },
        cutConnections: () => {
          away = gateway.calls.filter((call) => call.state !== "DISCONNECTED");
          gateway.loseContact();
          setTimeout(() => {
            gateway.setStatus({ state: "up" });
            for (const call of away) if (call.state !== "DISCONNECTED") call.regainContact();
          }, 20);
        },
      },
    };
  },
});
