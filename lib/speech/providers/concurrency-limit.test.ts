import { expect, test } from "vitest";
import { ConcurrencyLimit } from "./concurrency-limit";

test("never more than the limit, in order, and failures free their place", async () => {
  const limit = new ConcurrencyLimit({ limit: 2 });
  let running = 0;
  let most = 0;
  const order: number[] = [];
  const task = (id: number) =>
    limit.run(async () => {
      order.push(id);
      most = Math.max(most, ++running);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
      if (id % 2) throw new Error(`task ${id}`);
      return id;
    });
  const results = await Promise.allSettled([0, 1, 2, 3, 4, 5].map(task));
  expect(most).toBe(2);
  expect(order).toEqual([0, 1, 2, 3, 4, 5]);
  expect(results.map((result) => result.status === "fulfilled")).toEqual([true, false, true, false, true, false]);
});

test("a task whose signal aborts while it waits never runs and does not block the next", async () => {
  const limit = new ConcurrencyLimit({ limit: 1 });
  let open = () => {};
  const first = limit.run(() => new Promise<void>((resolve) => (open = resolve)));
  const stop = new AbortController();
  let ran = false;
  const second = limit.run(
    async () => {
      ran = true;
    },
    { signal: stop.signal },
  );
  const third = limit.run(async () => "third");
  stop.abort(new Error("changed my mind"));
  await expect(second).rejects.toThrow("changed my mind");
  open();
  await first;
  expect(await third).toBe("third");
  expect(ran).toBe(false);
});
