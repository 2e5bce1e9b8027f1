import { randomInt } from "node:crypto";

/** No letter that looks like another: these are read from a terminal and typed. */
const ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789";
const GROUPS = 4;
const GROUP_LENGTH = 4;

/** @returns e.g. `k7qm-x2pd-9fwt-h3ra`: 16 of 31 letters, 79 bits. */
export function makeOneTimePassword(): string {
  const group = () => Array.from({ length: GROUP_LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join("");
  return Array.from({ length: GROUPS }, group).join("-");
}
