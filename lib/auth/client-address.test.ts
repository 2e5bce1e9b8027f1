import { IncomingMessage } from "node:http";
import { Socket } from "node:net";
import { describe, expect, it } from "vitest";
import { stampClientAddress } from "./client-address";
import { CLIENT_ADDRESS_HEADER } from "./constants";

function stamped(options: { forwarded?: string; own?: string; behindProxy: boolean }): string | string[] | undefined {
  const socket = new Socket();
  Object.defineProperty(socket, "remoteAddress", { value: "192.0.2.7" });
  const request = new IncomingMessage(socket);
  if (options.forwarded) request.headers["x-forwarded-for"] = options.forwarded;
  if (options.own) request.headers[CLIENT_ADDRESS_HEADER] = options.own;
  stampClientAddress(request, { behindProxy: options.behindProxy });
  return request.headers[CLIENT_ADDRESS_HEADER];
}

describe("stampClientAddress", () => {
  it("believes no header where there is no proxy", () => {
    expect(stamped({ forwarded: "203.0.113.1", own: "203.0.113.2", behindProxy: false })).toBe("192.0.2.7");
  });

  it("believes only what the nearest proxy wrote", () => {
    expect(stamped({ forwarded: "198.51.100.1, 203.0.113.1", own: "203.0.113.2", behindProxy: true })).toBe(
      "203.0.113.1",
    );
  });

  it("falls back to the socket where the proxy wrote nothing", () => {
    expect(stamped({ own: "203.0.113.2", behindProxy: true })).toBe("192.0.2.7");
  });
});
