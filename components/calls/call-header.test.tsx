// @vitest-environment jsdom
import { cleanup, render, screen } from "@testing-library/react";
import { afterEach, describe, expect, it, vi } from "vitest";
import { FakeHeadset, FakeHeadsetProvider } from "@/components/headset/testing/fake-headset";
import { makeBoardRow, START } from "@/components/testing/make-board-row";
import type { Direction, Party } from "@/lib/contract/call";
import { startCallView } from "@/lib/realtime/call-view";
import { arrived, numbered } from "@/lib/realtime/testing/call-events";
import { BoardCard } from "./board-card";
import { CallHeader } from "./call-header";
import { BargeDialog } from "./mode-ladder";
import { OtherPartyProvider } from "./other-party";
import { SpeakingNow } from "./speaking-now";

vi.mock("@/lib/realtime/client", () => ({ useNow: () => START, useConnection: () => ({ clockOffsetMs: 0 }) }));
vi.mock("next/link", () => ({ default: (props: React.ComponentProps<"a">) => <a {...props}>{props.children}</a> }));
afterEach(cleanup);

function viewOf(direction: Direction, heldBy: Party[]) {
  const [first] = numbered([arrived("call-1")]);
  if (first?.type !== "call.arrived") throw new Error("a call begins with its arrival");
  const view = startCallView(first);
  return { ...view, heldBy, info: { ...view.info, direction, agentName: "Maya" } };
}

const header = (direction: Direction, heldBy: Party[] = []) => {
  render(
    <CallHeader view={viewOf(direction, heldBy)} old={false}>
      {null}
    </CallHeader>,
  );
  return screen.getByRole("banner").textContent ?? "";
};

describe("direction and hold", () => {
  it("are not mentioned on an inbound call that nobody holds", () => {
    expect(header("inbound")).not.toMatch(/inbound|outbound|internal|hold/i);
  });

  it.each([
    ["outbound", ["agent"], /Outbound/, "On hold by Maya"],
    ["outbound", ["caller"], /Outbound/, "On hold by the customer"],
    ["internal", ["caller", "agent"], /Internal/, "On hold by Maya and the caller"],
  ] as const)("of an %s call held by %j are said in words", (direction, heldBy, word, held) => {
    expect(header(direction, [...heldBy])).toMatch(word);
    expect(screen.getByTitle(held).textContent?.trim()).toBe(held);
  });

  it("stand on the board, too", () => {
    const row = makeBoardRow({ heldBy: ["agent"] });
    const nothing = () => {};
    const props = { score: 0, reason: null, userId: "me", old: false, busy: false };
    const outbound = { ...row, info: { ...row.info, direction: "outbound" as const } };
    render(
      <FakeHeadsetProvider headset={new FakeHeadset()}>
        <BoardCard row={outbound} {...props} onApprove={nothing} onReject={nothing} />
      </FakeHeadsetProvider>,
    );
    expect(screen.getByRole("article").textContent).toMatch(/Outbound.*On hold by Maya/);
  });

  it.each([
    ["inbound", "Maya and the caller will both hear", "Customer"],
    ["outbound", "Maya and the customer will both hear", "Customer"],
    ["internal", "Maya and the caller will both hear", "Caller"],
  ] as const)("give the other party its name: %s", (direction, words, speaker) => {
    const nothing = () => {};
    render(
      <OtherPartyProvider direction={direction}>
        <BargeDialog open agent="Maya" onOpenChange={nothing} onConfirm={nothing} />
        <SpeakingNow caller agent={false} />
      </OtherPartyProvider>,
    );
    expect(screen.getByText(new RegExp(words))).toBeTruthy();
    expect(document.body.textContent).toContain(`${speaker} speaks`);
  });
});
