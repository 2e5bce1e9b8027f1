// @vitest-environment jsdom
import { act, cleanup, fireEvent, render, screen } from "@testing-library/react";
import { useState } from "react";
import { renderToString } from "react-dom/server";
import { afterEach, describe, expect, it, vi } from "vitest";
import { LiveProvider, useBoard, useCall, useCommand, useConnection, useNow } from "./client";
import { callId } from "./testing/call-events";

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
