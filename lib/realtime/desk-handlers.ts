import type { DeskCommands } from "@/lib/coaching/commands";
import { AppError } from "@/lib/platform/errors";
import type { CommandHandlers } from "./command-handlers";
import { type Desks, isForAgent } from "./desk";
import type { LiveCalls } from "./live-calls";
import { rooms } from "./rooms";

type DeskHandlers = Pick<CommandHandlers, "desk:subscribe" | "desk:respond" | "desk:pause-whispers" | "desk:ask-help">;

/** What an agent's commands do, once it is known that the asker is an agent and the call theirs (on-command's rules). */
export function createDeskHandlers(deps: { desks: Desks; desk: DeskCommands; live: LiveCalls }): DeskHandlers {
  const { desks, desk, live } = deps;
  return {
    "desk:subscribe": async ({ viewer, seat }) => {
      if (viewer.agentId === null) return { call: null };
      await seat.join(rooms.desk(viewer.agentId));
      return { call: await desks.snapshot(viewer.agentId) };
    },
    "desk:respond": async ({ payload: { callId, suggestionId, response }, by }) => {
      const suggestion = live.get(callId)?.suggestions.find((other) => other.suggestionId === suggestionId);
      // To an agent, a suggestion that nobody approved does not exist.
      if (!suggestion || !isForAgent(suggestion))
        throw new AppError("NOT_FOUND", {
          message: `no whisper ${suggestionId} at the desk`,
          userMessage: "There is no such whisper at your desk.",
        });
      await desk.respond({ callId, suggestionId, response, by });
      return {};
    },
    "desk:pause-whispers": async ({ payload: { callId, paused }, by }) => {
      await desk.pauseWhispers({ callId, paused, by });
      return {};
    },
    "desk:ask-help": async ({ payload: { callId }, by }) => {
      await desk.askHelp({ callId, by });
      return {};
    },
  };
}
