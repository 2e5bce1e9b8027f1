import { join } from "node:path";
import { beforeAll, expect, it } from "vitest";
import { cacheDir } from "@/lib/platform/paths";
import { MODEL_PATH, TOPICS_PATH } from "./data-files";
import { Reader } from "./reader";

/** Written apart from the seeds and never used to choose anything. */
const HELD_OUT: Record<string, string[]> = {
  refund: ["So will you give me the money back or not?", "I was promised a refund two weeks ago."],
  cancel: ["Please cancel everything, I don't need it any longer.", "I want out of this contract as soon as possible."],
  billing: ["There's something on this month's bill that I don't understand.", "why was i charged forty pounds more"],
  outage: ["The electricity went off in the whole village.", "Nothing works here, no internet, no phone, since noon."],
  delivery: ["The courier never showed up with my package.", "when is my order going to get here"],
  "technical-fault": [
    "The washing machine stops in the middle and shows E four.",
    "The program freezes as soon as I press save.",
  ],
  "account-access": ["I'm not able to get into my account any more.", "The login page keeps rejecting me."],
  password: ["I don't remember my password.", "Could you help me to set a new password?"],
  "lost-card": [
    "I can't find my bank card, I must have dropped it.",
    "My purse got stolen on the bus and the card was inside.",
  ],
  fraud: [
    "Someone has been spending money from my account in another country.",
    "I believe that caller was a fraudster.",
  ],
  upgrade: ["I'm interested in a bigger plan with more minutes.", "can we upgrade the tickets to business class"],
  pricing: ["What would that cost me a month?", "Have you got anything cheaper?"],
  "buying-signal": ["Right, I'll have it, how do I pay?", "Great, let's do it, sign me up today."],
  complaint: ["I wish to lodge an official complaint.", "Where can I send my complaint about your staff?"],
  escalation: ["I demand to speak with your supervisor.", "Get your manager on the phone, please."],
  "speak-to-person": ["Is there any chance to talk to an actual human?", "I don't want the robot, I want a person."],
  appointment: ["Could the technician come on Friday instead?", "I need to book an appointment for my mother."],
  warranty: ["Isn't that covered by the guarantee?", "The fridge is only a year old, it must be under warranty."],
  claim: ["I need to report a car accident to the insurance.", "How far along is my insurance claim?"],
  "payment-difficulty": [
    "I just don't have the money to pay it all at once.",
    "Could we agree on smaller monthly payments?",
  ],
  "address-change": ["We've moved, so you need my new address.", "I have a new phone number, can you update it?"],
  "service-quality": [
    "I've been waiting in this queue for fifty minutes.",
    "You keep passing me from one department to the next.",
  ],
  appreciation: ["You've been so helpful, thank you very much.", "I must say, that was wonderful service."],
};
const SMALL_TALK = [
  ...["Hi, good afternoon.", "Just a second, I'm getting my glasses.", "It's sunny here for once.", "Mm, okay, right."],
  ...["My name is Angela Marsh.", "The kids are a bit loud today, sorry.", "Yes, that's my date of birth.", "Bye now."],
  ...[
    "We had spaghetti for lunch.",
    "It's seven, four, two, nine.",
    "I'm sitting in the garden.",
    "How are you doing?",
  ],
];

let reader: Reader;

beforeAll(async () => {
  const own = { modelPath: MODEL_PATH, topicsPath: TOPICS_PATH, cacheDir: join(cacheDir, "topic-vectors") };
  reader = await Reader.load(own);
}, 300_000);

it("names the topics of sentences it has not seen", { timeout: 120_000 }, async () => {
  const cases = Object.entries(HELD_OUT).flatMap(([key, texts]) => texts.map((text) => ({ key, text })));
  const readings = await reader.read(cases.map(({ text }) => text));
  const wrong = cases.filter(({ key }, i) => !readings[i]?.topics.some((topic) => topic.key === key));
  const firsts = cases.filter(({ key }, i) => readings[i]?.topics[0]?.key === key).length / cases.length;
  expect(firsts, `missed: ${wrong.map(({ key, text }) => `${key}: ${text}`).join("; ")}`).toBeGreaterThanOrEqual(0.8);
});

it("finds nothing in small talk", { timeout: 120_000 }, async () => {
  const readings = await reader.read(SMALL_TALK);
  const found = readings.flatMap(({ topics }, i) => topics.map(({ key }) => `${SMALL_TALK[i]}: ${key}`));
  expect(found).toEqual([]);
});

it("weighs what is felt above the facts around it in a long turn", { timeout: 120_000 }, async () => {
  const facts = "Hello, my name is Daniel and my account number is four four seven one.";
  const [plain, angry] = await reader.read([
    facts,
    `${facts} I am furious, nobody has called me back for three weeks.`,
  ]);
  expect(Math.abs(plain?.score ?? 1)).toBeLessThan(0.3);
  expect(angry?.score).toBeLessThan(-0.5);
});
