import { correlate } from "@/lib/audio/correlate";
import { decodeMulaw, encodeMulaw } from "@/lib/audio/g711";
import { resample } from "@/lib/audio/resample";
import { parseWav } from "@/lib/audio/wav";
import type { SipPhone } from "@/lib/telephony/testing/sip-phone";

/** Of the phones, Hz; a packet of theirs, samples. */
const RATE = 8_000;
const PACKET = 160;
/** How far packets may be late or lost between two phones before a measurement is worth nothing. */
const PACKETS_ASTRAY = 10;
const PIECE = RATE / 10;
/** Normalised correlation from which a piece counts as heard; of other speech at its best lag it is about 0.6. */
const IS_HEARD = 0.9;
/** The two phones' recordings are put beside each other by their ends, which is right to some packets. */
const SEARCH = RATE / 2;
/** Two decoders of G.711 differ by so much, of 32767. */
const ROUNDING = 2;
/** Nothing at all of a clip is a figure, too. */
const LOWEST_DB = -120;

/** Both sides of a phone, 8 kHz, up to the same moment. */
type Recorded = { heard: Int16Array; said: Int16Array };

/** Reads the phones one right after the other: their recordings end together, to some packets. */
export function readPhones({
  agent,
  caller,
}: Record<"agent" | "caller", SipPhone>): Record<"agent" | "caller", Recorded> {
  const [agentHeard, callerHeard] = [agent.heard(), caller.heard()];
  return {
    agent: { heard: agentHeard, said: agent.said() },
    caller: { heard: callerHeard, said: caller.said() },
  };
}

/**
 * Measures at the phones themselves what each party heard of a clip (WAV). Of the agent, in pieces of a tenth of a second: which
 * share of the clip's energy, how loud (1: as it was made), and how much later its last piece came than its first, because
 * a whisper waits for a packet now and then. Of the caller: the most that can be found within half a second of where
 * the agent heard it, dB below the clip, and the loudest sample that came from elsewhere.
 */
export function measureAtPhones(options: { agent: Recorded; caller: Recorded; clip: Uint8Array }) {
  const { agent, caller } = options;
  const clip = clipAtRate(options.clip);
  const atAgent = fromElsewhere({ heard: agent.heard, said: caller.said });
  const atCaller = fromElsewhere({ heard: caller.heard, said: agent.said });
  const { lagSamples } = correlate({ clip, signal: atAgent });
  const place = lagSamples + atCaller.length - atAgent.length;
  const lags = { from: place - SEARCH, to: place + SEARCH };
  const leak = correlate({ clip, signal: atCaller, lags });
  const window = atCaller.subarray(Math.max(0, lags.from), lags.to + clip.length);
  return {
    agent: piecesOf(clip, { signal: atAgent, lagSamples }),
    caller: {
      gainDb: Math.max(LOWEST_DB, 20 * Math.log10(Math.abs(leak.gain))),
      peak: window.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0),
      seconds: window.length / RATE,
    },
  };
}

/** What one phone heard less what the other one said, packet by packet: what came from neither of the two people. */
function fromElsewhere({ heard, said }: Recorded): Int16Array {
  const coded = decodeMulaw(encodeMulaw(said));
  const rest = new Int16Array(heard.length);
  for (let at = 0; at < heard.length; at += PACKET) {
    const packet = heard.subarray(at, at + PACKET);
    // Where nothing was lost or late the packet in the same place fits; of equal ones it is the one to take.
    let best = difference(packet, { coded, from: at });
    for (let astray = 1; astray <= PACKETS_ASTRAY && best.peak > ROUNDING; astray++)
      for (const from of [at - astray * PACKET, at + astray * PACKET]) {
        const other = difference(packet, { coded, from });
        if (other.energy < best.energy) best = other;
      }
    rest.set(best.samples, at);
  }
  return rest;
}

function difference(packet: Int16Array, { coded, from }: { coded: Int16Array; from: number }) {
  const samples = packet.map((sample, index) => clamp(sample - (coded[from + index] ?? 0)));
  const peak = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
  return { samples, energy: energyOf(samples), peak };
}

function piecesOf(clip: Int16Array, { signal, lagSamples }: { signal: Int16Array; lagSamples: number }) {
  const found = Array.from({ length: Math.floor(clip.length / PIECE) }, (_, at) => {
    const samples = clip.subarray(at * PIECE, (at + 1) * PIECE);
    const place = lagSamples + at * PIECE;
    const lags = { from: place - PACKETS_ASTRAY * PACKET, to: place + PACKETS_ASTRAY * PACKET };
    const { correlation, gain, lagSamples: lag } = correlate({ clip: samples, signal, lags });
    return { energy: energyOf(samples), isHeard: correlation >= IS_HEARD, gain, late: lag - place };
  });
  const heard = found.filter(({ isHeard }) => isHeard);
  const energy = heard.reduce((sum, piece) => sum + piece.energy, 0);
  const weighted = heard.reduce((sum, piece) => sum + piece.energy * piece.gain, 0);
  const [first, last] = [heard.at(0), heard.at(-1)];
  return {
    share: energy / energyOf(clip),
    gain: weighted / energy,
    delayedMs: (((last?.late ?? 0) - (first?.late ?? 0)) * 1_000) / RATE,
  };
}

function clipAtRate(wav: Uint8Array): Int16Array {
  const { channels, sampleRate } = parseWav(wav);
  return resample(channels[0] ?? new Int16Array(0), { from: sampleRate, to: RATE });
}

function energyOf(samples: Int16Array): number {
  return samples.reduce((sum, sample) => sum + sample * sample, 0);
}

function clamp(sample: number): number {
  return Math.max(-32_768, Math.min(32_767, sample));
}
