import type { ClientOptions } from "ws";
import { CONNECTOR_HEADER, type ProtocolErrorCode } from "@/lib/contract/call-control";
import { GatewayAuthenticationError, GatewayError, GatewayMediaError } from "@/lib/telephony/gateway-errors";
import { MAX_RESYNC_BYTES, type ParsedOptions } from "./options";

export function clientOptions(gateway: ParsedOptions): ClientOptions {
  const { credentials, connectorId, ca } = gateway;
  const headers: Record<string, string> = { [CONNECTOR_HEADER]: connectorId };
  if (credentials.kind === "api-key") headers.Authorization = `Bearer ${credentials.key}`;
  return {
    headers,
    ...(credentials.kind === "client-certificate" ? { cert: credentials.cert, key: credentials.key } : {}),
    ...(ca ? { ca } : {}),
    perMessageDeflate: false,
    // Above what is accepted, so that an oversized message is counted and dropped, and only a monstrous one cuts the line.
    maxPayload: 2 * MAX_RESYNC_BYTES,
  };
}

export function finalError({ code, message }: { code: string; message: string }): GatewayError {
  if (code === "UNAUTHENTICATED")
    return new GatewayAuthenticationError(code, { message: `the gateway refused our key or certificate: ${message}` });
  if (code === "UNSUPPORTED_VERSION") return new GatewayError(code, { message });
  return new GatewayMediaError(code, { message });
}

export const CODE_OF_STATUS = new Map<number, ProtocolErrorCode>([
  [401, "UNAUTHENTICATED"],
  [403, "UNAUTHENTICATED"],
  [404, "UNKNOWN_CALL"],
  [410, "CALL_CLOSED"],
]);

/** TLS alerts that a client certificate was wanted or not liked, and our own refusal of the gateway's certificate. */
export function isTlsRefusal(code: string): boolean {
  return (
    /^ERR_SSL_.*ALERT_.*(CERTIFICATE|UNKNOWN_CA|ACCESS_DENIED)/.test(code) ||
    /^(DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_VERIFY_LEAF_SIGNATURE|CERT_HAS_EXPIRED)$/.test(
      code,
    ) ||
    /^(UNABLE_TO_GET_ISSUER_CERT.*|ERR_TLS_CERT_ALTNAME_INVALID)$/.test(code)
  );
}

export function tlsAdvice(code: string): string {
  return code.startsWith("ERR_SSL_")
    ? `the gateway refused our client certificate (${code}); check GATEWAY_CERT_PATH and GATEWAY_KEY_PATH`
    : `the gateway's own certificate is not trusted (${code}); set GATEWAY_CA_PATH`;
}
