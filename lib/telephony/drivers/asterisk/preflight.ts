import { z } from "zod";
import { AriHttp, type HttpOutcome } from "./ari-http";
import { judgeVersion } from "./asterisk-version";
import { type Check, explainFailure, explainStatus, type FaultCode } from "./diagnosis";
import type { ParsedOptions } from "./options";
import { probeSocket } from "./socket-probe";

export type { Check };

const LIMIT_MS = 3_000;
/** No channel has this id: deleting it changes nothing, and tells whether the user may write. */
const NOBODYS_CHANNEL = "channels/earshot-check-places-nothing";

const infoSchema = z.object({ system: z.object({ version: z.string() }) });
const modulesSchema = z.array(z.object({ name: z.string(), status: z.string() }));

/** Besides chan_websocket; each with what it is for. */
const NEEDED_MODULES: ReadonlyMap<string, string> = new Map([
  ["res_ari_asterisk.so", "Asterisk's own state"],
  ["res_ari_applications.so", "applications"],
  ["res_ari_channels.so", "channels"],
  ["res_ari_bridges.so", "bridges"],
  ["res_ari_events.so", "events"],
  ["res_stasis_snoop.so", "hearing calls"],
]);

type Steps = { options: ParsedOptions; http: AriHttp; limitMs: number };

/**
 * Looks at everything that is known to be set up wrongly, in an order in which the first fault hides what follows: that one
 * is the diagnosis, and nothing after it is looked at but what does not depend on it. Places no call and changes nothing.
 */
export async function checkAsterisk(options: ParsedOptions, settings: { limitMs?: number } = {}): Promise<Check[]> {
  const limitMs = settings.limitMs ?? LIMIT_MS;
  const steps: Steps = { options, http: new AriHttp(options, limitMs), limitMs };
  const checks = await checkAccess(steps);
  if (checks.some(({ ok }) => ok === false)) return checks;
  checks.push(await checkWriting(steps), await checkVersion(steps));
  checks.push(...(await checkModules(steps)), await checkApplication(options, { limitMs }));
  checks.push(await checkSocket(steps));
  return checks;
}

/** Address, TLS, HTTP server, ARI and user, all of which one request tells. */
async function checkAccess({ options, http }: Steps): Promise<Check[]> {
  const outcome = await http.ask({ path: "asterisk/ping" });
  const isTls = options.url.startsWith("https:");
  const names = ["reachable", ...(isTls ? ["TLS"] : []), "HTTP server", "ARI", "user"];
  const words = outcome.kind === "failed" ? explainFailure(options, outcome.code) : explainStatus(options, outcome);
  const failing = words ? names.indexOf(STEP_OF[words.code] ?? "reachable") : names.length;
  const passed = names.slice(0, Math.max(0, failing)).map((name) => pass(name, passDetail(name, options)));
  return words ? [...passed, { name: names[failing] ?? "reachable", ok: false, ...words }] : passed;
}

const STEP_OF: Readonly<Partial<Record<FaultCode, string>>> = {
  TLS_UNTRUSTED: "TLS",
  TLS_MISMATCH: "TLS",
  NOT_ASTERISK: "HTTP server",
  ARI_OFF: "ARI",
  STARTING: "ARI",
  UNAUTHENTICATED: "user",
  ADDRESS_REFUSED: "user",
};

function passDetail(name: string, options: ParsedOptions): string {
  const details: Record<string, string> = {
    reachable: `${new URL(options.url).host} answers`,
    TLS: "The certificate is trusted",
    "HTTP server": "It is Asterisk's",
    ARI: "ARI is on",
    user: `The user "${options.username}" and the password are accepted`,
  };
  return details[name] ?? "";
}

async function checkWriting({ options, http }: Steps): Promise<Check> {
  const name = "permissions";
  const outcome = await http.ask({ method: "DELETE", path: NOBODYS_CHANNEL });
  if (outcome.kind === "failed") return unanswered(name, options, outcome);
  if (outcome.status !== 403) return pass(name, `The user "${options.username}" may read and write`);
  return fail(name, "READ_ONLY_USER", {
    detail: `The user "${options.username}" may only read (HTTP 403)`,
    advice: `In ari.conf [${options.username}] set read_only = no, then CLI "module reload res_ari.so"`,
  });
}

async function checkVersion({ options, http }: Steps): Promise<Check> {
  const name = "version";
  const outcome = await http.ask({ path: "asterisk/info?only=system" });
  if (outcome.kind === "failed") return unanswered(name, options, outcome);
  const version = infoSchema.safeParse(outcome.json).data?.system.version ?? "";
  const called = `Asterisk ${version || "of unknown version"}`;
  switch (judgeVersion(version)) {
    case "tried":
      return pass(name, called);
    case "fine":
      return pass(name, `${called}; the one that was tried is 22.10`);
    case "whisper-doubtful":
      return warn(name, {
        detail: `${called}: whispering is reported broken in 22.11 and its sister releases (asterisk#2134)`,
        advice: "Prefer 22.10 until that is mended, or whisper to a test phone before you rely on it",
      });
    case "unknown":
      return warn(name, {
        detail: `${called}: cannot tell whether it is new enough`,
        advice: "Needed is what 20.18, 22.8 or 23.2 have; the one that was tried is 22.10",
      });
    case "too-old":
      return fail(name, "VERSION_TOO_OLD", {
        detail: `${called} is too old: it cannot carry audio and its control over one WebSocket as needed`,
        advice: "Upgrade to 22.10, the one that was tried; the oldest that can do it are 20.18, 22.8 and 23.2",
      });
  }
}

async function checkModules({ options, http }: Steps): Promise<Check[]> {
  const name = "modules";
  const outcome = await http.ask({ path: "asterisk/modules" });
  if (outcome.kind === "failed") return [unanswered(name, options, outcome)];
  const parsed = modulesSchema.safeParse(outcome.json);
  // Without the list, that of res_ari_asterisk.so itself is missing.
  const running = new Set(parsed.data?.filter(({ status }) => status === "Running").map((module) => module.name));
  const missing = [...NEEDED_MODULES].filter(([module]) => !running.has(module));
  const checks: Check[] = [];
  if (parsed.success && !running.has("chan_websocket.so"))
    checks.push(
      fail("chan_websocket", "CHAN_WEBSOCKET_MISSING", {
        detail: "chan_websocket.so is not loaded, so no call can be heard",
        advice: `In modules.conf remove its noload (or add load = chan_websocket.so), then CLI "module load chan_websocket.so"; it needs res_http_websocket.so and res_websocket_client.so`,
      }),
    );
  if (missing.length > 0) checks.push(missingModules(parsed.success ? missing : missing.slice(0, 1)));
  return checks.length > 0 ? checks : [pass(name, "chan_websocket, snoop and ARI's modules are loaded")];
}

function missingModules(missing: readonly (readonly [string, string])[]): Check {
  const [first] = missing;
  const names = missing.map(([module]) => module).join(", ");
  return fail("modules", "MODULE_MISSING", {
    detail: `Not loaded: ${names} (needed for ${missing.map(([, purpose]) => purpose).join(", ")})`,
    advice: `In modules.conf remove the noload, or add a load line each; then CLI "module load ${first?.[0] ?? ""}"`,
  });
}

/** Whether another program is connected as our application: ours would take its events away. */
export async function checkApplication(options: ParsedOptions, settings: { limitMs?: number } = {}): Promise<Check> {
  const name = "application";
  const http = new AriHttp(options, settings.limitMs ?? LIMIT_MS);
  const outcome = await http.ask({ path: `applications/${options.app}` });
  if (outcome.kind === "failed") return unanswered(name, options, outcome);
  const words = explainStatus(options, outcome);
  if (words) return { name, ok: false, ...words };
  if (outcome.status !== 200) return pass(name, `Nobody else is connected as "${options.app}"`);
  return fail(name, "APP_IN_USE", {
    detail: `Another program is connected to Asterisk as the ARI application "${options.app}"`,
    advice: `Stop the other Earshot, or give this one another name (ASTERISK_APP) and use that in Stasis() too`,
  });
}

async function checkSocket({ options, limitMs }: Steps): Promise<Check> {
  const name = "WebSocket";
  const fault = await probeSocket(options, { limitMs });
  if (fault === null) return pass(name, "Events and commands go over one WebSocket");
  return fail(name, "SOCKET_REFUSED", {
    detail: `The WebSocket for events and commands does not work: ${fault}`,
    advice:
      "Check that res_http_websocket.so and res_ari_events.so are loaded, and that no proxy on the way blocks WebSockets or cuts them off",
  });
}

function pass(name: string, detail: string): Check {
  return { name, ok: true, detail, advice: "", code: null };
}

function warn(name: string, words: { detail: string; advice: string }): Check {
  return { name, ok: null, ...words, code: null };
}

function fail(name: string, code: FaultCode, words: { detail: string; advice: string }): Check {
  return { name, ok: false, ...words, code };
}

function unanswered(name: string, options: ParsedOptions, outcome: Extract<HttpOutcome, { kind: "failed" }>): Check {
  return { name, ok: false, ...explainFailure(options, outcome.code) };
}
