import { createServer, type Server } from "node:net";

/** A server's ports and those of its phones lie in one block, below the ephemeral ports (32768 and up on Linux). */
const FIRST_BLOCK = 10_000;
const BLOCK_SIZE = 2_000;
const BLOCKS = 11;
/** baresip takes its SIP port, the next one (TLS), and we give it the one after for commands. */
const PORTS_PER_PHONE = 4;
const FIRST_EXTENSION = 100;

/** Ports of one Asterisk on 127.0.0.1, and of everything that talks to it. */
export class LabPorts {
  private constructor(
    private readonly base: number,
    private readonly claim: Server,
  ) {}

  /** Claims a block for as long as `release` is not called. @throws Error where all are taken. */
  static async claim(): Promise<LabPorts> {
    for (let block = 0; block < BLOCKS; block++) {
      const base = FIRST_BLOCK + block * BLOCK_SIZE;
      const claim = await tryToListen(base);
      if (claim) return new LabPorts(base, claim);
    }
    throw new Error(`all ${BLOCKS} blocks of lab ports are taken: an AsteriskServer was not stopped`);
  }

  /** 1 for the first block; distinguishes servers that run side by side. */
  get number(): number {
    return (this.base - FIRST_BLOCK) / BLOCK_SIZE + 1;
  }

  get http(): number {
    return this.base + 1;
  }

  get sip(): number {
    return this.base + 10;
  }

  /** SIP port of the phone with this extension (100–299); + 2 is its command port. */
  phone(extension: number): number {
    return this.base + 100 + (extension - FIRST_EXTENSION) * PORTS_PER_PHONE;
  }

  /** Asterisk's own RTP ports. */
  get serverRtp(): { from: number; to: number } {
    return { from: this.base + 1_000, to: this.base + 1_499 };
  }

  get phoneRtp(): { from: number; to: number } {
    return { from: this.base + 1_500, to: this.base + 1_999 };
  }

  release(): Promise<void> {
    return new Promise((resolve) => this.claim.close(() => resolve()));
  }
}

function tryToListen(port: number): Promise<Server | null> {
  return new Promise((resolve) => {
    const server = createServer((socket) => socket.destroy());
    server.once("error", () => resolve(null));
    server.listen(port, "127.0.0.1", () => {
      server.unref();
      resolve(server);
    });
  });
}
