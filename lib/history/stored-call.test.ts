import { describe, expect, it } from "vitest";
import { callFaultSchema } from "@/lib/contract/call-fault";
import { faultOf } from "./stored-call";

describe("the stored fault of a call", () => {
  it.each([
    ["NO_ANSWER: nobody answered: 60 s", { code: "NO_ANSWER", message: "nobody answered: 60 s" }],
    ["none", { code: "UNKNOWN", message: "none" }],
    [`X: ${"y".repeat(400)}`, { code: "X", message: "y".repeat(300) }],
  ])("is read back as code and message: %s", (stored, fault) => {
    expect(callFaultSchema.parse(faultOf(stored))).toEqual(fault);
  });

  it("is none where nothing went wrong", () => {
    expect(faultOf(null)).toBeNull();
  });
});
