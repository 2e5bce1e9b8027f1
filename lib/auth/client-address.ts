import type { IncomingMessage } from "node:http";
import { CLIENT_ADDRESS_HEADER } from "./constants";

/**
 * Writes the browser's address into the request, over whatever the browser wrote there: sign-in is limited by it.
 * Call it first for every request. `behindProxy` (PUBLIC_URL is set): the last entry of X-Forwarded-For, which our own
 * proxy wrote; earlier entries can be made up.
 */
export function stampClientAddress(request: IncomingMessage, options: { behindProxy: boolean }): void {
  const forwarded = request.headers["x-forwarded-for"];
  const last = (Array.isArray(forwarded) ? forwarded.join(",") : (forwarded ?? "")).split(",").at(-1)?.trim();
  const address = (options.behindProxy && last) || request.socket.remoteAddress;
  if (address) request.headers[CLIENT_ADDRESS_HEADER] = address;
  else delete request.headers[CLIENT_ADDRESS_HEADER];
}
