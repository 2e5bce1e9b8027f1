import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { agentIdSchema, callIdSchema, teamIdSchema } from "@/lib/contract/ids";
import { provideDatabase } from "@/lib/platform/database";
import { silentLogger } from "@/lib/platform/logger";
import { createTestDatabase, type TestDatabase } from "@/lib/platform/testing/test-database";
import { startCallView } from "@/lib/realtime/call-view";
import { arrived, numbered, suggestionOf } from "@/lib/realtime/testing/call-events";
import { provideRuntime, type Runtime } from "@/lib/server/runtime";
import { DESK_PATH } from "./constants";
import { type Auth, createAuth, provideAuth } from "./service";
import { makeUser, signIn } from "./testing/people";

/**
 * Guards: an agent reaches their desk and nothing else, by any page, loader, action or route; also by those that do not exist yet,
 * because all are found by their file names. (Commands of the socket: realtime/desk.test.ts.)
 */

const request = vi.hoisted(() => ({ headers: new Headers() }));
vi.mock("next/headers", () => ({ headers: async () => request.headers, cookies: async () => new Map() }));
vi.mock("next/cache", () => ({ revalidatePath: () => {} }));
vi.mock("react", async (original) => ({ ...(await original<object>()), cache: <F>(run: F): F => run }));

type Module = Record<string, unknown>;
const pages = import.meta.glob<Module>("../../app/**/page.tsx");
const layouts = import.meta.glob<Module>("../../app/**/layout.tsx");
const routes = import.meta.glob<Module>("../../app/**/route.ts");
const loaders = import.meta.glob<Module>("../*/loaders.ts");
const actions = import.meta.glob<Module>("../*/actions.ts");

/** For everybody, or for agents. Whatever is new is refused until it stands here. */
const OPEN_PAGES = /^\/(\(auth\)\/.*|phone\/.*)?page\.tsx$/;
const OPEN_ROUTES = ["/api/auth/[...all]/route.ts", "/api/health/route.ts", "/api/metrics/route.ts"];
const OPEN_FUNCTIONS = ["currentVisitor", "requireAgent", "goHome", "loadDesk", "changePassword"];

const HASH = "a".repeat(64);
const inApp = (path: string) => path.replace("../../app", "");
const isFunction = (value: unknown): value is (...args: unknown[]) => unknown => typeof value === "function";

let db: TestDatabase;
let auth: Auth;
let dir: string;
const signedIn = new Map<string, Headers>();

beforeAll(async () => {
  db = await createTestDatabase();
  const { prisma } = db;
  auth = createAuth({ prisma, secret: "s".repeat(40), logger: silentLogger });
  provideDatabase(prisma);
  provideAuth(auth);
  const teamId = teamIdSchema.parse((await prisma.team.create({ data: { id: "team-1", name: "Support" } })).id);
  const agent = await prisma.agent.create({ data: { name: "Maya", extension: "1001", teamId } });
  const agentId = agentIdSchema.parse(agent.id);
  await makeUser({ prisma, email: "agent@example.com", role: "agent", agentId });
  await makeUser({ prisma, email: "supervisor@example.com", role: "supervisor", teamIds: [teamId] });
  for (const who of ["agent", "supervisor"]) signedIn.set(who, await signIn({ auth, email: `${who}@example.com` }));
  dir = mkdtempSync(join(tmpdir(), "earshot-refused-"));
  writeFileSync(join(dir, "c1.wav"), Buffer.alloc(64));
  const at = new Date();
  await prisma.call.create({
    data: {
      ...{
        id: "c1",
        gateway: "test",
        simulated: true,
        callerNumber: "1",
        calleeNumber: "1001",
        agentId,
        agentName: "Maya",
      },
      ...{ teamId, teamName: "Support", state: "DISCONNECTED", startedAt: at, endedAt: at, recordingPath: "c1.wav" },
    },
  });
  provideRuntime(runtimeOf({ agentId }));
});
afterAll(async () => {
  rmSync(dir, { recursive: true, force: true });
  await db.close();
});
beforeEach(() => {
  request.headers = signedIn.get("agent") ?? new Headers();
});

/** A server on which the agent's own call is live, with a clip. */
function runtimeOf({ agentId }: { agentId: ReturnType<typeof agentIdSchema.parse> }): Runtime {
  const [event] = numbered([arrived("c1")]);
  if (event?.type !== "call.arrived") throw new Error("not an arrival");
  const started = startCallView(event);
  const clip = { hash: HASH, durationMs: 20 };
  const callId = callIdSchema.parse("c1");
  const view = { ...started, info: { ...started.info, agentId }, suggestions: [suggestionOf(callId, "s1", { clip })] };
  const known: Partial<Runtime> = {
    liveCall: () => view,
    liveCalls: () => [view],
    recordingPiece: async () => ({ wav: Buffer.alloc(64), atMs: 0 }),
    clip: async () => new Uint8Array(64),
    audit: () => undefined,
    rewound: () => undefined,
    beginsListening: () => true,
    recordingsDir: dir,
  };
  return known as Runtime;
}

/** Where a page or loader sends the asker; null: it did not. */
async function destinationOf(run: () => unknown): Promise<string | null> {
  try {
    await run();
    return null;
  } catch (error) {
    const digest = error instanceof Error && "digest" in error ? String(error.digest) : "";
    if (!digest.startsWith("NEXT_REDIRECT")) throw error;
    return digest.split(";")[2] ?? null;
  }
}

const params = { callId: "c1", hash: HASH, rehearsalId: "r1", id: "r1" };
const pageProps = { params: Promise.resolve(params), searchParams: Promise.resolve({}), children: null };

async function functionsOf(files: Record<string, () => Promise<Module>>) {
  const found = Object.entries(files).map(async ([path, load]) =>
    Object.entries(await load()).map(([name, run]) => ({ name: `${path} ${name}`, run, plain: name })),
  );
  return (await Promise.all(found)).flat().filter(({ plain }) => !OPEN_FUNCTIONS.includes(plain));
}

describe("an agent", () => {
  it.each(Object.keys(pages).filter((path) => !OPEN_PAGES.test(inApp(path))))(
    "is sent to the desk by %s",
    async (path) => {
      const around = Object.keys(layouts).filter((layout) => path.startsWith(layout.replace("layout.tsx", "")));
      const chain = [...around.filter((layout) => inApp(layout) !== "/layout.tsx"), path];
      const destinations = [];
      for (const part of chain) {
        const { default: render } = (await (layouts[part] ?? pages[part])?.()) ?? {};
        if (!isFunction(render)) throw new Error(`${part} renders nothing`);
        // A component that is not async and has no loader gives no answer; some part of the chain must.
        destinations.push(await destinationOf(() => render(pageProps)));
      }
      expect(destinations.filter((to) => to !== null && to !== "/settings/teams")).not.toEqual([]);
      for (const to of destinations) expect([null, DESK_PATH, "/settings/teams"]).toContain(to);
    },
  );

  it("is sent to the desk by every loader", async () => {
    const found = await functionsOf(loaders);
    expect(found.length).toBeGreaterThan(7);
    for (const { name, run } of found) {
      if (!isFunction(run)) continue;
      expect([name, await destinationOf(() => run("c1"))]).toEqual([name, DESK_PATH]);
    }
  });

  it("is refused by every action", async () => {
    const found = await functionsOf(actions);
    expect(found.length).toBeGreaterThan(7);
    for (const { name, run } of found) {
      if (!isFunction(run)) continue;
      const results: unknown[] = [];
      const sentTo = await destinationOf(async () => results.push(await run({})));
      if (sentTo === null) expect([name, results[0]]).toMatchObject([name, { ok: false, code: "FORBIDDEN" }]);
      else expect([name, sentTo]).toEqual([name, DESK_PATH]);
    }
  });

  it.each(Object.keys(routes).filter((path) => !OPEN_ROUTES.includes(inApp(path))))(
    "is told by %s that there is nothing, while a supervisor of the team gets it",
    async (path) => {
      const methods = Object.entries((await routes[path]?.()) ?? {}).filter(([name]) => /^[A-Z]+$/.test(name));
      for (const [method, handler] of methods) {
        if (!isFunction(handler)) throw new Error(`${path} ${method} is no handler`);
        const ask = async (who: string) => {
          request.headers = signedIn.get(who) ?? new Headers();
          const asked = new Request("http://127.0.0.1/x", { method, headers: request.headers });
          const answer = await handler(asked, { params: Promise.resolve(params) });
          if (!(answer instanceof Response)) throw new Error(`${path} answers nothing`);
          await answer.body?.cancel();
          return answer.status;
        };
        expect([method, await ask("agent"), await ask("nobody"), await ask("supervisor")]).toEqual([
          method,
          404,
          401,
          200,
        ]);
      }
    },
  );

  it("has a desk, is at home there, and nobody else is", async () => {
    const auths = await import("./loaders");
    const desk = await import("@/lib/agents/loaders");
    expect(await desk.loadDesk()).toMatchObject({ agent: { name: "Maya", extension: "1001" } });
    expect(await destinationOf(auths.goHome)).toBe(DESK_PATH);
    request.headers = signedIn.get("supervisor") ?? new Headers();
    expect(await destinationOf(desk.loadDesk)).toBe("/live");
    expect(await destinationOf(auths.goHome)).toBe("/live");
    request.headers = new Headers();
    expect(await destinationOf(desk.loadDesk)).toBe("/sign-in");
  });
});
