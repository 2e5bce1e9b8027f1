import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { decodeMulaw, encodeMulaw } from "@/lib/audio/g711";
import { FRAME_MS } from "@/lib/contract/audio-frame";
import { CODES, MarkFinder, markedFrame, monotonicMs, pauseUntilNextMark, type TimedMark } from "./marks";

const SAMPLE_RATE = 8_000;
const FRAME_SAMPLES = (SAMPLE_RATE * FRAME_MS) / 1000;
/** RTP version 2, RFC 3550 §5.1; payload type 0 is PCMU (RFC 3551). */
const HEADER_BYTES = 12;
const VERSION = 0x80;
const SILENCE = encodeMulaw(new Int16Array(FRAME_SAMPLES));

/** Mouth and ear of one phone: a packet every 20 ms by a clock of its own, silence but for the marks. */
export class RtpVoice {
  #said: TimedMark[] = [];
  #heard: TimedMark[] = [];
  readonly #socket: Socket;
  readonly #finder: MarkFinder;
  readonly #ssrc = Math.floor(Math.random() * 2 ** 32);
  #startedAt = 0;
  #packets = 0;
  #isSpeaking = false;
  #nextMarkAt = 0;
  #code = 0;
  #timer: NodeJS.Timeout | undefined;

  private constructor(private readonly extension: number) {
    this.#socket = createSocket("udp4");
    this.#finder = new MarkFinder({
      sampleRate: SAMPLE_RATE,
      found: (mark) => this.#heard.push({ extension, ...mark }),
    });
    this.#socket.on("message", (packet) => {
      const at = monotonicMs();
      this.#finder.push(decodeMulaw(packet.subarray(HEADER_BYTES)), { at });
    });
    // A packet to a call that has just ended is answered by ICMP.
    this.#socket.on("error", () => {});
  }

  static async open(extension: number): Promise<RtpVoice> {
    const voice = new RtpVoice(extension);
    voice.#socket.bind(0, "127.0.0.1");
    await once(voice.#socket, "listening");
    return voice;
  }

  get port(): number {
    return this.#socket.address().port;
  }

  /** Sends to this port of Asterisk from now on. A connected socket needs no look-up, which would delay each packet. */
  async start(port: number): Promise<void> {
    this.#socket.connect(port, "127.0.0.1");
    await once(this.#socket, "connect");
    // Phones' clocks know nothing of each other.
    this.#startedAt = monotonicMs() + Math.random() * FRAME_MS;
    this.#later();
  }

  speak(isSpeaking: boolean): void {
    this.#isSpeaking = isSpeaking;
    this.#nextMarkAt = monotonicMs() + pauseUntilNextMark();
  }

  /** @returns the marks since the last time. */
  take(): { said: TimedMark[]; heard: TimedMark[] } {
    const taken = { said: this.#said, heard: this.#heard };
    this.#said = [];
    this.#heard = [];
    return taken;
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#socket.close();
  }

  #later(): void {
    const dueAt = this.#startedAt + this.#packets * FRAME_MS;
    this.#timer = setTimeout(() => this.#tick(), Math.max(0, dueAt - monotonicMs()));
  }

  #tick(): void {
    const isMarked = this.#isSpeaking && monotonicMs() >= this.#nextMarkAt;
    const packet = this.#packet(
      isMarked ? encodeMulaw(markedFrame({ code: this.#code, sampleRate: SAMPLE_RATE })) : SILENCE,
    );
    const at = monotonicMs();
    this.#socket.send(packet);
    if (isMarked) {
      this.#said.push({ extension: this.extension, code: this.#code, at });
      this.#code = (this.#code + 1) % CODES;
      this.#nextMarkAt = at + pauseUntilNextMark();
    }
    this.#packets += 1;
    this.#later();
  }

  #packet(payload: Uint8Array): Buffer {
    const packet = Buffer.alloc(HEADER_BYTES + payload.length);
    packet[0] = VERSION;
    packet.writeUInt16BE(this.#packets & 0xffff, 2);
    packet.writeUInt32BE((this.#packets * FRAME_SAMPLES) >>> 0, 4);
    packet.writeUInt32BE(this.#ssrc, 8);
    packet.set(payload, HEADER_BYTES);
    return packet;
  }
}
