// @vitest-environment jsdom
import { cleanup, render as renderBare, screen } from "@testing-library/react";
import type { ReactNode } from "react";
import { afterEach, describe, expect, it, vi } from "vitest";
import { FakeHeadset, FakeHeadsetProvider } from "@/components/headset/testing/fake-headset";
import { makeBoardRow, START } from "@/components/testing/make-board-row";
import type { Alert } from "@/lib/contract/alert";
import type { BoardRow } from "@/lib/contract/board";
import { alertOf } from "@/lib/realtime/testing/call-events";
import { BoardCard } from "./board-card";
import { BoardListRow, type RowProps } from "./board-row";

vi.mock("@/lib/realtime/client", () => ({ useNow: () => START, useConnection: () => ({ clockOffsetMs: 0 }) }));
vi.mock("next/link", () => ({ default: (props: React.ComponentProps<"a">) => <a {...props}>{props.children}</a> }));
afterEach(cleanup);

const info = alertOf("a1", { label: "Long call", severity: "info", detail: "20 min" });
const old = alertOf("a2", { label: "Silence", severity: "warning", detail: "12 s" });
const heavy = alertOf("a3", { label: "Wants to cancel", severity: "danger", detail: "“close my account”" });
const newer = alertOf("a4", { label: "Talks over", severity: "warning", raisedAt: START + 1 });
const past = alertOf("a5", { label: "Passed", severity: "danger", active: false });

function propsOf(alerts: Alert[], change: Partial<BoardRow> = {}): RowProps {
  const row = { ...makeBoardRow(), alerts, ...change };
  const handlers = { onApprove: vi.fn(), onReject: vi.fn() };
  return { row, score: 40, reason: "Mood is falling", userId: "me", old: false, busy: false, ...handlers };
}

const render = (page: ReactNode) =>
  renderBare(<FakeHeadsetProvider headset={new FakeHeadset()}>{page}</FakeHeadsetProvider>);

const kinds: [string, (props: RowProps) => void][] = [
  [
    "row",
    (props) =>
      render(
        <table>
          <tbody>
            <BoardListRow {...props} index={1} top={0} />
          </tbody>
        </table>,
      ),
  ],
  ["card", (props) => render(<BoardCard {...props} />)],
];

describe.each(kinds)("alerts on a %s", (_kind, show) => {
  it("show the heaviest with icon and words, how many more, and all of them in the title", () => {
    show(propsOf([info, old, heavy, newer, past]));
    const mark = screen.getByTitle(/Wants to cancel/);
    expect(mark.textContent).toBe("Danger:Wants to cancel+3 more alerts");
    expect(mark.querySelector("svg")).not.toBeNull();
    expect(mark.title.split("\n")).toEqual([
      "Danger: Wants to cancel. “close my account”",
      "Warning: Talks over",
      "Warning: Silence. 12 s",
      "Information: Long call. 20 min",
    ]);
    expect(mark.getAttribute("href")).toBe("/live/call-1");
  });

  it.each([
    ["danger", heavy, "text-danger"],
    ["warning", old, "text-barge"],
    ["info", info, "text-spy"],
  ] as const)("colour a %s by its meaning", (_severity, alert, colour) => {
    show(propsOf([alert]));
    expect(screen.getByText(alert.label).className).toContain(colour);
    expect(screen.queryByText(/more alerts/)).toBeNull();
  });

  it("take the line of the reason, which is there without them, so that nothing grows", () => {
    show(propsOf([heavy]));
    expect(screen.queryByText("Mood is falling")).toBeNull();
    cleanup();
    show(propsOf([past]));
    expect(screen.getByText("Mood is falling")).toBeTruthy();
  });

  it("are none once the call has ended", () => {
    show(propsOf([heavy], { state: "DISCONNECTED", endedAt: START }));
    expect(screen.queryByText("Wants to cancel")).toBeNull();
  });
});
