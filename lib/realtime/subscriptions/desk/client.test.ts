import { describe, expect, it } from "vitest";
import type { CommandError, CommandResult } from "@/lib/contract/command-result";
import { FakeClock } from "@/lib/platform/clock";
import { FramedState } from "../../store";
import { deskOf } from "../../testing/desk";
import { DeskSubscription } from "./client";

type Answer = CommandResult<{ call: ReturnType<typeof deskOf> | null }>;

/** A server whose answers the test gives when it likes. */
function open() {
  const answers: ((answer: Answer) => void)[] = [];
  const clock = new FakeClock();
  const state = new FramedState((run) => run());
  const deps = {
    state,
    clock,
    isConnected: () => true,
    command: <T>() => new Promise<T>((resolve) => answers.push(resolve as never)),
  };
  const answer = async (given: Answer) => {
    answers.shift()?.(given);
    await new Promise((resolve) => setImmediate(resolve));
  };
  const desk = new DeskSubscription(deps);
  const update = (id: string | null) =>
    desk.onUpdate({ version: 1, sentAt: clock.now(), call: id === null ? null : deskOf(id) });
  const shown = () => [state.current.desk.state, state.current.desk.call?.callId ?? null];
  return { desk, clock, answers, answer, update, shown };
}

const ok = (id: string | null): Answer => ({ ok: true, data: { call: id === null ? null : deskOf(id) } });
const away: CommandError = { ok: false, code: "UNAVAILABLE", message: "away", retryable: true };

describe("an agent's desk in the browser", () => {
  it("asks for nothing until someone looks", () => {
    const { desk, answers, update, shown } = open();
    desk.onConnected();
    update("c1");
    expect([answers.length, shown()]).toEqual([0, ["loading", null]]);
    desk.watch();
    desk.watch();
    expect(answers).toHaveLength(1);
  });

  it("shows the snapshot, then each update whole", async () => {
    const { desk, answer, update, shown } = open();
    desk.watch();
    await answer(ok("c1"));
    expect(shown()).toEqual(["ready", "c1"]);
    update("c2");
    expect(shown()).toEqual(["ready", "c2"]);
    update(null);
    expect(shown()).toEqual(["ready", null]);
  });

  it("keeps what came while the snapshot was under way: the snapshot may be older", async () => {
    const { desk, answer, update, shown } = open();
    desk.watch();
    update("c2");
    expect(shown()).toEqual(["ready", "c2"]);
    await answer(ok("c1"));
    expect(shown()).toEqual(["ready", "c2"]);
  });

  it("does not bring back an update from before a failed attempt", async () => {
    const { desk, clock, answer, update, shown } = open();
    desk.watch();
    update("c1");
    await answer(away);
    expect(shown()).toEqual(["error", "c1"]);
    await clock.advance(2000);
    await answer(ok(null));
    expect(shown()).toEqual(["ready", null]);
  });

  it("asks again after a reconnect, and after a message it could not read", async () => {
    const { desk, answers, answer, shown } = open();
    desk.watch();
    await answer(ok("c1"));
    desk.onUnreadable();
    expect(answers).toHaveLength(1);
    desk.onUnreadable();
    expect(answers).toHaveLength(1);
    await answer(ok("c2"));
    desk.onConnected();
    await answer(ok(null));
    expect(shown()).toEqual(["ready", null]);
  });
});
