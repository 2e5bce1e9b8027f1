// @vitest-environment jsdom
import { act, cleanup, fireEvent, render, screen } from "@testing-library/react";
import { memo, type ReactNode, StrictMode, useState } from "react";
import { renderToString } from "react-dom/server";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { BoardRow } from "@/lib/contract/board";
import { systemClock } from "@/lib/platform/clock";
import { LiveProvider, useBoard, useCall, useCallView, useCommand, useConnection, useNow } from "./client";
import type { LiveConnectionDeps } from "./connection/client";
import { arrived, callId, line } from "./testing/call-events";
import { LiveHarness, until } from "./testing/live-harness";

function Screen() {
  const { state } = useConnection();
  const board = useBoard();
  const lines = useCall(callId("c1"), (call) => call.view?.utterances.length ?? 0);
  return <p>{[state, board.state, lines].join(" ")}</p>;
}

function Timer({ name }: { name: string }) {
  return <p>{`${name} ${useNow(1000)}`}</p>;
}

function Sender() {
  const command = useCommand();
  const [code, setCode] = useState("");
  const send = async () => {
    const result = await command("clock:read", { version: 1 });
    setCode(result.ok ? "ok" : result.code);
  };
  return (
    <button type="button" onClick={send}>
      {code}
    </button>
  );
}

afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

/** How often each row rendered. */
const renders = new Map<string, number>();

const Row = memo(function Row({ row }: { row: BoardRow }) {
  renders.set(row.info.callId, (renders.get(row.info.callId) ?? 0) + 1);
  return <li>{`${row.info.callId} ${row.lastLine ?? "silent"}`}</li>;
});

function Board() {
  return (
    <ul>
      {useBoard().rows.map((row) => (
        <Row key={row.info.callId} row={row} />
      ))}
    </ul>
  );
}

function Call({ id }: { id: string }) {
  const { state, view, viewers } = useCallView(callId(id));
  const lines = view?.utterances.map((line) => line.text).join("|") ?? "";
  return <p>{`${state} [${lines}] ${viewers.map((viewer) => viewer.name).join()}`}</p>;
}

describe("the live hooks with a server", () => {
  let harness: LiveHarness;
  beforeEach(async () => {
    harness = await new LiveHarness().start();
  });
  afterEach(() => harness.stop());

  function renderLive(page: ReactNode) {
    const deps: LiveConnectionDeps = {
      createSocket: () => harness.socket("anna"),
      clock: systemClock,
      frame: (run) => setTimeout(run, 1),
    };
    return render(
      <StrictMode>
        <LiveProvider deps={deps}>{page}</LiveProvider>
      </StrictMode>,
    );
  }

  it("follow a call in strict mode without a lost or doubled line, and leave it when its page goes", async () => {
    harness.bus.publish(arrived("c1"));
    const { rerender } = renderLive(<Call id="c1" />);
    await screen.findByText("ready [] anna");
    for (const n of [1, 2, 3]) {
      const utterance = line(`u${n}`, { text: `line ${n}`, startMs: n });
      harness.bus.publish({ type: "utterance.final", callId: callId("c1"), utterance });
    }
    await screen.findByText("ready [line 1|line 2|line 3] anna");
    harness.cut();
    const late = line("u4", { text: "line 4", startMs: 4 });
    harness.bus.publish({ type: "utterance.final", callId: callId("c1"), utterance: late });
    await screen.findByText("ready [line 1|line 2|line 3|line 4] anna");
    rerender(<p>another page</p>);
    await until(() => harness.server.connections() === 0);
  });

  it("say of a call that is not there that it is not found", async () => {
    renderLive(<Call id="c9" />);
    await screen.findByText("not-found []");
  });

  it("render again only the rows that changed", async () => {
    renders.clear();
    harness.bus.publish(arrived("c1"));
    harness.bus.publish(arrived("c2"));
    renderLive(<Board />);
    await screen.findByText("c2 silent");
    const before = renders.get("c1");
    harness.bus.publish({ type: "utterance.final", callId: callId("c2"), utterance: line("u1", { text: "hello" }) });
    await screen.findByText("c2 hello");
    expect(renders.get("c1")).toBe(before);
  });
});

describe("the live hooks", () => {
  it("render on the server, where there is no connection", () => {
    const html = renderToString(
      <LiveProvider>
        <Screen />
      </LiveProvider>,
    );
    expect(html).toContain("connecting loading 0");
  });

  it("say what is missing outside the provider", () => {
    vi.spyOn(console, "error").mockImplementation(() => undefined);
    expect(() => render(<Screen />)).toThrow("LiveProvider");
    vi.restoreAllMocks();
  });

  it("answer commands without a connection instead of throwing", async () => {
    render(
      <LiveProvider>
        <Sender />
      </LiveProvider>,
    );
    fireEvent.click(screen.getByRole("button"));
    expect(await screen.findByText("UNAVAILABLE")).toBeTruthy();
  });

  it("share one timer for one interval", () => {
    vi.useFakeTimers();
    vi.setSystemTime(1_700_000_000_000);
    const intervals = vi.spyOn(globalThis, "setInterval");
    render(
      <LiveProvider>
        <Timer name="one" />
        <Timer name="two" />
      </LiveProvider>,
    );
    expect(intervals.mock.calls.filter(([, ms]) => ms === 1000)).toHaveLength(1);
    act(() => vi.advanceTimersByTime(3000));
    expect(screen.getByText("one 1700000003000")).toBeTruthy();
    expect(screen.getByText("two 1700000003000")).toBeTruthy();
  });
});
