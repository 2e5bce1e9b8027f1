import { randomBytes } from "node:crypto";
import { WebSocket } from "ws";
import { socketOptions, socketUrl } from "./ari-socket";
import type { ParsedOptions } from "./options";
import { parseAriMessage } from "./wire";

/**
 * Opens a WebSocket as an application of a name that nobody has, without `subscribeAll`, and asks for a ping on it.
 *
 * @returns what went wrong, in words; null where the answer came.
 */
export function probeSocket(options: ParsedOptions, { limitMs }: { limitMs: number }): Promise<string | null> {
  const app = `${options.app}-check-${randomBytes(4).toString("hex")}`;
  const socket = new WebSocket(socketUrl(options, { app }), socketOptions(options));
  return new Promise((resolve) => {
    const limit = setTimeout(
      () => finish(wasOpen ? "it opens, but a request on it is not answered" : "no answer"),
      limitMs,
    );
    let wasOpen = false;
    const finish = (fault: string | null) => {
      clearTimeout(limit);
      if (fault === null) socket.close(1000);
      else socket.terminate();
      resolve(fault);
    };
    socket.on("open", () => {
      wasOpen = true;
      socket.send(JSON.stringify({ type: "RESTRequest", request_id: "check", method: "GET", uri: "asterisk/ping" }));
    });
    socket.on("message", (data) => {
      const message = parseAriMessage(String(data));
      if (message.kind === "response") finish(null);
    });
    socket.on("unexpected-response", (request, response) => {
      request.destroy();
      finish(`HTTP ${response.statusCode}`);
    });
    socket.on("error", (error) => finish(error.message.slice(0, 80)));
    socket.on("close", (code) => finish(`it was closed (${code})`));
  });
}
