/** First releases in which everything that we use is there: JSON control of chan_websocket (its documentation, "Since"). */
const FIRST_MINOR: ReadonlyMap<number, number> = new Map([
  [20, 18],
  [22, 8],
  [23, 2],
]);
/** Releases with the changed whisper audiohook (pull request 1967) that asterisk#2134, open in September 2026, reports on. */
const DOUBTFUL_WHISPER: ReadonlyMap<number, number> = new Map([
  [20, 21],
  [22, 11],
  [23, 5],
]);
const TRIED = "22.10";

export type VersionVerdict = "tried" | "fine" | "whisper-doubtful" | "too-old" | "unknown";

/** @param version as `GET asterisk/info` tells it: `22.10.1+dfsg+~cs6…`, `certified-20.7-cert5`, `GIT-master-1a2b3c`. */
export function judgeVersion(version: string): VersionVerdict {
  const [, majorText, minorText] = /^(\d+)\.(\d+)/.exec(version) ?? [];
  if (majorText === undefined || minorText === undefined) return "unknown";
  const [major, minor] = [Number(majorText), Number(minorText)];
  if (`${major}.${minor}` === TRIED) return "tried";
  const first = FIRST_MINOR.get(major);
  if (first === undefined) return major > 23 ? "fine" : "too-old";
  if (minor < first) return "too-old";
  const doubtful = DOUBTFUL_WHISPER.get(major);
  return doubtful !== undefined && minor >= doubtful ? "whisper-doubtful" : "fine";
}
