import { findNodeAtLocation, type ParseError, parse, parseTree, printParseErrorCode } from "jsonc-parser";
import type { z } from "zod";

const MOST_FAULTS = 10;

type JsonFile<T> = { path: string; content: string; schema: z.ZodType<T> };

/**
 * A JSON file that people write.
 * @throws Error naming file, line and field of every fault, at most ten
 */
export function parseJsonFile<T>({ path, content, schema }: JsonFile<T>): T {
  const errors: ParseError[] = [];
  const value = parse(content, errors, { disallowComments: true });
  const lineAt = (offset: number) => content.slice(0, offset).split("\n").length;
  failOn(errors.map((error) => `${path}:${lineAt(error.offset)}: ${printParseErrorCode(error.error)}`));
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const tree = parseTree(content);
  const faults = result.error.issues.flatMap(leavesOf).map((issue) => {
    const place = issue.path.map((step) => (typeof step === "symbol" ? String(step) : step));
    return `${path}:${lineAt(tree ? offsetOf({ tree, place }) : 0)}: ${place.join(".")}: ${issue.message}`;
  });
  failOn(faults);
  throw new Error(`${path}: not valid`);
}

/** @throws Error with the first ten faults, if there are any */
export function failOn(faults: string[]): void {
  if (faults.length === 0) return;
  const more = faults.length > MOST_FAULTS ? `\n… and ${faults.length - MOST_FAULTS} more` : "";
  throw new Error(`${faults.slice(0, MOST_FAULTS).join("\n")}${more}`);
}

type Issue = { path: PropertyKey[]; message: string };

/** Where one of several shapes was wanted, the faults of the one that is nearest. */
function leavesOf(issue: z.core.$ZodIssue): Issue[] {
  if (issue.code !== "invalid_union" || issue.errors.length === 0) return [issue];
  const [nearest] = [...issue.errors].sort((one, other) => one.length - other.length);
  return (nearest ?? []).flatMap(leavesOf).map(({ path, message }) => ({ path: [...issue.path, ...path], message }));
}

/** Where the value at `place` begins; for one that is missing, where what should hold it begins. */
function offsetOf({ tree, place }: { tree: NonNullable<ReturnType<typeof parseTree>>; place: (string | number)[] }) {
  for (let length = place.length; length > 0; length--) {
    const node = findNodeAtLocation(tree, place.slice(0, length));
    if (node) return node.offset;
  }
  return 0;
}
