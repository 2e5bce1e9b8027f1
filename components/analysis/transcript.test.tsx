// @vitest-environment jsdom
import { cleanup, fireEvent, render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { createRef } from "react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Utterance, utteranceSchema } from "@/lib/contract/transcript";
import { rememberLook } from "./last-looked";
import { findLines, Transcript } from "./transcript";
import { splitMatches } from "./transcript-line";

const scrollToIndex = vi.fn();
// jsdom has no layout, so nothing would be in view.
vi.mock("@tanstack/react-virtual", () => ({
  useVirtualizer: ({ count, getItemKey }: { count: number; getItemKey: (index: number) => string }) => ({
    getTotalSize: () => count * 33,
    getVirtualItems: () =>
      Array.from({ length: count }, (_, index) => ({ index, key: getItemKey(index), start: index * 33 })),
    measureElement: () => undefined,
    scrollToIndex,
  }),
}));

const line = (index: number, text: string, final = true): Utterance =>
  utteranceSchema.parse({
    utteranceId: `u${index}`,
    party: index % 2 ? "agent" : "caller",
    text,
    startMs: index * 1000,
    endMs: index * 1000 + 900,
    final,
  });

const said = [line(0, "I want a refund."), line(1, "Let me look."), line(2, "A refund, please!")];

function show(utterances: Utterance[], lookedMs: number | null = null) {
  const props = { sentiment: [], lookedMs, target: null, searchRef: createRef<HTMLInputElement>(), live: true };
  const view = render(<Transcript {...props} utterances={utterances} />);
  return (next: Utterance[]) => view.rerender(<Transcript {...props} utterances={next} />);
}

/** jsdom keeps scroll positions but has no sizes. */
function scrollArea(place: { top: number; height: number }) {
  const area = document.querySelector("ol")?.parentElement;
  if (!area) throw new Error("no scroll area");
  Object.defineProperties(area, {
    scrollHeight: { configurable: true, value: place.height },
    clientHeight: { configurable: true, value: 300 },
  });
  area.scrollTop = place.top;
  fireEvent.scroll(area);
  return area;
}

beforeEach(() => scrollToIndex.mockClear());
afterEach(cleanup);

describe("transcript", () => {
  it("announces finished lines only", () => {
    show([...said, line(3, "I could off", false)]);
    const log = within(screen.getByRole("log"));
    expect(log.getByText(/Let me look/)).toBeTruthy();
    expect(log.queryByText(/I could off/)).toBeNull();
    expect(screen.getByText(/I could off/)).toBeTruthy();
  });

  it("counts lines that come while one reads further up, and goes to them", async () => {
    const update = show(said);
    scrollArea({ top: 700, height: 1000 });
    expect(screen.queryByRole("button", { name: /new line/ })).toBeNull();
    const area = scrollArea({ top: 200, height: 1000 });
    update([...said, line(3, "One."), line(4, "Two."), line(5, "thr", false)]);
    expect(area.scrollTop).toBe(200);
    await userEvent.click(screen.getByRole("button", { name: "2 new lines" }));
    expect(area.scrollTop).toBe(1000);
    expect(screen.queryByRole("button", { name: /new line/ })).toBeNull();
  });

  it("shows where one last looked, and nothing on the first look", () => {
    show(said, 1000);
    expect(screen.getByText(/since you last looked/).closest("li")?.textContent).toContain("A refund, please!");
    cleanup();
    show(said);
    expect(screen.queryByText(/since you last looked/)).toBeNull();
  });

  it("finds words, newest first, and steps round", async () => {
    show(said);
    const box = screen.getByRole("searchbox", { name: "Search in this call" });
    await userEvent.type(box, "refund");
    expect(screen.getByText("2 of 2")).toBeTruthy();
    expect(scrollToIndex).toHaveBeenLastCalledWith(2, { align: "center" });
    await userEvent.type(box, "{Enter}");
    expect(screen.getByText("1 of 2")).toBeTruthy();
    expect(scrollToIndex).toHaveBeenLastCalledWith(0, { align: "center" });
    await userEvent.type(box, "{Shift>}{Enter}{/Shift}");
    expect(screen.getByText("2 of 2")).toBeTruthy();
  });
});

describe("words of the transcript", () => {
  it("finds nothing for nothing", () => expect(findLines(said, "  ")).toEqual([]));

  it("cuts a text at its hits, whatever the case", () => {
    expect(splitMatches("Refund or refund?", "refund").map(({ part, hit }) => (hit ? `[${part}]` : part))).toEqual([
      "[Refund]",
      " or ",
      "[refund]",
      "?",
    ]);
  });

  it("remembers the newest looks and forgets the oldest", () => {
    let looked: Record<string, number> = {};
    for (let index = 0; index < 250; index++) looked = rememberLook(looked, { callId: `call-${index}`, atMs: index });
    expect(Object.keys(looked)).toHaveLength(200);
    expect(looked["call-249"]).toBe(249);
    expect(looked["call-0"]).toBeUndefined();
  });

  it("lets spaces be typed between the words one looks for", async () => {
    show([line(0, "Give me a refund please."), line(1, "A refund, please.")]);
    const box = screen.getByRole<HTMLInputElement>("searchbox", { name: "Search in this call" });
    await userEvent.type(box, "refund please");
    expect(box.value).toBe("refund please");
    expect(screen.getByText("1 of 1")).toBeTruthy();
  });
});
