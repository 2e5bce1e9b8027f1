import { expect, it } from "vitest";
import { storable } from "./storable";

it("replaces what Postgres cannot keep, wherever it stands, and nothing else", () => {
  const given = {
    text: "a\u0000b",
    list: ["\ud83d", "😀 fine", { deep: "\ude00x" }],
    at: new Date(5),
    n: 1,
    none: null,
  };
  expect(storable(given)).toEqual({
    text: "a\ufffdb",
    list: ["\ufffd", "😀 fine", { deep: "\ufffdx" }],
    at: new Date(5),
    n: 1,
    none: null,
  });
});
