import { saturate } from "@/lib/audio/mix";
import { FRAME_MS, SAMPLE_RATE } from "@/lib/contract/audio-frame";

/** Rows and columns of the keypad, Hz (ITU-T Q.23). */
const LOW = [697, 770, 852, 941] as const;
const HIGH = [1209, 1336, 1477, 1633] as const;
const KEYPAD = "123A456B789C*0#D";
const TONE_FRAMES = 80 / FRAME_MS;
const PAUSE_FRAMES = 60 / FRAME_MS;
/** Of full scale; the high group is the louder one by 2 dB, because lines weaken it more (Q.24). */
const AMPLITUDE = { low: 0.16, high: 0.2 } as const;
/** Without clicks. */
const FADE_SAMPLES = SAMPLE_RATE * 0.002;
const MAX_QUEUED = 64;

/** @returns the two frequencies of a key, Hz; null: no such key. */
export function frequenciesOf(digit: string): { low: number; high: number } | null {
  const at = digit.length === 1 ? KEYPAD.indexOf(digit) : -1;
  const low = LOW[Math.floor(at / 4)];
  const high = HIGH[at % 4];
  return low === undefined || high === undefined ? null : { low, high };
}

/** Pressed keys on their way into a party's audio: 80 ms of tone, 60 ms of pause. */
export class DtmfSender {
  #queue: { low: number; high: number }[] = [];
  #frame = 0;

  /** @returns false where more keys wait than can. */
  press(digits: string): boolean {
    const tones = [...digits].flatMap((digit) => frequenciesOf(digit) ?? []);
    if (this.#queue.length + tones.length > MAX_QUEUED) return false;
    this.#queue.push(...tones);
    return true;
  }

  /** Adds the next 20 ms to what the party says. */
  mixInto(samples: Int16Array): void {
    const [tone] = this.#queue;
    if (!tone) return;
    if (this.#frame < TONE_FRAMES) addTone(samples, { ...tone, from: this.#frame * samples.length });
    this.#frame += 1;
    if (this.#frame < TONE_FRAMES + PAUSE_FRAMES) return;
    this.#frame = 0;
    this.#queue.shift();
  }
}

function addTone(samples: Int16Array, { low, high, from }: { low: number; high: number; from: number }): void {
  const end = TONE_FRAMES * samples.length;
  for (let at = 0; at < samples.length; at++) {
    const place = from + at;
    const fade = Math.min(1, place / FADE_SAMPLES, (end - place) / FADE_SAMPLES);
    const wave = (frequency: number) => Math.sin((2 * Math.PI * frequency * place) / SAMPLE_RATE);
    const tone = AMPLITUDE.low * wave(low) + AMPLITUDE.high * wave(high);
    samples[at] = saturate((samples[at] ?? 0) + Math.round(32_767 * fade * tone));
  }
}
