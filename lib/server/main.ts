import { mkdirSync } from "node:fs";
import { AgentDirectory, provideAgentDirectory } from "@/lib/agents/agent-directory";
import { loadAuthSecret } from "@/lib/auth/secret";
import { type Auth, createAuth, provideAuth } from "@/lib/auth/service";
import { BUILT_IN_SWITCH } from "@/lib/contract/gateway-status";
import type { AgentId } from "@/lib/contract/ids";
import { systemClock } from "@/lib/platform/clock";
import { type Database, openDatabase, provideDatabase } from "@/lib/platform/database";
import { startEmbeddedPostgres } from "@/lib/platform/embedded-postgres";
import { type Env, parseEnv } from "@/lib/platform/env";
import { createLogger, type Logger } from "@/lib/platform/logger";
import { migrate } from "@/lib/platform/migrate";
import { dataDir } from "@/lib/platform/paths";
import { provideRehearsals } from "@/lib/rehearsal/service";
import type { Gateway } from "@/lib/telephony/gateway";
import { Container } from "./container";
import { createGateways, needsBuiltInSwitch } from "./gateways";
import { createWebServer, type WebServer } from "./http";
import { preparePeople, type SignIn } from "./people";
import { PhoneProxy } from "./phone-proxy";
import { SwitchStage } from "./rehearsal-stage";
import { provideRuntime } from "./runtime";
import { ShutdownList } from "./shutdown-list";
import { SwitchProcess } from "./switch-process";

type Parts = { env: Env; logger: Logger; prisma: Database };
type Running = { container: Container; web: WebServer; gateways: readonly Gateway[] };

const startedAt = Date.now();
const say = (line: string) => process.stderr.write(`${line}\n`);
const sinceStart = () => `${((Date.now() - startedAt) / 1000).toFixed(1)} s`;
const shutdown = new ShutdownList({ say });

async function startDatabase(env: Env) {
  if (env.DATABASE_URL) return env.DATABASE_URL;
  const postgres = await startEmbeddedPostgres({
    dataDir,
    onProgress: (message) => say(`  ${message}`),
    onLost: () => {
      say("✗ the embedded database ended by itself; stopping");
      void shutdown.run(1);
    },
  });
  shutdown.add("database", () => postgres.stop());
  return postgres.url;
}

async function startSwitch(env: Env, logger: Logger) {
  if (!needsBuiltInSwitch(env)) return null;
  const builtIn = new SwitchProcess({ env, logger: logger.child({ room: "switch" }) });
  await builtIn.start();
  shutdown.add("built-in switch", () => builtIn.stop());
  return builtIn;
}

function introduce({ people, demonstration }: { people: SignIn[]; demonstration: boolean }): void {
  if (people.length === 0) return;
  say("\n  Sign in with:");
  for (const { email, password, role, teams, extension } of people) {
    const where = extension === null ? teams : [...teams, `extension ${extension}`];
    say(`  ${role.padEnd(10)}  ${email.padEnd(30)}  ${password}   ${where.join(", ")}`);
  }
  if (demonstration) say("  Demonstration: the calls are simulated and these users are for trying it out.");
  say("");
}

function announce({ url, people, softphone }: { url: string; people: SignIn[]; softphone: boolean }): void {
  say(`\n  Earshot is up (${sinceStart()}):  ${url}`);
  const at = (path: string) => new URL(path, url).href;
  if (softphone) say(`  Softphone: ${at("/phone")} (customer), ${at("/phone/agent")} (agent)`);
  say("  Ctrl-C stops everything.\n");
  process.send?.({ type: "ready", url, users: people });
}

function createLog(env: Env): Logger {
  return createLogger({
    level: env.LOG_LEVEL,
    name: "earshot",
    pretty: process.stderr.isTTY,
    redactPii: !env.LOG_PERSONAL_DATA,
    toStderr: true,
  });
}

async function prepareDatabase(env: Env): Promise<Database> {
  const url = await startDatabase(env);
  const applied = await migrate({ url });
  say(
    `✓ database: ${applied.length === 0 ? "up to date" : `${applied.length} migration(s) applied`} (${sinceStart()})`,
  );
  const prisma = openDatabase({ url });
  shutdown.add("database connections", () => prisma.$disconnect());
  provideDatabase(prisma);
  return prisma;
}

function prepareAuth({ env, prisma, logger }: Parts): Auth {
  const secret = loadAuthSecret({ dataDir, given: env.AUTH_SECRET });
  const auth = createAuth({ prisma, secret, publicUrl: env.PUBLIC_URL, logger: logger.child({ room: "auth" }) });
  provideAuth(auth);
  return auth;
}

async function prepareGateways({ env, logger, agents }: Parts & { agents: AgentDirectory }) {
  const builtIn = await startSwitch(env, logger);
  const gateways = createGateways({ env, builtIn, agents, logger: logger.child({ room: "telephony" }) });
  return { builtIn, gateways };
}

function preparePhones(given: Parts & { auth: Auth; builtIn: SwitchProcess | null }): PhoneProxy {
  const { env, logger, prisma, auth, builtIn } = given;
  const agentOf = async (id: AgentId) => {
    const agent = await prisma.agent.findFirst({
      where: { id, active: true },
      select: { extension: true, name: true },
    });
    return agent && { ...agent, extension: agent.extension.replace(/[\s()-]/g, "") };
  };
  return new PhoneProxy(
    {
      behindProxy: env.PUBLIC_URL !== undefined,
      allowedOrigins: env.PUBLIC_URL ? [new URL(env.PUBLIC_URL).origin] : [],
    },
    {
      exchange: builtIn,
      authenticate: (headers) => auth.viewerFromHeaders(headers),
      agentOf,
      clock: systemClock,
      logger: logger.child({ room: "phones" }),
    },
  );
}

function announceGateways(gateways: readonly Gateway[]): void {
  for (const { name, status } of gateways) {
    const named = name === status.driver ? name : `${name} (${status.driver})`;
    const what = name === BUILT_IN_SWITCH ? "built-in switch" : named;
    const isUp = status.state === "up";
    const away = `is away: ${status.detail ?? status.state}`;
    say(`${isUp ? "✓" : "✗"} telephone system: ${what} ${isUp ? `(${sinceStart()})` : away}`);
  }
}

/** Opens the web server for pages and the engine for calls, in that order. @returns the address people type */
async function openForCalls({ container, web, gateways }: Running): Promise<string> {
  const url = await web.listen();
  shutdown.add("web server", () => web.close());
  await web.open();
  say(`✓ web server (${sinceStart()})`);
  shutdown.add("calls and recordings", () => container.stop());
  await container.start();
  announceGateways(gateways);
  say(`✓ calls are monitored (${sinceStart()})`);
  return url;
}

async function main(): Promise<void> {
  const env = parseEnv(process.env);
  mkdirSync(dataDir, { recursive: true });
  const logger = createLog(env);
  const prisma = await prepareDatabase(env);
  const parts = { env, logger, prisma };
  const auth = prepareAuth(parts);
  const demonstration = env.DEMONSTRATION ?? needsBuiltInSwitch(env);
  const people = await preparePeople({ prisma, auth, demonstration });
  // At once: a one-time password is stored already, and what follows may fail.
  introduce({ people, demonstration });
  const agents = new AgentDirectory({ prisma });
  provideAgentDirectory(agents);
  const { builtIn, gateways } = await prepareGateways({ ...parts, agents });
  const phones = preparePhones({ ...parts, auth, builtIn });
  const web = createWebServer({ env, phones });
  const container = new Container({
    ...{ env, logger, database: prisma, auth, agents, gateways, demonstration },
    httpServer: web.http,
    stage: builtIn && new SwitchStage({ exchange: builtIn, clock: systemClock }),
  });
  auth.sessions.onChanged((userId) => {
    container.sockets.recheck(userId);
    void phones.recheck(userId);
  });
  provideRuntime(container.runtime());
  provideRehearsals(container.rehearsals);
  const url = await openForCalls({ container, web, gateways });
  announce({ url, people, softphone: builtIn !== null });
}

process.on("SIGTERM", () => void shutdown.run(0));
process.on("SIGINT", () => void shutdown.run(0));
// Whoever started us is gone, even if it was killed.
process.on("disconnect", () => void shutdown.run(0));
process.on("unhandledRejection", (error) => say(`✗ unhandled: ${error instanceof Error ? error.stack : error}`));
process.on("uncaughtException", (error) => say(`✗ uncaught: ${error.stack}`));

main().catch((error: unknown) => {
  say(`\n✗ ${error instanceof Error ? error.message : error}`);
  void shutdown.run(1);
});
