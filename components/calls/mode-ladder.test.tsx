// @vitest-environment jsdom
import { cleanup, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, describe, expect, it, vi } from "vitest";
import { ModeLadder } from "./mode-ladder";

afterEach(cleanup);

const rung = (name: RegExp) => screen.getByRole("button", { name });
const pressed = () => screen.getAllByRole("button").filter((button) => button.getAttribute("aria-pressed") === "true");

describe("mode ladder", () => {
  it("lights only the confirmed mode; a requested one is pending", () => {
    render(<ModeLadder mode="spy" pendingMode="barge" disabled={false} onRequest={vi.fn()} />);
    expect(pressed()).toEqual([rung(/^Spy/)]);
    expect(rung(/^Barge/).getAttribute("aria-busy")).toBe("true");
    expect(rung(/^Barge/).textContent).toContain("requested, not confirmed yet");
    expect(rung(/^Whisper/).getAttribute("aria-busy")).toBe("false");
  });

  it("lights nothing while the mode is not known", () => {
    render(<ModeLadder mode={null} pendingMode={null} disabled={false} onRequest={vi.fn()} />);
    expect(pressed()).toEqual([]);
  });

  it("does not light a mode because it was clicked", async () => {
    const onRequest = vi.fn();
    render(<ModeLadder mode="spy" pendingMode={null} disabled={false} onRequest={onRequest} />);
    await userEvent.click(rung(/^Whisper/));
    expect(onRequest).toHaveBeenCalledWith("whisper");
    expect(pressed()).toEqual([rung(/^Spy/)]);
  });

  it("asks nothing of a call that has no modes", async () => {
    const onRequest = vi.fn();
    render(<ModeLadder mode="spy" pendingMode={null} disabled onRequest={onRequest} />);
    await userEvent.click(rung(/^Whisper/));
    expect(onRequest).not.toHaveBeenCalled();
  });
});
