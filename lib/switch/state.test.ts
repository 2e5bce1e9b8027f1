import { describe, expect, test } from "vitest";
import type { WireCommand } from "@/lib/contract/call-control";
import { type CallInput, type CallStatus, INITIAL_STATUS, transition } from "./state";

const PENDING = INITIAL_STATUS;
const ANSWERED: CallStatus = { ...INITIAL_STATUS, state: "ANSWERED" };
const CONNECTED: CallStatus = { ...INITIAL_STATUS, state: "CONNECTED", mode: "barge" };
const ENDED: CallStatus = { ...INITIAL_STATUS, state: "DISCONNECTED" };
const LEFT: CallStatus = { ...ENDED, continuesWithoutUs: true };
const answering = { ...PENDING, pending: "answer" } as const;
const ringing = { ...ANSWERED, pending: "connect" } as const;
const say = (command: WireCommand): CallInput => ({ type: "command", command });

type Row = [from: CallStatus, input: CallInput, to: CallStatus | "WRONG_STATE" | "BUSY" | "CALL_CLOSED"];

/** call-control.md §2, row by row, and below each what the documented table leaves open. */
const rows: Record<string, Row[]> = {
  "start: incoming call → PENDING": [[PENDING, say("interrupt"), PENDING]],
  "PENDING: answer succeeds → ANSWERED": [
    [PENDING, say("answer"), answering],
    [answering, { type: "answer.succeeded" }, ANSWERED],
  ],
  "PENDING: answer fails → PENDING": [[answering, { type: "answer.failed" }, PENDING]],
  "PENDING: connect succeeds → CONNECTED": [
    [PENDING, say("connect"), { ...PENDING, pending: "connect" }],
    [{ ...PENDING, pending: "connect" }, { type: "connect.succeeded", heard: true }, CONNECTED],
  ],
  "PENDING: connect fails → PENDING": [[{ ...PENDING, pending: "connect" }, { type: "connect.failed" }, PENDING]],
  "ANSWERED: connect succeeds → CONNECTED in barge": [
    [ANSWERED, say("connect"), ringing],
    [ringing, { type: "connect.succeeded", heard: true }, CONNECTED],
  ],
  "ANSWERED: connect fails → stays ANSWERED": [[ringing, { type: "connect.failed" }, ANSWERED]],
  "ANSWERED: close or disconnect → DISCONNECTED": [
    [ANSWERED, say("close"), ENDED],
    [ANSWERED, say("disconnect"), ENDED],
    [ringing, say("close"), ENDED],
    [ringing, say("disconnect"), ENDED],
  ],
  "CONNECTED: barge, whisper, spy → CONNECTED": [
    [CONNECTED, say("spy"), { ...CONNECTED, mode: "spy" }],
    [CONNECTED, say("whisper"), { ...CONNECTED, mode: "whisper" }],
    [{ ...CONNECTED, mode: "spy" }, say("barge"), CONNECTED],
    [CONNECTED, say("barge"), CONNECTED],
  ],
  "CONNECTED: close → DISCONNECTED for us": [[CONNECTED, say("close"), LEFT]],
  "CONNECTED: disconnect → DISCONNECTED": [[CONNECTED, say("disconnect"), ENDED]],
  "any: terminated → DISCONNECTED": [PENDING, answering, ANSWERED, ringing, CONNECTED, LEFT, ENDED].map(
    (from): Row => [from, { type: "terminated" }, ENDED],
  ),
  "our choice: connected without anybody to hear is spy": [
    [ringing, { type: "connect.succeeded", heard: false }, { ...CONNECTED, mode: "spy" }],
  ],
  "our choice: a lost media connection takes every voice away": [
    [CONNECTED, { type: "media.lost" }, { ...CONNECTED, mode: "spy" }],
    [{ ...CONNECTED, mode: "whisper" }, { type: "media.lost" }, { ...CONNECTED, mode: "spy" }],
    [PENDING, { type: "media.lost" }, PENDING],
    [ringing, { type: "media.lost" }, ringing],
  ],
  "our choice: disconnect rejects a pending call, close does not": [
    [PENDING, say("disconnect"), ENDED],
    [PENDING, say("close"), "WRONG_STATE"],
  ],
  "one slow command at a time": [
    [answering, say("answer"), "BUSY"],
    [answering, say("connect"), "BUSY"],
    [ringing, say("connect"), "BUSY"],
    [{ ...PENDING, pending: "connect" }, say("answer"), "BUSY"],
    [PENDING, { type: "answer.succeeded" }, "WRONG_STATE"],
    [ANSWERED, { type: "connect.succeeded", heard: true }, "WRONG_STATE"],
    [ANSWERED, { type: "connect.failed" }, "WRONG_STATE"],
    [answering, { type: "connect.succeeded", heard: true }, "WRONG_STATE"],
  ],
  "what a state does not allow": [
    ...(["spy", "whisper", "barge"] as const).flatMap((mode): Row[] => [
      [PENDING, say(mode), "WRONG_STATE"],
      [ANSWERED, say(mode), "WRONG_STATE"],
      [ringing, say(mode), "WRONG_STATE"],
    ]),
    [ANSWERED, say("answer"), "WRONG_STATE"],
    [CONNECTED, say("answer"), "WRONG_STATE"],
    [CONNECTED, say("connect"), "WRONG_STATE"],
  ],
  "interrupt changes nothing": [
    [ANSWERED, say("interrupt"), ANSWERED],
    [ringing, say("interrupt"), ringing],
    [CONNECTED, say("interrupt"), CONNECTED],
  ],
  "DISCONNECTED is the end": [
    ...(["answer", "connect", "spy", "whisper", "barge", "close", "disconnect", "interrupt"] as const).flatMap(
      (command): Row[] => [
        [ENDED, say(command), "CALL_CLOSED"],
        [LEFT, say(command), "CALL_CLOSED"],
      ],
    ),
    [ENDED, { type: "connect.succeeded", heard: true }, "CALL_CLOSED"],
    [ENDED, { type: "answer.succeeded" }, "CALL_CLOSED"],
    [LEFT, { type: "media.lost" }, "CALL_CLOSED"],
  ],
};

describe("transition", () => {
  for (const [name, cases] of Object.entries(rows))
    test.each(cases.map(([from, input, to]) => ({ from, input, to })))(
      `${name}: $from.state, $input.type $input.command`,
      ({ from, input, to }) => {
        const result = transition(from, input);
        if (typeof to === "string") expect(result).toMatchObject({ ok: false, code: to });
        else expect(result).toEqual({ ok: true, status: to });
      },
    );
});
