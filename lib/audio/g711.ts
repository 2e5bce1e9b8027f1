import { saturate } from "./mix";

/** ITU-T G.711. Samples are 16-bit linear (the standard's 14- and 13-bit values shifted left by 2 and 3). */
const MULAW_BIAS = 132;
const MULAW_CLIP = 32_635;

const mulawTable = Int16Array.from({ length: 256 }, (_, code) => {
  const bits = ~code & 0xff;
  const magnitude = ((((bits & 0x0f) << 3) + MULAW_BIAS) << ((bits >> 4) & 7)) - MULAW_BIAS;
  return bits & 0x80 ? -magnitude : magnitude;
});

const alawTable = Int16Array.from({ length: 256 }, (_, code) => {
  const bits = code ^ 0x55;
  const segment = (bits >> 4) & 7;
  const step = ((bits & 0x0f) << 4) + 8;
  const magnitude = segment === 0 ? step : (step + 0x100) << (segment - 1);
  return bits & 0x80 ? magnitude : -magnitude;
});

/** @returns µ-law bytes as samples. */
export function decodeMulaw(bytes: Uint8Array): Int16Array {
  return Int16Array.from(bytes, (code) => mulawTable[code] ?? 0);
}

/** @returns samples as µ-law bytes. */
export function encodeMulaw(samples: Int16Array): Uint8Array {
  return Uint8Array.from(samples, (sample) => {
    const sign = sample < 0 ? 0x80 : 0;
    const biased = Math.min(Math.abs(sample), MULAW_CLIP) + MULAW_BIAS;
    const segment = 31 - Math.clz32(biased) - 7;
    return ~(sign | (segment << 4) | ((biased >> (segment + 3)) & 0x0f)) & 0xff;
  });
}

/** @returns A-law bytes as samples. */
export function decodeAlaw(bytes: Uint8Array): Int16Array {
  return Int16Array.from(bytes, (code) => alawTable[code] ?? 0);
}

/** @returns samples as A-law bytes. */
export function encodeAlaw(samples: Int16Array): Uint8Array {
  return Uint8Array.from(samples, (sample) => {
    const sign = sample < 0 ? 0 : 0x80;
    // The standard counts negative values from −1 down, so that −1 and 0 are mirror images.
    const magnitude = saturate(sample < 0 ? -sample - 1 : sample);
    const segment = Math.max(0, 31 - Math.clz32(magnitude | 1) - 7);
    const mantissa = (magnitude >> (segment === 0 ? 4 : segment + 3)) & 0x0f;
    return (sign | (segment << 4) | mantissa) ^ 0x55;
  });
}
