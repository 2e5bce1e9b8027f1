import type { Actor } from "@/lib/contract/call";
import type { Suggestion, Urgency } from "@/lib/contract/coaching";
import type { DomainEvent, DomainEventOf } from "@/lib/contract/domain-events";
import { type Advice, type Advisor, causeOf } from "./advisor";
import { AgentDesk } from "./agent-desk";
import { AgentPause } from "./agent-pause";
import { CallFold } from "./call-fold";
import type { ClipMaker } from "./clip-maker";
import { CombinedAdvisor } from "./combined-advisor";
import { type CoachingSettings, defaultTeamCoaching, SUPERVISOR_RULE } from "./constants";
import { DecisionDesk, wordsOf } from "./decision-desk";
import { DeliveryQueue } from "./delivery-queue";
import type { FailureLog } from "./failure-log";
import { ProposalLimits } from "./proposal-limits";
import { newSuggestion, type Proposal } from "./state";
import { clipRefOf, type Entry, SuggestionBook } from "./suggestion-book";
import type { CoachingDeps, TeamCoaching } from "./types";

type Deps = Omit<CoachingDeps, "settings" | "clips"> & {
  settings: CoachingSettings;
  clips: ClipMaker;
  failures: FailureLog;
  /** Null where the policy cannot be had: then nothing is proposed. */
  policy: (call: CallFold) => Promise<TeamCoaching | null>;
};
type OwnProposal = Pick<Proposal, "words" | "by" | "expiryMs"> & Pick<Entry, "clip" | "origin">;

const urgencyOrder: Record<Urgency, number> = { urgent: 0, normal: 1, low: 2 };
const system: Actor = { kind: "system" };

/** Everything live about the coaching of one call. */
export class CallCoach {
  readonly book: SuggestionBook;
  readonly desk: DecisionDesk;
  readonly queue: DeliveryQueue;
  readonly agentDesk: AgentDesk;
  readonly #fold: CallFold;
  readonly #pause: AgentPause;
  readonly #limits: ProposalLimits;
  readonly #advisors: CombinedAdvisor;
  #obstacle: string | null = null;

  constructor(
    private readonly deps: Deps,
    arrival: DomainEventOf<"call.arrived">,
  ) {
    const { callId } = arrival;
    this.#fold = new CallFold(arrival);
    this.#pause = new AgentPause(deps);
    this.#limits = new ProposalLimits(deps.settings);
    this.book = new SuggestionBook({ ...deps, callId });
    this.queue = new DeliveryQueue({ ...deps, callId, book: this.book, pause: this.#pause });
    this.desk = new DecisionDesk({ ...deps, book: this.book, queue: this.queue, obstacle: () => this.obstacle });
    this.agentDesk = new AgentDesk({
      ...{ ...deps, callId, book: this.book, queue: this.queue, pause: this.#pause },
      obstacle: () => this.#deskObstacle,
      again: ({ words, by, clip }) => this.#sayAtOnce({ words, by, clip, force: false }),
    });
    this.#advisors = new CombinedAdvisor({
      ...deps,
      callId,
      picture: () => (this.#fold.isCoachable ? this.#fold.picture(deps.clock.now()) : null),
      onAdvice: (answer) => this.#consider(answer),
    });
  }

  /** Why nothing can be spoken on this call now, for people; null: it can. */
  get obstacle(): string | null {
    if (this.#obstacle) return this.#obstacle;
    return this.#fold.isCoachable ? null : "The agent is not on the line yet.";
  }

  apply(event: DomainEvent): void {
    this.#fold.apply(event);
    this.#pause.apply(event);
    if (event.type === "call.ended") this.close("The call has ended.");
    else if (event.type === "call.monitoring_changed") this.#onMonitoring(event);
    else if (event.type === "utterance.final") {
      this.#age();
      this.#advisors.ask("words");
    } else if (
      event.type === "talk.measured" ||
      event.type === "sentiment.measured" ||
      event.type === "topics.detected"
    )
      this.#advisors.ask("talk");
  }

  /** A supervisor's own words, approved as they are sent. @throws AppError WRONG_STATE, UNAVAILABLE, INVALID */
  async compose({ text, force, by }: { text: string; force: boolean; by: Actor }): Promise<Suggestion> {
    const words = wordsOf(text);
    this.desk.assertPossible();
    const clip = await this.deps.clips.make(words);
    const told = { rule: SUPERVISOR_RULE, ruleLabel: "Supervisor's words", urgency: "normal" as const, evidence: [] };
    return this.#sayAtOnce({ words: { ...told, text: words, reason: "Written by a supervisor." }, by, force, clip });
  }

  /** Proposed and approved by the same person. @throws AppError WRONG_STATE */
  async #sayAtOnce({ force, ...own }: Pick<OwnProposal, "words" | "by" | "clip"> & { force: boolean }) {
    this.desk.assertPossible();
    const entry = this.#propose({ ...own, origin: null, expiryMs: defaultTeamCoaching.expiryMs });
    return this.desk.approve({ entry, by: own.by, force });
  }

  /** Nothing more happens on this call; whatever was open ends with this reason. */
  close(why: string): void {
    this.#advisors.stop();
    this.#halt(why);
    this.book.close();
  }

  get #deskObstacle(): string | null {
    if (this.#fold.isOver) return "This call is over.";
    return this.#fold.isConnected ? null : "The call is not connected yet.";
  }

  #onMonitoring({ monitoring }: DomainEventOf<"call.monitoring_changed">): void {
    if (monitoring === "lost") this.#halt("The connection to the call was lost.");
    else if (monitoring === "left") this.#halt("Earshot has left the call.");
    else this.#obstacle = null;
  }

  #halt(why: string): void {
    this.#obstacle = why;
    this.desk.expireAll(why);
    this.queue.failAll(why);
  }

  /** The talk has moved on: so many turns since the evidence. */
  #age(): void {
    for (const entry of this.book.open)
      if (this.#fold.finals - entry.anchor >= this.deps.settings.staleAfterUtterances) this.#markStale(entry);
  }

  #markStale(entry: Entry): void {
    if (entry.origin && !entry.suggestion.stale) this.book.patch(entry, { stale: true });
  }

  /** An advisor's answer: what no longer holds goes stale; what is new is proposed, the urgent first. */
  async #consider({ advisor, advice }: { advisor: Advisor; advice: Advice[] }): Promise<void> {
    if (advisor.restates) this.#markVanished({ advisor, causes: new Set(advice.map(causeOf)) });
    const fresh = advice.filter(
      (item) => !this.#isOutdated(item) && this.#mayPropose({ advice: item, maxPerMinute: Infinity }),
    );
    if (fresh.length === 0) return;
    const policy = await this.deps.policy(this.#fold);
    if (!policy || policy.whisperPolicy === "off" || !this.#fold.isCoachable) return;
    for (const item of fresh.sort((one, other) => urgencyOrder[one.urgency] - urgencyOrder[other.urgency]))
      this.#proposeAdvice({ advice: item, advisor, policy });
  }

  #markVanished({ advisor, causes }: { advisor: Advisor; causes: Set<string> }): void {
    for (const entry of this.book.open)
      if (entry.origin?.advisor === advisor.name && !causes.has(entry.origin.cause)) this.#markStale(entry);
  }

  /** Number of the last final utterance the advice rests on; without evidence, the last one there is. */
  #anchorOf(advice: Pick<Advice, "evidence">): number {
    const ordinals = advice.evidence.map((item) => this.#fold.ordinalOf(item.utteranceId) ?? 0);
    return ordinals.length > 0 ? Math.max(...ordinals) : this.#fold.finals;
  }

  #isOutdated(advice: Advice): boolean {
    return this.#fold.finals - this.#anchorOf(advice) >= this.deps.settings.staleAfterUtterances;
  }

  #mayPropose({ advice, maxPerMinute }: { advice: Advice; maxPerMinute: number }): boolean {
    const { rule, text } = advice;
    const { unfinished } = this.book;
    const now = this.deps.clock.now();
    return (
      this.#limits.allows({ rule, cause: causeOf(advice), now, unfinished, maxPerMinute }) && !this.book.isOpen(text)
    );
  }

  #proposeAdvice({ advice, advisor, policy }: { advice: Advice; advisor: Advisor; policy: TeamCoaching }): void {
    const { maxPerMinute, whisperPolicy, expiryMs } = policy;
    if (!this.#mayPropose({ advice, maxPerMinute })) return;
    const cause = causeOf(advice);
    this.#limits.note({ rule: advice.rule, cause, now: this.deps.clock.now() });
    const origin = { advisor: advisor.name, cause };
    const entry = this.#propose({ words: advice, by: system, origin, clip: null, expiryMs });
    this.deps.clips.prepare({ entry, book: this.book }).catch((error: unknown) => {
      this.deps.failures.warn({ key: "clip", error, message: "clip of a suggestion could not be made" });
    });
    if (whisperPolicy === "automatic") this.desk.approveAutomatically(entry);
  }

  #propose({ clip, origin, ...proposal }: OwnProposal): Entry {
    const suggestion = newSuggestion({
      ...proposal,
      suggestionId: this.deps.ids.suggestionId(),
      callId: this.#fold.info.callId,
      at: this.deps.clock.now(),
    });
    const entry = this.book.add({
      suggestion: clip ? { ...suggestion, clip: clipRefOf(clip) } : suggestion,
      clip,
      origin,
      anchor: this.#anchorOf(proposal.words),
    });
    this.desk.watch(entry);
    return entry;
  }
}
