import { describe, expect, it } from "vitest";
import { byteRange } from "./byte-range";

describe("byteRange", () => {
  it.each([
    [null, { start: 0, end: 99, partial: false }],
    ["bytes=0-", { start: 0, end: 99, partial: true }],
    ["bytes=10-19", { start: 10, end: 19, partial: true }],
    ["bytes=90-500", { start: 90, end: 99, partial: true }],
    ["bytes=-30", { start: 70, end: 99, partial: true }],
    ["bytes=-300", { start: 0, end: 99, partial: true }],
    ["bytes=100-", "unsatisfiable"],
    ["bytes=20-10", "unsatisfiable"],
    ["bytes=-0", "unsatisfiable"],
    ["bytes=0-1,5-6", { start: 0, end: 99, partial: false }],
    ["lines=0-1", { start: 0, end: 99, partial: false }],
    ["bytes=-", { start: 0, end: 99, partial: false }],
  ])("reads %s of 100 bytes", (header, expected) => {
    expect(byteRange({ header, size: 100 })).toEqual(expected);
  });
});
