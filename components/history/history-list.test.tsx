// @vitest-environment jsdom
import { cleanup, render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { renderToString } from "react-dom/server";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { callIdSchema } from "@/lib/contract/ids";
import type { HistoryFilter } from "@/lib/history/schema";
import type { HistoryPage } from "@/lib/history/types";
import { HistoryList } from "./history-list";
import { readHistory } from "./history-return";
import { LocalTime } from "./local-time";
import { AUDIO_STARTED, makeHistoryRow } from "./testing/make-history";

const push = vi.hoisted(() => vi.fn());
vi.mock("next/navigation", () => ({ useRouter: () => ({ push }) }));
vi.mock("next/link", () => ({
  default: ({ prefetch: _prefetch, ...props }: React.ComponentProps<"a"> & { prefetch?: boolean }) => (
    <a {...props}>{props.children}</a>
  ),
}));

const choices = {
  teams: [{ id: "team-1", name: "Support" }],
  agents: [{ id: "agent-1", name: "Dana Fox" }],
  topics: [{ key: "refund", label: "Refund" }],
};
const show = ({ filter = {}, page = {} }: { filter?: HistoryFilter; page?: Partial<HistoryPage> } = {}) =>
  render(
    <HistoryList
      filter={filter}
      choices={choices}
      page={{ rows: [makeHistoryRow()], total: 1, next: null, ...page }}
    />,
  );

beforeEach(() => {
  Element.prototype.scrollIntoView = () => undefined;
  Element.prototype.hasPointerCapture = () => false;
});
afterEach(() => {
  cleanup();
  push.mockClear();
});

describe("search and filters", () => {
  it("puts the search into the address, keeps the filters, and begins at the newest call", async () => {
    show({ filter: { mood: "negative", after: "1782929700000_call-1" } });
    await userEvent.keyboard("/");
    await userEvent.keyboard("  my refund {Enter}");
    expect(push).toHaveBeenCalledExactlyOnceWith("/history?q=my+refund&mood=negative");
  });

  it("shows what the address asks for, also after going back", () => {
    const { rerender } = show({ filter: { q: "refund" } });
    expect(screen.getByRole<HTMLInputElement>("searchbox").value).toBe("refund");
    rerender(<HistoryList filter={{}} choices={choices} page={{ rows: [], total: 0, next: null }} />);
    expect(screen.getByRole<HTMLInputElement>("searchbox").value).toBe("");
  });

  it("sets one choice, and takes it back", async () => {
    show({ filter: { q: "refund" } });
    await userEvent.click(screen.getByRole("button", { name: /^Whispers/ }));
    await userEvent.click(await screen.findByRole("menuitemradio", { name: "Rejected" }));
    expect(push).toHaveBeenLastCalledWith("/history?q=refund&whisper=rejected");
    cleanup();
    show({ filter: { agent: "agent-1" } });
    await userEvent.click(screen.getByRole("button", { name: /^Agent.*Dana Fox/ }));
    await userEvent.click(await screen.findByRole("menuitemradio", { name: "Any" }));
    expect(push).toHaveBeenLastCalledWith("/history");
  });

  it("turns days of the viewer's time zone into instants", async () => {
    show({ filter: { from: "2026-06-30T18:15:00.000Z", to: "2026-07-03T18:15:00.000Z" } });
    await userEvent.click(screen.getByRole("button", { name: /^Days.*Jul 1\s–\s3, 2026/ }));
    expect(screen.getByLabelText<HTMLInputElement>("From").value).toBe("2026-07-01");
    expect(screen.getByLabelText<HTMLInputElement>("To").value).toBe("2026-07-03");
    await userEvent.clear(screen.getByLabelText("To"));
    await userEvent.click(screen.getByRole("button", { name: "Apply" }));
    expect(push).toHaveBeenLastCalledWith("/history?from=2026-06-30T18%3A15%3A00.000Z");
  });

  it("tells an empty history from one where nothing matches, and clears", async () => {
    show({ page: { rows: [], total: 0 } });
    expect(screen.getByText("No calls yet")).toBeTruthy();
    cleanup();
    show({ filter: { mood: "positive" }, page: { rows: [], total: 0 } });
    await userEvent.click(screen.getByRole("button", { name: "Clear search and filters" }));
    expect(push).toHaveBeenLastCalledWith("/history");
  });

  it("leads to older calls and back to the newest, and is remembered for the way back", () => {
    show({
      filter: { q: "refund", after: "1782929700000_call-5" },
      page: { total: 120, next: "1782929600000_call-9" },
    });
    const href = (name: string) => screen.getByRole("link", { name }).getAttribute("href");
    expect(href("Older")).toBe("/history?q=refund&after=1782929600000_call-9");
    expect(href("Newest")).toBe("/history?q=refund");
    expect(screen.getByRole("status").textContent).toBe("120 calls");
    expect(readHistory()).toBe("/history?q=refund&after=1782929700000_call-5");
  });
});

describe("a call in the table", () => {
  const rowOf = (changes: Parameters<typeof makeHistoryRow>[0]) => {
    show({ page: { rows: [makeHistoryRow(changes)] } });
    return within(within(screen.getByRole("table", { name: "Calls" })).getAllByRole("row")[1] ?? document.body);
  };

  it("opens the review and says who, how it ended and what came of whispers", () => {
    const row = rowOf({});
    expect(row.getByRole("link", { name: /^Dana Fox with Jack Miller/ }).getAttribute("href")).toBe("/history/call-1");
    expect(row.getByText("1 spoken")).toBeTruthy();
    expect(row.getByText("2 rejected")).toBeTruthy();
    expect(row.getByText("the caller hung up")).toBeTruthy();
    expect(row.queryByText("LIVE")).toBeNull();
  });

  it("marks the words that were searched for", () => {
    const row = rowOf({ snippet: ["I want my ", "refund", " today"] });
    expect(row.getByText("refund").tagName).toBe("MARK");
    expect(row.getByText("refund").closest("p")?.textContent).toBe("“I want my refund today”");
  });

  it("leads to the live page of a call that goes on, and labels a simulated one", () => {
    const row = rowOf({ callId: callIdSchema.parse("call-7"), endedAt: null, durationMs: null, simulated: true });
    expect(row.getByRole("link", { name: /^LIVE/ }).getAttribute("href")).toBe("/live/call-7");
    expect(row.getByText("Simulated")).toBeTruthy();
  });
});

describe("a local time", () => {
  it("says nothing of the server's time zone before the browser knows its own", () => {
    // 14:05 in Kathmandu, where the tests run.
    const html = renderToString(<LocalTime at={AUDIO_STARTED} />);
    expect(html).toContain("2026-07-11 08:20");
    expect(html).toContain("opacity-0");
    render(<LocalTime at={AUDIO_STARTED} />);
    const time = screen.getByText(/Jul 11, 2026/);
    expect(time.textContent).toMatch(/2:05/);
    expect(time.getAttribute("datetime")).toBe("2026-07-11T08:20:00.000Z");
  });
});
