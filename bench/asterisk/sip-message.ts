/** What the benchmark's phones need of a SIP message (RFC 3261 §7). */
export type SipMessage = {
  startLine: string;
  /** Empty for a response. */
  method: string;
  /** 0 for a request. */
  status: number;
  /** Lower-case name → values, in order. */
  headers: ReadonlyMap<string, readonly string[]>;
  body: string;
};

export function parseSip(text: string): SipMessage {
  const end = text.indexOf("\r\n\r\n");
  const [startLine = "", ...lines] = text.slice(0, end).split("\r\n");
  const headers = new Map<string, string[]>();
  for (const line of lines) {
    const colon = line.indexOf(":");
    const name = line.slice(0, colon).trim().toLowerCase();
    headers.set(name, [...(headers.get(name) ?? []), line.slice(colon + 1).trim()]);
  }
  const status = Number(/^SIP\/2\.0 (\d{3})/.exec(startLine)?.[1] ?? 0);
  const method = status === 0 ? (startLine.split(" ")[0] ?? "") : "";
  return { startLine, method, status, headers, body: text.slice(end + 4) };
}

export function formatSip(message: {
  startLine: string;
  headers: readonly (readonly [string, string])[];
  sdp?: string;
}) {
  const { startLine, headers, sdp = "" } = message;
  const type: [string, string][] = sdp ? [["Content-Type", "application/sdp"]] : [];
  const all = [...headers, ...type, ["Content-Length", String(sdp.length)]];
  return `${startLine}\r\n${all.map(([name, value]) => `${name}: ${value}`).join("\r\n")}\r\n\r\n${sdp}`;
}

/** @returns a session of PCMU at this port of 127.0.0.1 (RFC 4566). */
export function pcmuSession(port: number): string {
  const lines = [
    ...["v=0", "o=- 1 1 IN IP4 127.0.0.1", "s=-", "c=IN IP4 127.0.0.1", "t=0 0"],
    ...[`m=audio ${port} RTP/AVP 0`, "a=rtpmap:0 PCMU/8000", "a=ptime:20", "a=sendrecv"],
  ];
  return `${lines.join("\r\n")}\r\n`;
}

/** @returns the port that the other side wants its audio at. @throws Error where it names none */
export function audioPortOf({ body, startLine }: SipMessage): number {
  const port = Number(/^m=audio (\d+) /m.exec(body)?.[1]);
  if (!port) throw new Error(`no audio port in ${startLine}`);
  return port;
}
