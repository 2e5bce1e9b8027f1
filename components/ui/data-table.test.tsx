// @vitest-environment jsdom
import { cleanup, render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { renderToString } from "react-dom/server";
import { afterEach, describe, expect, it } from "vitest";
import { columnsFor, DataTable, type DataTableProps } from "./data-table";

type Line = { id: string; name: string; calls: number };
const LINES: Line[] = [
  { id: "a", name: "Line 10", calls: 9 },
  { id: "b", name: "line 9", calls: 100 },
  { id: "c", name: "Zoe", calls: 20 },
];
const column = columnsFor<Line>();
const COLUMNS = column.columns([
  column.accessor("name", { header: "Name" }),
  column.accessor("calls", {
    header: "Calls",
    cell: ({ getValue }) => `${getValue()} calls`,
    meta: { align: "right" },
  }),
  column.display({ id: "mark", header: "Mark", cell: () => "*" }),
]);

const table = (props: Partial<DataTableProps<Line>> = {}) => (
  <DataTable rows={LINES} columns={COLUMNS} rowId={(line) => line.id} caption="Lines and calls" {...props} />
);
const names = () =>
  screen
    .getAllByRole("row")
    .slice(1)
    .map((row) => within(row).getAllByRole("cell")[0]?.textContent);
const head = (name: string) => screen.getByRole("columnheader", { name });
const sortOf = (name: string) => head(name).getAttribute("aria-sort");
const press = (name: string) => userEvent.click(screen.getByRole("button", { name }));

afterEach(cleanup);

describe("sorting", () => {
  it("goes up, down and back to the order the rows came in, and says so at the header", async () => {
    render(table());
    expect(names()).toEqual(["Line 10", "line 9", "Zoe"]);
    expect(sortOf("Name")).toBeNull();
    await press("Name");
    expect(names()).toEqual(["line 9", "Line 10", "Zoe"]);
    expect(sortOf("Name")).toBe("ascending");
    await press("Name");
    expect(names()).toEqual(["Zoe", "Line 10", "line 9"]);
    expect(sortOf("Name")).toBe("descending");
    await press("Name");
    expect(names()).toEqual(["Line 10", "line 9", "Zoe"]);
    expect(sortOf("Name")).toBeNull();
  });

  it("compares numbers as numbers, the smallest first, and sorts by one column at a time", async () => {
    render(table());
    await press("Name");
    const user = userEvent.setup();
    await user.keyboard("{Shift>}");
    await user.click(screen.getByRole("button", { name: "Calls" }));
    expect(names()).toEqual(["Line 10", "Zoe", "line 9"]);
    expect([sortOf("Name"), sortOf("Calls")]).toEqual([null, "ascending"]);
  });

  it("works by the keyboard, and leaves the focus where it was", async () => {
    render(table());
    await userEvent.tab();
    await userEvent.keyboard("{Enter}");
    expect(sortOf("Name")).toBe("ascending");
    await userEvent.keyboard(" ");
    expect(sortOf("Name")).toBe("descending");
    expect(document.activeElement).toBe(screen.getByRole("button", { name: "Name" }));
    await userEvent.tab();
    expect(document.activeElement).toBe(screen.getByRole("button", { name: "Calls" }));
  });

  it("offers none where there is nothing to compare", () => {
    render(table());
    expect(within(head("Mark")).queryByRole("button")).toBeNull();
  });

  it("keeps the order and the cells when the rows come anew", async () => {
    const actions = (line: Line) => <Counter name={line.name} />;
    const { rerender } = render(table({ actions }));
    await press("Name");
    await press("Count Zoe");
    const button = screen.getByRole("button", { name: "Count Zoe" });
    rerender(table({ actions: (line) => actions(line), rows: [...LINES, { id: "d", name: "Line 1", calls: 1 }] }));
    expect(names()).toEqual(["Line 1", "line 9", "Line 10", "Zoe"]);
    expect(screen.getByRole("button", { name: "Count Zoe" })).toBe(button);
    expect(button.textContent).toBe("1");
    expect(document.activeElement).toBe(button);
  });
});

function Counter({ name }: { name: string }) {
  const [count, setCount] = useState(0);
  return (
    <button type="button" aria-label={`Count ${name}`} onClick={() => setCount(count + 1)}>
      {count}
    </button>
  );
}

describe("text filter", () => {
  const filtered = () => {
    render(table({ filterLabel: "Filter lines" }));
    return screen.getByRole<HTMLInputElement>("searchbox", { name: "Filter lines" });
  };

  it("keeps the rows with the text in any column, whatever the case, and says how many", async () => {
    const box = filtered();
    expect(screen.getByRole("status").textContent).toBe("");
    await userEvent.type(box, " LINE ");
    expect(names()).toEqual(["Line 10", "line 9"]);
    expect(screen.getByRole("status").textContent).toBe("2 of 3");
    await userEvent.clear(box);
    await userEvent.type(box, "100");
    expect(names()).toEqual(["line 9"]);
  });

  it("lets spaces be typed, and takes spaces alone for nothing", async () => {
    const box = filtered();
    await userEvent.type(box, "  ");
    expect(names()).toHaveLength(3);
    await userEvent.clear(box);
    await userEvent.type(box, "line 9");
    expect(box.value).toBe("line 9");
    expect(names()).toEqual(["line 9"]);
  });

  it("sorts what it leaves", async () => {
    const box = filtered();
    await press("Calls");
    await press("Calls");
    await userEvent.type(box, "line");
    expect(names()).toEqual(["line 9", "Line 10"]);
  });

  it("says when nothing matches, and is cleared by the button or Escape", async () => {
    const box = filtered();
    await userEvent.type(box, "nobody");
    expect(names()).toEqual([]);
    expect(screen.getByText("Nothing here matches “nobody”.")).toBeTruthy();
    await press("Clear the filter");
    expect(names()).toHaveLength(3);
    expect(box.value).toBe("");
    expect(document.activeElement).toBe(box);
    await userEvent.type(box, "zoe{Escape}");
    expect(names()).toHaveLength(3);
  });

  it("is not there unless named", () => {
    render(table());
    expect(screen.queryByRole("searchbox")).toBeNull();
  });
});

describe("the table itself", () => {
  it("is named by its caption, and heads the column of buttons for screen readers", () => {
    render(table({ actions: (line) => <button type="button">Edit {line.name}</button> }));
    expect(screen.getByRole("table", { name: "Lines and calls" })).toBeTruthy();
    expect(head("Actions")).toBeTruthy();
    const row = screen.getByRole("row", { name: /Zoe/ });
    expect(within(row).getByRole("button", { name: "Edit Zoe" })).toBeTruthy();
  });

  it("gives way to the empty state when there are no rows", () => {
    render(table({ rows: [], empty: <p>No lines yet</p>, filterLabel: "Filter lines" }));
    expect(screen.getByText("No lines yet")).toBeTruthy();
    expect(screen.queryByRole("table")).toBeNull();
    expect(screen.queryByRole("searchbox")).toBeNull();
  });

  it("is rendered on the server", () => {
    expect(renderToString(table())).toContain("Zoe");
  });
});
