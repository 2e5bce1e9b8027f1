import { GatewayAuthenticationError, GatewayConnectionError, GatewayError } from "@/lib/telephony/gateway-errors";
import type { ParsedOptions } from "./options";

/** What can be wrong between us and an Asterisk. */
export type FaultCode =
  | "PORT_CLOSED"
  | "HOST_UNKNOWN"
  | "UNREACHABLE"
  | "HANGS_UP"
  | "TLS_UNTRUSTED"
  | "TLS_MISMATCH"
  | "NOT_ASTERISK"
  | "ARI_OFF"
  | "STARTING"
  | "UNAUTHENTICATED"
  | "ADDRESS_REFUSED"
  | "READ_ONLY_USER"
  | "VERSION_TOO_OLD"
  | "CHAN_WEBSOCKET_MISSING"
  | "MODULE_MISSING"
  | "APP_IN_USE"
  | "SOCKET_REFUSED";

/** One thing looked at. `ok: null`: a warning, which stops nothing. `advice`: what to change, empty where all is well. */
export type Check = { name: string; ok: boolean | null; detail: string; advice: string; code: FaultCode | null };

/**
 * How a fault is to be taken. `retry`: it passes by itself. `final`: somebody must correct something. `boot`: also what an
 * Asterisk looks like that is just starting (its port opens before its modules are loaded), so final only if it stays.
 */
export const GRAVITY: Readonly<Record<FaultCode, "retry" | "boot" | "final">> = {
  PORT_CLOSED: "retry",
  HOST_UNKNOWN: "retry",
  UNREACHABLE: "retry",
  HANGS_UP: "retry",
  TLS_UNTRUSTED: "final",
  TLS_MISMATCH: "final",
  NOT_ASTERISK: "boot",
  ARI_OFF: "boot",
  STARTING: "retry",
  UNAUTHENTICATED: "final",
  ADDRESS_REFUSED: "final",
  READ_ONLY_USER: "final",
  VERSION_TOO_OLD: "final",
  CHAN_WEBSOCKET_MISSING: "boot",
  MODULE_MISSING: "boot",
  APP_IN_USE: "retry",
  SOCKET_REFUSED: "retry",
};

/** `GatewayStatus.detail` takes 300 characters. */
const MOST_CHARACTERS = 300;

/** @returns the words of a failed check as the error that the driver shows as its status detail. */
export function describeRefusal(check: Check): GatewayError {
  const code = check.code ?? "SOCKET_REFUSED";
  const message = [check.detail, check.advice].filter(Boolean).join(". ").slice(0, MOST_CHARACTERS);
  const retryable = GRAVITY[code] === "retry";
  if (code === "UNAUTHENTICATED" || code === "ADDRESS_REFUSED")
    return new GatewayAuthenticationError(code, { message });
  return retryable
    ? new GatewayConnectionError(code, { message, retryable })
    : new GatewayError(code, { message, retryable });
}

type Words = { code: FaultCode; detail: string; advice: string };

/** @returns what a request that got no answer at all means; `code` is Node's. */
export function explainFailure(options: Pick<ParsedOptions, "url">, code: string): Words {
  const { hostname, protocol } = new URL(options.url);
  const port = portOf(options);
  const at = `${hostname}:${port}`;
  if (code === "ECONNREFUSED")
    return {
      code: "PORT_CLOSED",
      detail: `Nothing listens at ${at} (connection refused)`,
      advice: `Start Asterisk; in http.conf [general] set enabled = yes, bindaddr to an address that can be reached from here and bindport = ${port}; then CLI "module reload http"`,
    };
  if (code === "ENOTFOUND" || code === "EAI_AGAIN")
    return {
      code: "HOST_UNKNOWN",
      detail: `The name ${hostname} cannot be resolved (${code})`,
      advice: "Correct the host in the address (ASTERISK_URL), or the name resolution of this machine",
    };
  if (/^(DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|CERT_|ERR_TLS_CERT)/.test(code))
    return {
      code: "TLS_UNTRUSTED",
      detail: `The certificate of ${at} is not trusted (${code})`,
      advice: `Give the PEM of the authority that signed it (ASTERISK_CA_PATH), and use the name that stands in the certificate as the host of the address`,
    };
  if (protocol === "https:" && (code === "EPROTO" || code.startsWith("ERR_SSL")))
    return {
      code: "TLS_MISMATCH",
      detail: `${at} does not speak TLS as we do (${code})`,
      advice:
        "Use http:// for this port, or in http.conf set tlsenable = yes, tlsbindaddr and tlscertfile, and give the port of tlsbindaddr (usually 8089)",
    };
  if (code === "ECONNRESET" || code === "EPIPE")
    return {
      code: "HANGS_UP",
      detail: `${at} takes the connection and hangs up (${code})`,
      advice:
        "http.conf sessionlimit (default 100) may be used up by HTTP connections that others keep open: raise it. Or this is the TLS port: then the address begins with https://",
    };
  if (code.startsWith("HPE_")) return notAsterisk(options, code);
  return {
    code: "UNREACHABLE",
    detail: `${at} does not answer (${code})`,
    advice: `Check that Asterisk's machine is up and that no firewall between here and there drops TCP port ${port}`,
  };
}

export function portOf({ url }: Pick<ParsedOptions, "url">): string {
  const { port, protocol } = new URL(url);
  return port || (protocol === "https:" ? "443" : "80");
}

/** @returns what an HTTP status means that ARI should not have given to `GET asterisk/ping`. */
export function explainStatus(
  options: ParsedOptions,
  answer: { status: number; server: string; json: unknown },
): Words | null {
  const { username } = options;
  if (answer.status === 401)
    return {
      code: "UNAUTHENTICATED",
      detail: `Asterisk does not accept the user "${username}" with this password (HTTP 401)`,
      advice: `In ari.conf give section [${username}] the lines type = user and password = the one used here (ASTERISK_PASSWORD); then CLI "module reload res_ari.so"`,
    };
  if (answer.status === 403)
    return {
      code: "ADDRESS_REFUSED",
      detail: `Asterisk refuses the user "${username}" from this machine's address (HTTP 403)`,
      advice: `In ari.conf [${username}] permit this machine's address (permit, deny, acl), and see restrict in http.conf; then CLI "module reload res_ari.so"`,
    };
  const isJson = answer.json !== null && typeof answer.json === "object";
  if (answer.status === 503 && (isJson || answer.server.startsWith("Asterisk")))
    return {
      code: "STARTING",
      detail: "Asterisk is still starting, or shutting down (HTTP 503)",
      advice: 'Wait until it says "Asterisk Ready."; it is tried again by itself',
    };
  if (isJson && answer.status === 404 && /\/ari\/?$/.test(new URL(options.url).pathname))
    return {
      code: "ARI_OFF",
      detail: "The address ends in /ari, and below that there is no ARI",
      advice: "Take /ari off the end of the address (ASTERISK_URL): Earshot adds it itself",
    };
  if (isJson) return null;
  if (answer.server.startsWith("Asterisk") && answer.status === 404)
    return {
      code: "ARI_OFF",
      detail: "Asterisk's HTTP server is up, but has no ARI (HTTP 404)",
      advice: `In ari.conf [general] set enabled = yes, let modules.conf load res_ari.so, then CLI "module reload res_ari.so". With a prefix in http.conf the address ends in it; it never ends in /ari`,
    };
  return notAsterisk(options, `HTTP ${answer.status}`);
}

function notAsterisk({ url }: Pick<ParsedOptions, "url">, answered: string): Words {
  return {
    code: "NOT_ASTERISK",
    detail: `What answers at ${new URL(url).host} is not Asterisk's HTTP server (${answered})`,
    advice:
      "The address (ASTERISK_URL) must be the one of http.conf bindaddr and bindport (usually 8088), with its prefix if it has one, and no other web server between",
  };
}
