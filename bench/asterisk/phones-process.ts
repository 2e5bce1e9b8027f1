import { z } from "zod";
import { answerParent } from "./child-link";
import { SipEndpoint } from "./sip-endpoint";

/** All phones, in a process of their own: neither Asterisk's nor the driver's processor time holds any of theirs. */
const phoneSchema = z.object({ extension: z.number(), port: z.number() });
const requestSchema = z.discriminatedUnion("do", [
  z.object({
    do: z.literal("dial"),
    serverPort: z.number(),
    caller: phoneSchema,
    agent: phoneSchema,
  }),
  z.object({ do: z.literal("speak"), isSpeaking: z.boolean() }),
  z.object({ do: z.literal("take") }),
  z.object({ do: z.literal("hang-up") }),
]);
export type PhonesRequest = z.infer<typeof requestSchema>;
type Dial = Extract<PhonesRequest, { do: "dial" }>;

const HANG_UP_MS = 300;

class PhoneRoom {
  #callers: SipEndpoint[] = [];
  #agents: SipEndpoint[] = [];

  async handle(request: PhonesRequest): Promise<unknown> {
    const phones = [...this.#callers, ...this.#agents];
    if (request.do === "dial") return this.#dial(request);
    if (request.do === "hang-up") return this.#hangUp();
    if (request.do === "speak") for (const phone of phones) phone.speak(request.isSpeaking);
    const taken = phones.map((phone) => phone.take());
    return { said: taken.flatMap(({ said }) => said), heard: taken.flatMap(({ heard }) => heard) };
  }

  async #dial({ serverPort, caller, agent }: Dial): Promise<void> {
    this.#agents.push(await SipEndpoint.open({ ...agent, serverPort }));
    const calling = await SipEndpoint.open({ ...caller, serverPort });
    this.#callers.push(calling);
    await calling.dial(agent.extension);
  }

  async #hangUp(): Promise<void> {
    for (const caller of this.#callers) caller.hangUp();
    await new Promise((resolve) => setTimeout(resolve, HANG_UP_MS));
    for (const phone of [...this.#callers.splice(0), ...this.#agents.splice(0)]) phone.stop();
  }
}

const room = new PhoneRoom();
answerParent((message) => room.handle(requestSchema.parse(message)));
