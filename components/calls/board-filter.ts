import type { BoardRow } from "@/lib/contract/board";
import type { BoardFilter } from "./board-url";
import { moodBand } from "./words";

/** Choices whose value is nobody's: calls to an extension without team or agent. */
const NOBODY = "none";

const passes = <T>(wanted: readonly T[], has: (value: T) => boolean) => wanted.length === 0 || wanted.some(has);

/** @returns whether a row passes every filter; several choices of one filter are alternatives. */
export function matchesFilter(row: BoardRow, filter: BoardFilter): boolean {
  const { info, mood, topics, alerts, mode } = row;
  return (
    passes(filter.team, (team) => team === (info.teamId ?? NOBODY)) &&
    passes(filter.agent, (agent) => agent === (info.agentId ?? NOBODY)) &&
    passes(filter.topic, (key) => topics.some((topic) => topic.key === key)) &&
    passes(filter.mood, (band) => mood !== null && moodBand(mood) === band) &&
    passes(filter.mode, (wanted) => wanted === (mode ?? "none")) &&
    passes(filter.alert, (severity) => alerts.some((alert) => alert.active && alert.severity === severity)) &&
    matchesWords(row, filter.q)
  );
}

/** Every word must occur somewhere; digits also match the number without its spaces. */
function matchesWords({ info, topics, alerts, lastLine }: BoardRow, q: string): boolean {
  const wanted = q.toLowerCase().split(/\s+/).filter(Boolean);
  if (wanted.length === 0) return true;
  const text = [
    info.agentName,
    info.teamName,
    info.callerName,
    info.callerNumber,
    info.callerNumber.replace(/\D/g, ""),
    info.calleeNumber,
    ...topics.map((topic) => topic.label),
    ...alerts.map((alert) => alert.label),
    lastLine,
  ]
    .join("\n")
    .toLowerCase();
  return wanted.every((word) => text.includes(word));
}

type Choice = { value: string; label: string };
export type BoardChoices = { team: Choice[]; agent: Choice[]; topic: Choice[] };

/** @returns the teams, agents and topics that occur, by name, without doubles. */
export function choicesOf(rows: BoardRow[]): BoardChoices {
  return {
    team: unique(rows.map(({ info }) => ({ value: info.teamId ?? NOBODY, label: info.teamName ?? "No team" }))),
    agent: unique(rows.map(({ info }) => ({ value: info.agentId ?? NOBODY, label: info.agentName ?? "No agent" }))),
    topic: unique(rows.flatMap(({ topics }) => topics.map(({ key, label }) => ({ value: key, label })))),
  };
}

function unique(choices: Choice[]): Choice[] {
  const byValue = new Map(choices.map((choice) => [choice.value, choice]));
  return [...byValue.values()].sort((a, b) => a.label.localeCompare(b.label));
}
