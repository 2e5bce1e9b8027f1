import { Play, Square } from "lucide-react";
import { formatPosition } from "@/components/calls/format";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card, CardContent, CardHeader, CardTitle } from "@/components/ui/card";
import type { Intervention, MomentResult } from "@/lib/rehearsal/schema";
import { type Coach, offeredWords, outcomeLooks } from "./rehearsal-words";
import type { Excerpt, useExcerpt } from "./use-excerpt";

type Player = Pick<ReturnType<typeof useExcerpt>, "playing" | "toggle">;

/** Heard before a moment's cue, and after it was decided, so that one hears what it was about and what came of it. */
const BEFORE_MS = 2000;
const AFTER_MS = 8000;

/** One moment of a rehearsal: what was to be said, what was said and how fast, and the sound of it. */
export function MomentCard({ moment, coach, player }: { moment: MomentResult; coach: Coach; player: Player }) {
  const { word, explains, icon: Icon, variant } = outcomeLooks[moment.outcome];
  const { cueMs, decidedMs, reactionMs, answer, offered } = moment;
  return (
    <li>
      <Card>
        <CardHeader>
          <CardTitle className="flex flex-wrap items-center gap-2">
            <Badge variant={variant}>
              <Icon aria-hidden /> {word}
            </Badge>
            <span>{moment.advice}</span>
          </CardTitle>
          {cueMs !== null && decidedMs !== null && (
            <Replay
              player={player}
              label={`Replay: ${moment.advice}`}
              excerpt={{ key: moment.moment, fromMs: cueMs - BEFORE_MS, toMs: decidedMs + AFTER_MS }}
            />
          )}
        </CardHeader>
        <CardContent className="grid gap-1 text-13">
          <p className="text-muted-foreground">{explains(coach)}</p>
          {answer && (
            <p>
              {coach.name} {answer.text ? `said “${answer.text}”` : `spoke in ${coach.voice}`} at{" "}
              {formatPosition(answer.atMs)}
              {reactionMs !== null && `, ${(reactionMs / 1000).toFixed(1)} s after the customer began`}.
            </p>
          )}
          {offered.map(({ text, atMs, state }) => (
            <p key={`${atMs}-${text}`} className="text-muted-foreground">
              {formatPosition(atMs)} suggestion “{text}” {offeredWords[state]}.
            </p>
          ))}
        </CardContent>
      </Card>
    </li>
  );
}

/** What answered no moment. */
export function NeedlessList(given: { needless: Intervention[]; coach: Coach; player: Player }) {
  const { needless, coach, player } = given;
  if (needless.length === 0) return null;
  return (
    <section aria-labelledby="needless" className="grid gap-2">
      <h2 id="needless" className="font-medium text-13">
        Needless
      </h2>
      <ul className="divide-y rounded-lg border bg-card">
        {needless.map((one) => {
          const words = one.text ? `“${one.text}”` : coach.voice;
          const key = `needless-${one.atMs}-${one.kind}`;
          return (
            <li key={key} className="flex items-center justify-between gap-3 px-4 py-2 text-13">
              <span>
                <span className="text-muted-foreground tabular-nums">{formatPosition(one.atMs)}</span> {words}
              </span>
              <Replay
                player={player}
                label={`Replay: ${words}`}
                excerpt={{ key, fromMs: one.atMs - BEFORE_MS, toMs: one.endMs + BEFORE_MS }}
              />
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function Replay({ player, excerpt, label }: { player: Player; excerpt: Excerpt; label: string }) {
  const isPlaying = player.playing === excerpt.key;
  return (
    <Button
      variant="ghost"
      size="sm"
      aria-pressed={isPlaying}
      aria-label={isPlaying ? `Stop. ${label}` : label}
      onClick={() => player.toggle(excerpt)}
    >
      {isPlaying ? <Square aria-hidden /> : <Play aria-hidden />}
      {isPlaying ? "Stop" : "Replay"}
    </Button>
  );
}
