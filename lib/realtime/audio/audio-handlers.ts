import { setImmediate as nextTurn } from "node:timers/promises";
import type { FloorCommands, SpeakingCommands } from "@/lib/calls/commands";
import { type CommandData, SOCKET_VERSION } from "@/lib/contract/socket-events";
import type { Clock } from "@/lib/platform/clock";
import { AppError } from "@/lib/platform/errors";
import type { CommandHandlers, CommandRequest } from "../command-handlers";
import type { Listeners } from "./listeners";

type AudioHandlers = Pick<
  CommandHandlers,
  | "listen:start"
  | "listen:stop"
  | "floor:claim"
  | "floor:ask"
  | "floor:hand-over"
  | "floor:release"
  | "speak:start"
  | "speak:stop"
>;

type Deps = { listeners: Listeners; floor: FloorCommands; speaking: SpeakingCommands; clock: Clock };

/** What the commands of listening and speaking do, once the asker's right to the call is checked. */
export function createAudioHandlers(deps: Deps): AudioHandlers {
  const { listeners, floor, speaking } = deps;
  return {
    "listen:start": ({ payload: { callId, codecs }, viewer, seat }) =>
      listeners.start({ callId, codecs, viewer, seat }),
    "listen:stop": ({ seat }) => {
      listeners.stop(seat.socketId);
      return {};
    },
    "floor:claim": ({ payload: { callId }, by }) => floor.claim({ callId, by }),
    "floor:ask": ({ payload: { callId }, by }) => floor.ask({ callId, by }),
    "floor:hand-over": ({ payload: { callId }, by }) => floor.handOver({ callId, by }),
    "floor:release": ({ payload: { callId }, by }) => floor.release({ callId, by }),
    "speak:start": (request) => startSpeaking(deps, request),
    "speak:stop": async ({ payload: { callId }, by, seat }) => {
      // Closed, or refused, within this turn; the mode's way back takes what the gateway takes, and events tell of it.
      await Promise.race([speaking.stop({ callId, by, connectionId: seat.socketId }), nextTurn()]);
      return {};
    },
  };
}

async function startSpeaking(
  { speaking, clock }: Deps,
  { payload: { callId, mode }, by, seat }: CommandRequest<"speak:start">,
): Promise<CommandData<"speak:start">> {
  const connectionId = seat.socketId;
  const opened = await speaking.start({
    ...{ callId, mode, by, connectionId },
    onClosed: (end) => seat.tell("speak:closed", { version: SOCKET_VERSION, sentAt: clock.now(), callId, ...end }),
  });
  if (seat.isOpen()) return opened;
  // The socket closed while the mode was being confirmed: nobody would ever close this microphone.
  speaking.drop({ connectionId, reason: "disconnected" });
  throw new AppError("UNAUTHENTICATED", { message: "the socket closed while its microphone was being opened" });
}
