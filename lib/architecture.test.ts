import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, expect, it } from "vitest";

/** Guards the rooms and arrows of ARCHITECTURE.md: names, import direction, cycles, and what the browser may load. */

const root = normalize(join(import.meta.dirname, ".."));
const tracked = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], { cwd: root })
  .toString()
  .split("\n")
  .filter((path) => path && existsSync(join(root, path)));
const sources = tracked.filter((path) => /^(app|components|lib|bench|e2e)\/.*\.(ts|tsx)$/.test(path));
const isTest = (path: string) => /\.test\.tsx?$/.test(path) || path.includes("/testing/") || path.startsWith("e2e/");

const TOP_LEVEL_FOLDERS = [".ci", "app", "bench", "components", "docs", "e2e", "lib", "prisma", "public", "scripts"];

/** Room → rooms of lib it may import. Twice the same arrow in ARCHITECTURE.md. */
const FOUNDATION = ["contract", "platform", "events"];
const ARROWS: Record<string, string[]> = {
  contract: [],
  platform: ["contract"],
  events: ["contract", "platform"],
  audio: FOUNDATION,
  auth: FOUNDATION,
  agents: [...FOUNDATION, "auth"],
  speech: [...FOUNDATION, "audio"],
  telephony: [...FOUNDATION, "audio"],
  switch: [...FOUNDATION, "audio", "speech"],
  calls: [...FOUNDATION, "telephony", "agents"],
  analysis: [...FOUNDATION, "audio", "speech"],
  coaching: [...FOUNDATION, "audio", "speech"],
  history: [...FOUNDATION, "audio", "speech", "auth"],
  rehearsal: [...FOUNDATION, "auth"],
  realtime: [...FOUNDATION, "audio", "auth"],
  headset: [...FOUNDATION, "audio"],
};
/** Files that any room of level 5, and the browser, may take from a room: a port of commands without an implementation. */
const COMMANDS = /^lib\/(calls|coaching|analysis|history|rehearsal)\/commands\.ts$/;
/** Files of a room that may be loaded by a browser. */
const BROWSER_SAFE =
  /\/(client|store|schema|ability|constants|types|call-view|call-view-lists|attention)\.tsx?$|^lib\/(audio|headset)\//;
const REQUEST_FACING = /\/(loaders|actions)\.tsx?$/;

type Import = { from: string; to: string; typeOnly: boolean };

function importsOf(path: string): { specifier: string; typeOnly: boolean }[] {
  const text = readFileSync(join(root, path), "utf8");
  const found = text.matchAll(/^\s*(?:import|export)\s+(type\s+)?(?:[^;'"]*?\sfrom\s+)?["']([^"']+)["']/gm);
  const dynamic = text.matchAll(/\bimport\(\s*["']([^"']+)["']\s*\)/g);
  return [
    ...[...found].map((match) => ({ specifier: match[2] ?? "", typeOnly: Boolean(match[1]) })),
    ...[...dynamic].map((match) => ({ specifier: match[1] ?? "", typeOnly: false })),
  ];
}

function resolveLocal(from: string, specifier: string): string | null {
  const base = specifier.startsWith("@/")
    ? specifier.slice(2)
    : specifier.startsWith(".")
      ? normalize(join(dirname(from), specifier))
      : null;
  if (base === null) return null;
  const candidates = [base, `${base}.ts`, `${base}.tsx`, `${base}/index.ts`, `${base}/index.tsx`];
  return candidates.find((candidate) => sources.includes(candidate)) ?? base;
}

const imports: Import[] = sources.flatMap((from) =>
  importsOf(from).flatMap(({ specifier, typeOnly }) => {
    const to = resolveLocal(from, specifier);
    return to === null ? [] : [{ from, to, typeOnly }];
  }),
);
const roomOf = (path: string) => /^lib\/([^/]+)\//.exec(path)?.[1] ?? null;

describe("architecture", () => {
  it("reads the sources it guards", () => {
    expect(sources.length).toBeGreaterThan(30);
    expect(imports.length).toBeGreaterThan(50);
  });

  it("has no top-level folder without a reason", () => {
    const folders = [...new Set(tracked.filter((path) => path.includes("/")).map((path) => path.split("/")[0] ?? ""))];
    expect(folders.filter((folder) => !TOP_LEVEL_FOLDERS.includes(folder))).toEqual([]);
  });

  it("knows every room of lib", () => {
    const rooms = [...new Set(sources.map(roomOf).filter((room) => room !== null))];
    expect(rooms.filter((room) => room !== "server" && !(room in ARROWS))).toEqual([]);
  });

  it("names files in kebab-case, without barrels and drawers", () => {
    const bad = sources.filter((path) => {
      if (path.startsWith("app/")) return false;
      const name = path.split("/").at(-1) ?? "";
      const isDriverEntry = /^lib\/[^/]+\/(drivers|providers)\/[^/]+\/index\.ts$/.test(path);
      if (/^index\.tsx?$/.test(name)) return !isDriverEntry;
      return (
        /^(utils?|helpers?|common|misc|hooks|queries)\.tsx?$/.test(name) ||
        !/^[a-z0-9]+([-.][a-z0-9]+)*\.tsx?$/.test(name)
      );
    });
    expect(bad).toEqual([]);
  });

  it("keeps the arrows between rooms", () => {
    const bad = imports.filter(({ from, to }) => {
      const fromRoom = roomOf(from);
      const toRoom = roomOf(to);
      if (fromRoom === null || isTest(from) || fromRoom === "server") return false;
      if (!to.startsWith("lib/")) return true;
      if (toRoom === fromRoom || toRoom === null) return false;
      if (fromRoom === "realtime" && COMMANDS.test(to)) return false;
      // A room's client.tsx stands on the realtime client (browser row of the table).
      if (/\/client\.tsx$/.test(from) && /^lib\/realtime\/(client\.tsx|store\.ts)$/.test(to)) return false;
      if (fromRoom === "calls" && toRoom === "telephony") return !/^lib\/telephony\/gateway(-errors)?\.ts$/.test(to);
      // Request-facing files prove who asks.
      if (REQUEST_FACING.test(from) && toRoom === "auth") return false;
      return !(ARROWS[fromRoom] ?? []).includes(toRoom);
    });
    expect(bad).toEqual([]);
  });

  it("keeps the arrows of the screen: components → app", () => {
    const bad = imports.filter(({ from, to, typeOnly }) => {
      if (isTest(from)) return false;
      if (from.startsWith("components/")) {
        if (to.startsWith("components/") || to.startsWith("lib/contract/")) return false;
        if (/\/actions\.ts$/.test(to)) return false;
        return !(BROWSER_SAFE.test(to) || (typeOnly && /\/(data|loaders)\.ts$/.test(to)));
      }
      if (from.startsWith("app/")) {
        if (to.startsWith("app/") || to.startsWith("components/") || to.startsWith("lib/contract/")) return false;
        if (from.startsWith("app/api/")) return false;
        return !(BROWSER_SAFE.test(to) || REQUEST_FACING.test(to));
      }
      return false;
    });
    expect(bad).toEqual([]);
  });

  it("keeps node, Prisma and services out of what the browser loads", () => {
    const browserFiles = sources.filter((path) => !isTest(path) && path.startsWith("lib/") && BROWSER_SAFE.test(path));
    const bad = browserFiles.flatMap((path) =>
      importsOf(path)
        .filter(({ typeOnly }) => !typeOnly)
        .filter(({ specifier }) => {
          if (/^(node:|@prisma|pg$|ws$|pino|onnxruntime)/.test(specifier)) return true;
          const to = resolveLocal(path, specifier);
          return to !== null && !to.startsWith("lib/contract/") && !BROWSER_SAFE.test(to);
        })
        .map(({ specifier }) => `${path} → ${specifier}`),
    );
    expect(bad).toEqual([]);
  });

  it("marks request-facing files, and only them, as server-only", () => {
    const marked = sources.filter(
      (path) => !isTest(path) && importsOf(path).some(({ specifier }) => specifier === "server-only"),
    );
    expect(marked.filter((path) => !REQUEST_FACING.test(path))).toEqual([]);
  });

  it("reads the environment in one place", () => {
    const allowed =
      /^lib\/(platform\/(env|paths)\.ts|switch\/(options|main)\.ts|server\/(main|switch-process)\.ts)$|^(bench|e2e)\/|\/testing\//;
    const bad = sources.filter(
      (path) => !allowed.test(path) && !isTest(path) && /process\.env\b/.test(readFileSync(join(root, path), "utf8")),
    );
    expect(bad).toEqual([]);
  });

  it("has no import cycle", () => {
    const graph = new Map<string, string[]>();
    for (const { from, to, typeOnly } of imports) {
      if (typeOnly) continue;
      graph.set(from, [...(graph.get(from) ?? []), to]);
    }
    expect(findCycle(graph)).toEqual([]);
  });

  it("keeps files small", () => {
    const long = sources
      .filter((path) => !path.startsWith("components/ui/"))
      .map((path) => ({ path, lines: readFileSync(join(root, path), "utf8").split("\n").length }))
      .filter(({ path, lines }) => lines > (isTest(path) ? 700 : 400));
    expect(long).toEqual([]);
  });
});

/** @returns the files of one cycle, or an empty list. */
function findCycle(graph: Map<string, string[]>): string[] {
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (node: string): string[] => {
    if (path.includes(node)) return [...path.slice(path.indexOf(node)), node];
    if (done.has(node)) return [];
    path.push(node);
    for (const next of graph.get(node) ?? []) {
      const cycle = visit(next);
      if (cycle.length > 0) return cycle;
    }
    path.pop();
    done.add(node);
    return [];
  };
  for (const node of graph.keys()) {
    const cycle = visit(node);
    if (cycle.length > 0) return cycle;
  }
  return [];
}
