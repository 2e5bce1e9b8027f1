import { randomInt } from "node:crypto";

/** No letter that looks like another: these are read from a terminal and typed. */
const ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789";
const GROUPS = 4;
const GROUP_LENGTH = 4;

/** @returns a password in the same alphabet, always the same for the same bytes. */
export function passwordFromBytes(bytes: Uint8Array): string {
  const letters = [...bytes.subarray(0, GROUPS * GROUP_LENGTH)]
    .map((byte) => ALPHABET[byte % ALPHABET.length])
    .join("");
  return (letters.match(new RegExp(`.{${GROUP_LENGTH}}`, "g")) ?? []).join("-");
}

/** @returns e.g. `k7qm-x2pd-9fwt-h3ra`: 16 of 31 letters, 79 bits. */
export function makeOneTimePassword(): string {
  const group = () => Array.from({ length: GROUP_LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join("");
  return Array.from({ length: GROUPS }, group).join("-");
}
