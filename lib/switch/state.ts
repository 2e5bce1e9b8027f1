import type { CallState, Mode } from "@/lib/contract/call";
import type { WireCommand } from "@/lib/contract/call-control";

/** What the switch knows of a call besides its audio. */
export type CallStatus = {
  state: CallState;
  /** Confirmed; null outside CONNECTED. */
  mode: Mode | null;
  /** A command whose outcome is not known yet. */
  pending: "answer" | "connect" | null;
  /** DISCONNECTED for us, while caller and callee still talk. */
  continuesWithoutUs: boolean;
};

export type CallInput =
  | { type: "command"; command: WireCommand }
  | { type: "answer.succeeded" }
  | { type: "answer.failed" }
  /** `heard`: someone has a media connection; without one nobody could mean a mode that speaks. */
  | { type: "connect.succeeded"; heard: boolean }
  | { type: "connect.failed" }
  | { type: "media.lost" }
  | { type: "terminated" };

export type Refusal = { code: "WRONG_STATE" | "BUSY" | "CALL_CLOSED"; message: string };
export type Transition = { ok: true; status: CallStatus } | ({ ok: false } & Refusal);

export const INITIAL_STATUS: CallStatus = { state: "PENDING", mode: null, pending: null, continuesWithoutUs: false };

/**
 * The states of call-control.md §2 (Telcoflow SDK 0.24). Pure. `answer` and `connect` only become pending here; their
 * outcome is an input of its own.
 */
export function transition(status: CallStatus, input: CallInput): Transition {
  if (input.type === "terminated") return to(status, { ...ENDED, continuesWithoutUs: false });
  if (status.state === "DISCONNECTED") return refuse("CALL_CLOSED", "the call has ended");
  switch (input.type) {
    case "command":
      return command(status, input.command);
    case "answer.succeeded":
      return onlyWhile(status, "answer", { state: "ANSWERED", pending: null });
    case "answer.failed":
      return onlyWhile(status, "answer", { pending: null });
    case "connect.succeeded":
      return onlyWhile(status, "connect", { state: "CONNECTED", mode: input.heard ? "barge" : "spy", pending: null });
    case "connect.failed":
      return onlyWhile(status, "connect", { pending: null });
    case "media.lost":
      return to(status, status.state === "CONNECTED" ? { mode: "spy" } : {});
  }
}

const ENDED = { state: "DISCONNECTED", mode: null, pending: null } as const;

function command(status: CallStatus, name: WireCommand): Transition {
  const { state } = status;
  switch (name) {
    case "interrupt":
      return to(status, {});
    case "disconnect":
      return to(status, ENDED);
    case "close":
      if (state === "PENDING") return refuse("WRONG_STATE", "close needs an answered or connected call");
      return to(status, { ...ENDED, continuesWithoutUs: state === "CONNECTED" });
    case "answer":
      if (state !== "PENDING") return refuse("WRONG_STATE", `answer is not possible in ${state}`);
      return begin(status, "answer");
    case "connect":
      if (state === "CONNECTED") return refuse("WRONG_STATE", "the call is connected already");
      return begin(status, "connect");
    case "spy":
    case "whisper":
    case "barge":
      if (state !== "CONNECTED") return refuse("WRONG_STATE", `${name} needs a connected call, this one is ${state}`);
      return to(status, { mode: name });
  }
}

function begin(status: CallStatus, pending: "answer" | "connect"): Transition {
  return status.pending ? refuse("BUSY", `${status.pending} is under way`) : to(status, { pending });
}

function onlyWhile(status: CallStatus, pending: "answer" | "connect", change: Partial<CallStatus>): Transition {
  return status.pending === pending ? to(status, change) : refuse("WRONG_STATE", `no ${pending} is under way`);
}

function to(status: CallStatus, change: Partial<CallStatus>): Transition {
  return { ok: true, status: { ...status, ...change } };
}

function refuse(code: Refusal["code"], message: string): Transition {
  return { ok: false, code, message };
}
