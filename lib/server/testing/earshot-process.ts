import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { z } from "zod";

const root = resolve(import.meta.dirname, "../../..");

/** What the server tells its parent when it is up. */
const readySchema = z.object({
  type: z.literal("ready"),
  url: z.url(),
  users: z.array(
    z.object({
      email: z.string(),
      password: z.string(),
      name: z.string(),
      role: z.string(),
      teams: z.array(z.string()),
      /** Of an agent with a desk. */
      extension: z.string().nullable(),
    }),
  ),
});
export type DemonstrationUser = z.infer<typeof readySchema>["users"][number];

const START_LIMIT_MS = 90_000;
const STOP_LIMIT_MS = 30_000;

/**
 * A whole Earshot of its own: `lib/server/main.ts` in a process, embedded database and switch, its data in a temporary
 * folder that survives `restart` and is removed by `dispose`.
 */
export class EarshotProcess {
  url = "";
  users: DemonstrationUser[] = [];
  readonly dataDir = mkdtempSync(join(tmpdir(), "earshot-e2e-"));
  readonly legsDir = join(this.dataDir, "legs");
  #child: ChildProcess | null = null;
  #log: string[] = [];

  constructor(private readonly env: Record<string, string> = {}) {
    // The embedded Postgres does not run as root; its user must be able to reach its folder.
    chmodSync(this.dataDir, 0o711);
  }

  /** @returns the cookie of a new session. @throws Error where the sign-in is refused */
  async signIn(user: DemonstrationUser): Promise<string> {
    const response = await fetch(`${this.url}/api/auth/sign-in/email`, {
      method: "POST",
      headers: { "content-type": "application/json", origin: this.url },
      body: JSON.stringify({ email: user.email, password: user.password }),
    });
    if (!response.ok) throw new Error(`sign-in of ${user.email}: ${response.status} ${await response.text()}`);
    return response.headers
      .getSetCookie()
      .map((cookie) => cookie.split(";")[0])
      .join("; ");
  }

  async start(env: Record<string, string> = {}): Promise<void> {
    const child = spawn(process.execPath, ["--import", "tsx", "lib/server/main.ts"], {
      cwd: root,
      env: {
        // Never the systems that a developer's shell points at.
        ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("ASTERISK_"))),
        DATABASE_URL: "",
        GATEWAY_URL: "",
        NODE_ENV: "production",
        PORT: new URL(this.url || "http://127.0.0.1:0").port || "0",
        LOG_LEVEL: "info",
        EARSHOT_DATA_DIR: this.dataDir,
        SWITCH_RECORD_LEGS_DIR: this.legsDir,
        ...this.env,
        ...env,
      },
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    });
    this.#child = child;
    for (const stream of [child.stdout, child.stderr])
      stream?.on("data", (chunk: Buffer) => {
        this.#log = [...this.#log.slice(-400), chunk.toString()];
      });
    const ready = await new Promise<z.infer<typeof readySchema>>((resolveReady, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`not up in ${START_LIMIT_MS} ms\n${this.log()}`)),
        START_LIMIT_MS,
      );
      child.on("message", (message) => {
        const parsed = readySchema.safeParse(message);
        if (!parsed.success) return;
        clearTimeout(timer);
        resolveReady(parsed.data);
      });
      child.on("exit", (code) => reject(new Error(`server ended with ${code}\n${this.log()}`)));
    });
    this.url = ready.url;
    if (ready.users.length > 0) this.users = ready.users;
  }

  /** Ends the server as Ctrl-C does; `force` as `kill -9` does. */
  async stop(options: { force?: boolean } = {}): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null) return;
    this.#child = null;
    const ended = new Promise<void>((resolveEnded) => child.once("exit", () => resolveEnded()));
    child.kill(options.force ? "SIGKILL" : "SIGTERM");
    const timer = setTimeout(() => child.kill("SIGKILL"), STOP_LIMIT_MS);
    await ended;
    clearTimeout(timer);
  }

  async restart(env: Record<string, string> = {}): Promise<void> {
    await this.stop();
    await this.start(env);
  }

  async dispose(): Promise<void> {
    await this.stop();
    rmSync(this.dataDir, { recursive: true, force: true });
  }

  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  user(role: string, part = ""): DemonstrationUser {
    const found = this.users.find((user) => user.role === role && user.email.includes(part));
    if (!found) throw new Error(`no demonstration user with role ${role}: ${JSON.stringify(this.users)}`);
    return found;
  }

  log(): string {
    return this.#log.join("").slice(-6000);
  }
}
