import { describe, expect, it, vi } from "vitest";
import { ShutdownList } from "./shutdown-list";

function makeList(limitMs?: number) {
  const said: string[] = [];
  const exit = vi.fn();
  const list = new ShutdownList({ say: (line) => said.push(line), exit, ...(limitMs ? { limitMs } : {}) });
  return { list, said, exit };
}

describe("ShutdownList", () => {
  it("ends what was started in the opposite order, then the process, once", async () => {
    const { list, exit } = makeList();
    const order: string[] = [];
    for (const name of ["database", "switch", "web"])
      list.add(name, async () => {
        order.push(name);
      });
    await Promise.all([list.run(0), list.run(1)]);
    expect(order).toEqual(["web", "switch", "database"]);
    expect(exit.mock.calls).toEqual([[0]]);
  });

  it("names a step that fails and goes on", async () => {
    const { list, said, exit } = makeList();
    const first = vi.fn(async () => {});
    list.add("database", first);
    list.add("switch", async () => {
      throw new Error("stuck");
    });
    await list.run(0);
    expect(said).toEqual(["! switch did not stop cleanly: stuck"]);
    expect(first).toHaveBeenCalledOnce();
    expect(exit).toHaveBeenCalledWith(0);
  });

  it("ends the process even where a step hangs", async () => {
    const { list, exit } = makeList(10);
    list.add("hanging", () => new Promise(() => {}));
    void list.run(0);
    await vi.waitFor(() => expect(exit).toHaveBeenCalledWith(1));
  });
});
