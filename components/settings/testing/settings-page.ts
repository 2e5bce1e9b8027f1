import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { vi } from "vitest";

/** What a person does on a settings page, by role and name. */

export const row = (name: string) => screen.getByRole("row", { name: RegExp(name) });
export const edit = (name: string) => userEvent.click(within(row(name)).getByRole("button", { name: /^Edit/ }));
export const save = () => userEvent.click(within(screen.getByRole("dialog")).getByRole("button", { name: "Save" }));
export const firstCells = () =>
  screen
    .getAllByRole("row")
    .slice(1)
    .map((line) => within(line).getAllByRole("cell")[0]?.textContent);

/** What Radix asks of a browser and jsdom does not have. */
export function standInForLayout(): void {
  Element.prototype.scrollIntoView = () => undefined;
  Element.prototype.hasPointerCapture = () => false;
  vi.stubGlobal(
    "ResizeObserver",
    class {
      observe() {}
      unobserve() {}
      disconnect() {}
    },
  );
}
