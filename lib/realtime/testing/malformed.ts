import fc from "fast-check";

const BROKEN_VALUES: unknown[] = [
  ...[null, true, -1, 1.5, 1e308, "", " ", [], {}, [[]], { callId: {} }],
  ...["../../etc", "c1\u0000", "call:c1", "__proto__", "constructor", "💥".repeat(30), "x".repeat(5000)],
];

/**
 * Wrong variants of a right payload: a field missing, replaced or renamed, and anything at all in place of the object. Each is
 * wrong for certain: it is no object, or lacks or spoils a field that the command needs.
 */
export function malformed(right: object, count: number): unknown[] {
  const fields = Object.keys(right).filter((field) => field !== "claimed" && field !== "wrong");
  const field = fc.constantFrom(...fields);
  const value = fc.oneof(
    fc.constantFrom(...BROKEN_VALUES),
    fc.anything({ maxDepth: 2 }).filter((any) => !isText(any)),
  );
  const spoiled = fc
    .record({ field, value })
    .map(({ field: name, value: given }) => ({ ...right, [name]: toWrong(name, given) }));
  const missing = field.map((name) => Object.fromEntries(Object.entries(right).filter(([key]) => key !== name)));
  const nonObject = fc.oneof(
    fc.constantFrom<unknown>(null, 0, "", "call", [], [right], [[right]], true, JSON.stringify(right)),
    fc.string(),
    fc.integer(),
    fc.array(fc.jsonValue(), { maxLength: 4 }),
  );
  return fc.sample(fc.oneof({ weight: 4, arbitrary: spoiled }, missing, nonObject), {
    numRuns: count,
    seed: 20_251_122,
  });
}

function isText(value: unknown): boolean {
  return typeof value === "string";
}

/** Socket.IO carries JSON; what JSON turns into something right, or that is right as text, becomes a number instead. */
function toWrong(name: string, value: unknown): unknown {
  const carried: unknown = JSON.parse(
    JSON.stringify(value, (_, inner) => (typeof inner === "bigint" ? 0 : inner)) ?? "null",
  );
  if (name === "text" && typeof carried === "string" && carried.trim().length > 0) return 0;
  if (name === "version" && carried === 1) return 2;
  return carried;
}
