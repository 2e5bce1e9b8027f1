import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import next from "next";
import { stampClientAddress } from "@/lib/auth/client-address";
import type { Env } from "@/lib/platform/env";
import { projectRoot } from "@/lib/platform/paths";
import type { PhoneProxy } from "./phone-proxy";

export type WebServer = {
  http: Server;
  /** Begins to answer pages; until then every request gets 503. */
  open(): Promise<void>;
  /** @returns the address people type. @throws Error that says what to do where the port is taken */
  listen(): Promise<string>;
  close(): Promise<void>;
};

/** HTTP for Next's pages and routes. Socket.IO attaches itself to `http`, softphones have a path of their own. */
export function createWebServer({ env, phones }: { env: Env; phones: PhoneProxy }): WebServer {
  let handle: RequestListener | null = null;
  const http = createServer((request, response) => {
    stampClientAddress(request, { behindProxy: env.PUBLIC_URL !== undefined });
    if (phones.answer(request, response)) return;
    if (handle) return void handle(request, response);
    response.writeHead(503, { "retry-after": "2", "content-type": "text/plain" }).end("Earshot is starting.\n");
  });
  phones.attach(http);
  const pages = next({
    dev: env.NODE_ENV === "development",
    dir: projectRoot,
    hostname: env.HOST,
    port: env.PORT,
    httpServer: http,
  });
  return {
    http,
    async open() {
      await pages.prepare();
      handle = pages.getRequestHandler();
    },
    listen: () => listen(http, { env }),
    async close() {
      phones.close();
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
      await pages.close();
    },
  };
}

async function listen(http: Server, { env }: { env: Env }): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    http.once("error", (error: NodeJS.ErrnoException) =>
      reject(
        error.code === "EADDRINUSE"
          ? new Error(`Port ${env.PORT} is taken. Stop what uses it, or choose another: PORT=3001 npm start`)
          : error,
      ),
    );
    http.listen(env.PORT, env.HOST, resolve);
  });
  const { port } = http.address() as AddressInfo;
  const host = env.HOST.includes(":") ? `[${env.HOST}]` : env.HOST;
  return env.PUBLIC_URL ?? `http://${host === "0.0.0.0" ? "127.0.0.1" : host}:${port}`;
}
