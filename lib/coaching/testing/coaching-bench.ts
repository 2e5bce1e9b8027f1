import type { Actor, Party } from "@/lib/contract/call";
import type { Suggestion } from "@/lib/contract/coaching";
import { type DomainEvent, domainEventSchema, type NewDomainEvent } from "@/lib/contract/domain-events";
import { callIdSchema, suggestionIdSchema, teamIdSchema, userIdSchema, utteranceIdSchema } from "@/lib/contract/ids";
import type { TalkMetrics } from "@/lib/contract/sentiment";
import { EventBus } from "@/lib/events/event-bus";
import { FakeClock } from "@/lib/platform/clock";
import { silentLogger } from "@/lib/platform/logger";
import type { Advisor } from "../advisor";
import type { CoachingSettings } from "../constants";
import { CoachingService } from "../service";
import type { TeamCoaching } from "../types";
import { FakeAdvisor } from "./fake-advisor";
import { FakeClips } from "./fake-clips";
import { FakeWhisperPort } from "./fake-whisper-port";

export const callId = callIdSchema.parse("call-1");
export const anna: Actor = { kind: "user", userId: userIdSchema.parse("u-anna"), name: "Anna" };
export const ben: Actor = { kind: "user", userId: userIdSchema.parse("u-ben"), name: "Ben" };
export const quiet: TalkMetrics = {
  callerTalkMs: 0,
  agentTalkMs: 0,
  overlapMs: 0,
  silenceMs: 0,
  currentSilenceMs: 0,
  agentTurnMs: 0,
  agentInterruptions: 0,
  callerWordsPerMinute: null,
  agentWordsPerMinute: null,
  elapsedMs: 0,
};

/** A service on fakes and a real bus, with one connected call; every event is checked against the contract. */
export class CoachingBench {
  readonly clock = new FakeClock();
  readonly bus = new EventBus({ clock: this.clock, logger: silentLogger });
  readonly clips = new FakeClips({ clock: this.clock });
  readonly whispers = new FakeWhisperPort({ clock: this.clock });
  readonly advisor: FakeAdvisor;
  readonly events: DomainEvent[] = [];
  readonly service: CoachingService;
  policy: TeamCoaching | Error = { whisperPolicy: "approve", expiryMs: 30_000, maxPerMinute: 6 };
  #ids = 0;
  #utterances = 0;

  constructor(options: { advisor?: FakeAdvisor; others?: Advisor[]; settings?: Partial<CoachingSettings> } = {}) {
    this.advisor = options.advisor ?? new FakeAdvisor();
    this.bus.subscribe((event) => this.events.push(domainEventSchema.parse(event)));
    this.service = new CoachingService({
      bus: this.bus,
      advisors: [this.advisor, ...(options.others ?? [])],
      clips: this.clips,
      whispers: this.whispers,
      policies: { forTeam: async () => this.#policy() },
      clock: this.clock,
      logger: silentLogger,
      ids: { suggestionId: () => suggestionIdSchema.parse(`s${++this.#ids}`) },
      ...(options.settings ? { settings: options.settings } : {}),
    });
    this.service.start();
  }

  arrive(changes: { state?: "PENDING" | "CONNECTED"; team?: string | null } = {}): void {
    const team = changes.team === undefined ? "team-1" : changes.team;
    this.publish({
      type: "call.arrived",
      callId,
      state: changes.state ?? "CONNECTED",
      mode: "spy",
      info: {
        callId,
        gateway: "fake",
        simulated: true,
        direction: "inbound",
        callerNumber: "1",
        callerName: null,
        calleeNumber: "2",
        agentId: null,
        agentName: null,
        teamId: team === null ? null : teamIdSchema.parse(team),
        teamName: null,
        startedAt: this.clock.now(),
      },
    });
  }

  publish(event: NewDomainEvent): void {
    this.bus.publish(event);
  }

  say(party: Party, text: string): ReturnType<typeof utteranceIdSchema.parse> {
    this.#utterances += 1;
    const utteranceId = utteranceIdSchema.parse(`u${this.#utterances}`);
    const startMs = this.#utterances * 5000;
    this.publish({
      type: "utterance.final",
      callId,
      utterance: { utteranceId, party, text, startMs, endMs: startMs + 3000, final: true },
    });
    return utteranceId;
  }

  measure(metrics: Partial<TalkMetrics> = {}): void {
    this.publish({ type: "talk.measured", callId, metrics: { ...quiet, ...metrics } });
  }

  voice(party: Party, speaking: boolean): void {
    this.publish({ type: speaking ? "voice.started" : "voice.ended", callId, party, atMs: 0 });
  }

  end(): void {
    this.publish({ type: "call.ended", callId, reason: "caller-hung-up", by: { kind: "gateway" }, durationMs: 1000 });
  }

  /** Lets promises settle without moving time. */
  settle(): Promise<void> {
    return this.clock.advance(0);
  }

  /** One utterance, and what the advisor makes of it proposed with its clip. */
  async proposeOne(): Promise<Suggestion> {
    this.say("caller", "I want to cancel.");
    await this.settle();
    return this.last();
  }

  /** The newest suggestion as the bus last told it. */
  last(): Suggestion {
    const suggestion = [...this.suggestions().values()].at(-1);
    if (!suggestion) throw new Error("nothing was proposed");
    return suggestion;
  }

  /** Every suggestion as the bus last told it, in order of proposal. */
  suggestions(): Map<string, Suggestion> {
    const found = new Map<string, Suggestion>();
    for (const event of this.events)
      if (event.type === "suggestion.proposed" || event.type === "suggestion.changed")
        found.set(event.suggestion.suggestionId, event.suggestion);
    return found;
  }

  #policy(): TeamCoaching {
    if (this.policy instanceof Error) throw this.policy;
    return this.policy;
  }
}
