import { join } from "node:path";
import { z } from "zod";
import { cacheDir, dataDir } from "./paths";

/**
 * The only reader of the environment (besides paths.ts, which must work before parsing). Server only: never import it from
 * a component. Every variable is documented in .env.example; all faults are listed at once.
 */
const flag = z.enum(["0", "1", "true", "false"]).transform((value) => value === "1" || value === "true");
const port = z.coerce.number().int().min(0).max(65_535);
const httpUrl = z.url({ protocol: /^https?$/ });
/** `a, b`: without spaces around, without empty parts. */
const list = z.string().transform((text) =>
  text
    .split(",")
    .map((part) => part.trim())
    .filter(Boolean),
);

const ASTERISK_DETAILS = [
  "ASTERISK_USERNAME",
  "ASTERISK_PASSWORD",
  "ASTERISK_APP",
  "ASTERISK_CONTEXTS",
  "ASTERISK_ENDPOINTS",
  "ASTERISK_DIAL",
  "ASTERISK_CA_PATH",
] as const;

export const envSchema = z
  .object({
    NODE_ENV: z.enum(["development", "production", "test"]).default("production"),
    PORT: port.default(3000),
    HOST: z.string().min(1).default("127.0.0.1"),
    /** The address people type; needed behind a proxy. */
    PUBLIC_URL: httpUrl.optional(),
    LOG_LEVEL: z.enum(["trace", "debug", "info", "warn", "error", "fatal", "silent"]).default("info"),
    /** Numbers, names and words in the log; without it they are left out. */
    LOG_PERSONAL_DATA: flag.default(false),
    AUTH_SECRET: z.string().min(32).optional(),

    DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),

    /** Call-control server. Without it and without an Asterisk the built-in switch is started. */
    GATEWAY_URL: z.url({ protocol: /^wss?$/ }).optional(),
    GATEWAY_API_KEY: z.string().min(1).optional(),
    GATEWAY_CONNECTOR_ID: z.string().min(1).max(64).default("earshot"),
    GATEWAY_CERT_PATH: z.string().min(1).optional(),
    GATEWAY_KEY_PATH: z.string().min(1).optional(),
    GATEWAY_CA_PATH: z.string().min(1).optional(),
    GATEWAY_SAMPLE_RATE: z.coerce
      .number()
      .pipe(z.union([z.literal(8000), z.literal(16_000), z.literal(24_000)]))
      .default(16_000),

    /** One Asterisk; what each means stands in lib/telephony/drivers/asterisk/options.ts. */
    ASTERISK_URL: httpUrl.optional(),
    ASTERISK_USERNAME: z.string().min(1).max(120).optional(),
    ASTERISK_PASSWORD: z.string().min(1).max(200).optional(),
    ASTERISK_APP: z.string().min(1).optional(),
    ASTERISK_CONTEXTS: list.optional(),
    ASTERISK_ENDPOINTS: list.optional(),
    ASTERISK_DIAL: z.string().min(1).optional(),
    ASTERISK_CA_PATH: z.string().min(1).optional(),
    /** Several of them: a JSON list. */
    ASTERISK_SERVERS_FILE: z.string().min(1).optional(),

    /** Built-in switch: how many scripted calls run at once, a folder of recordings to replay instead, what each leg heard. */
    SWITCH_PORT: port.default(0),
    SWITCH_CALLS: z.coerce.number().int().min(0).max(200).default(3),
    SWITCH_SCENARIOS: z.string().min(1).optional(),
    SWITCH_SCENARIOS_DIR: z.string().min(1).optional(),
    SWITCH_RECORDINGS_DIR: z.string().min(1).optional(),
    SWITCH_RECORD_LEGS_DIR: z.string().min(1).optional(),
    /** Each recording is placed so many times; 0: again and again. */
    SWITCH_RECORDINGS_TIMES: z.coerce.number().int().min(0).default(0),
    /** Demonstration teams, agents and users. Defaults to on with the built-in switch. */
    DEMONSTRATION: flag.optional(),

    GREETING_TEXT: z.string().min(1).max(300).default("Please hold while I connect you to an agent."),
    APOLOGY_TEXT: z
      .string()
      .min(1)
      .max(300)
      .default("I am sorry, no one can take your call right now. Please call again later."),
    RING_TIME_SECONDS: z.coerce.number().min(1).max(600).default(60),
    CONNECT_ATTEMPTS: z.coerce.number().int().min(1).max(10).default(2),

    MODELS_DIR: z.string().min(1).default(join(cacheDir, "models")),
    STT_PROVIDER: z.enum(["moonshine", "none"]).default("moonshine"),
    TTS_PROVIDER: z.enum(["flite", "openai"]).default("flite"),
    TTS_BASE_URL: httpUrl.optional(),
    TTS_API_KEY: z.string().min(1).optional(),
    TTS_MODEL: z.string().min(1).default("tts-1"),
    TTS_VOICE: z.string().min(1).default("alloy"),
    LLM_BASE_URL: httpUrl.optional(),
    LLM_API_KEY: z.string().min(1).optional(),
    LLM_MODEL: z.string().min(1).optional(),

    RECORDINGS_DIR: z.string().min(1).default(join(dataDir, "recordings")),
    AGENT_SENTIMENT: flag.default(false),
    TOPICS_FILE: z.string().min(1).optional(),
  })
  .check((context) => {
    const env = context.value;
    const need = (given: boolean, name: string, why: string) => {
      if (!given) context.issues.push({ code: "custom", path: [name], message: why, input: env });
    };
    if (env.GATEWAY_URL)
      need(
        Boolean(env.GATEWAY_API_KEY ?? env.GATEWAY_CERT_PATH),
        "GATEWAY_API_KEY",
        "GATEWAY_URL needs GATEWAY_API_KEY, or GATEWAY_CERT_PATH and GATEWAY_KEY_PATH",
      );
    if (env.GATEWAY_CERT_PATH || env.GATEWAY_KEY_PATH)
      need(
        Boolean(env.GATEWAY_CERT_PATH && env.GATEWAY_KEY_PATH),
        "GATEWAY_KEY_PATH",
        "mTLS needs both GATEWAY_CERT_PATH and GATEWAY_KEY_PATH",
      );
    if (env.ASTERISK_URL) {
      need(Boolean(env.ASTERISK_USERNAME), "ASTERISK_USERNAME", "ASTERISK_URL needs ASTERISK_USERNAME, of ari.conf");
      need(Boolean(env.ASTERISK_PASSWORD), "ASTERISK_PASSWORD", "ASTERISK_URL needs ASTERISK_PASSWORD, of ari.conf");
    } else {
      const alone = ASTERISK_DETAILS.find((name) => env[name] !== undefined);
      if (alone) need(false, "ASTERISK_URL", `${alone} needs ASTERISK_URL`);
    }
    if (env.TTS_PROVIDER === "openai")
      need(Boolean(env.TTS_BASE_URL), "TTS_BASE_URL", "TTS_PROVIDER=openai needs TTS_BASE_URL");
    if (env.LLM_BASE_URL || env.LLM_MODEL)
      need(
        Boolean(env.LLM_BASE_URL && env.LLM_MODEL),
        "LLM_MODEL",
        "a language model needs both LLM_BASE_URL and LLM_MODEL",
      );
  });

export type Env = z.infer<typeof envSchema>;

/**
 * Parses the environment. An empty variable counts as not set, as shells and compose files write it.
 * @throws Error that lists every fault, one a line.
 */
export function parseEnv(source: Record<string, string | undefined>): Env {
  const given = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== undefined && value !== ""));
  const result = envSchema.safeParse(given);
  if (result.success) return result.data;
  const faults = result.error.issues.map((issue) => `  ${issue.path.join(".") || "environment"}: ${issue.message}`);
  throw new Error(`The environment has ${faults.length} fault(s); see .env.example:\n${faults.join("\n")}`);
}
