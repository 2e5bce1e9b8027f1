import { randomBytes, randomUUID } from "node:crypto";
import { type CallId, callIdSchema } from "@/lib/contract/ids";
import type { DirectoryEntry, PhoneError, PhoneIdentity } from "@/lib/contract/softphone";
import type { Clock } from "@/lib/platform/clock";
import type { Logger } from "@/lib/platform/logger";
import type { AttendedCall, CallSpec, Ringer } from "./call-spec";
import { BrowserParty } from "./parties/browser";
import { Phone, type PhoneConnection } from "./phone";
import type { PhoneLeg, PhoneOffer } from "./phone-activity";

/** So many guests' calls may wait for their lost lines (RESUME_MS); then no more are placed. */
export const MAX_WAITING_CALLS = 10;

export type PhoneDeskDeps = {
  place: (spec: CallSpec) => AttendedCall;
  /** Whether a call of this extension goes on, whoever placed it. */
  isBusy: (extension: string) => boolean;
  /** Whether somebody is there to answer a call and connect it. */
  hasClients: () => boolean;
  clock: Clock;
  logger: Logger;
};

type Registration = { phone: Phone; isResumed: boolean };

/** All phones of people: who is on duty, who rings, who calls whom. */
export class PhoneDesk {
  readonly #agents = new Map<string, Phone>();
  readonly #guests = new Map<string, Phone>();
  /** What rings, or would ring if the agent's phone were on, by extension. */
  readonly #offers = new Map<string, PhoneOffer>();
  #guestCount = 0;

  constructor(private readonly deps: PhoneDeskDeps) {}

  /** Whether a person takes this extension's calls now. */
  isStaffed(extension: string): boolean {
    return this.#agents.has(extension);
  }

  /** The agents whose phones are on, by name. */
  get directory(): DirectoryEntry[] {
    return [...this.#agents]
      .map(([extension, { about }]) => ({
        extension,
        name: about.name ?? extension,
        isBusy: this.deps.isBusy(extension),
      }))
      .sort((a, b) => a.name.localeCompare(b.name));
  }

  /**
   * A connection has said hello. An agent's extension has one phone, which the newest connection of the same person takes over
   * with its call; a guest takes their phone on by its token.
   */
  register(hello: { identity: PhoneIdentity; resumeToken: string | null; name: string | null }): Registration {
    const { identity, resumeToken, name } = hello;
    const known = identity.role === "agent" ? this.#ownPhone(identity) : this.#guests.get(resumeToken ?? "");
    const phone = known ?? this.#create(identity, { name });
    this.deps.logger.info({ role: identity.role, isResumed: known !== undefined }, "phone registered");
    return { phone, isResumed: known !== undefined };
  }

  /** After the phone's owner was told of its registration: the phone is on. */
  open(phone: Phone, connection: PhoneConnection): void {
    phone.attach(connection);
    if (phone.identity.role === "guest") connection.sendDirectory(this.directory);
    else this.#ringWaiting(phone, phone.identity.extension);
    this.changed();
  }

  /** Calls began or ended, agents came or went: guests see who can be called. */
  changed(): void {
    const { directory } = this;
    for (const { connection } of this.#guests.values()) connection?.sendDirectory(directory);
  }

  /** @returns the agent's phone that is on already; whoever had the extension before loses theirs, call and all. */
  #ownPhone({ extension, userId }: Extract<PhoneIdentity, { role: "agent" }>): Phone | undefined {
    const phone = this.#agents.get(extension);
    if (phone?.identity.role !== "agent" || phone.identity.userId === userId) return phone;
    phone.giveUp();
    return undefined;
  }

  #create(identity: PhoneIdentity, { name }: { name: string | null }): Phone {
    const resumeToken = randomBytes(24).toString("base64url");
    const deps = {
      clock: this.deps.clock,
      dial: (phone: Phone, extension: string) => this.#dial(phone, extension),
      onGone: (gone: Phone) => this.#forget(gone),
    };
    if (identity.role === "agent") {
      const phone = new Phone(identity, { resumeToken, number: identity.extension, name: identity.name }, deps);
      this.#agents.set(identity.extension, phone);
      return phone;
    }
    this.#guestCount += 1;
    const phone = new Phone(identity, { resumeToken, number: `web-${this.#guestCount}`, name }, deps);
    this.#guests.set(resumeToken, phone);
    return phone;
  }

  #forget(phone: Phone): void {
    const { identity, about } = phone;
    if (identity.role === "guest") this.#guests.delete(about.resumeToken);
    else if (this.#agents.get(identity.extension) === phone) this.#agents.delete(identity.extension);
    this.deps.logger.info({ role: identity.role }, "phone gone");
    this.changed();
  }

  /** @returns why no guest may call at the moment, and until when. */
  #crowded(): PhoneError | null {
    const waiting = [...this.#guests.values()].flatMap(({ waitsUntil }) => waitsUntil ?? []);
    if (waiting.length < MAX_WAITING_CALLS) return null;
    const seconds = Math.max(1, Math.ceil((Math.min(...waiting) - this.deps.clock.now()) / 1000));
    const message = `too many callers have just lost their line; try again in ${seconds} seconds`;
    return { code: "RATE_LIMITED", message, retryable: true };
  }

  #dial(phone: Phone, extension: string): PhoneLeg | PhoneError {
    if (!this.deps.hasClients())
      return { code: "WRONG_STATE", message: "calls cannot be taken at the moment", retryable: true };
    const crowded = this.#crowded();
    if (crowded) return crowded;
    if (this.deps.isBusy(extension)) return { code: "BUSY", message: `${extension} is busy`, retryable: true };
    const callId = callIdSchema.parse(`call-${randomUUID()}`);
    const [caller, callee] = [new BrowserParty(), new BrowserParty()];
    const calleeName = this.#agents.get(extension)?.about.name ?? null;
    const { number, name } = phone.about;
    const legs: { callee: PhoneLeg | null } = { callee: null };
    const call = this.deps.place({
      ...{ caller, callee, callId, calleeName, simulated: false, origin: "softphone" },
      callerNumber: number,
      callerName: name,
      calleeNumber: extension,
      ringer: this.#ringer({ callId, extension, peer: { number, name }, leg: () => legs.callee }),
    });
    void call.ended.then(() =>
      this.deps.logger.info({ callId, caller: caller.counts, callee: callee.counts }, "softphones' frames of a call"),
    );
    legs.callee = { callId, peer: { number, name }, party: "agent", source: callee, call };
    return { callId, peer: { number: extension, name: calleeName }, party: "caller", source: caller, call };
  }

  /** Rings the extension's phone, also one that is turned on only while it would ring. Who has declined is not rung again. */
  #ringer(about: { callId: CallId; extension: string; peer: PhoneOffer["peer"]; leg: () => PhoneLeg | null }): Ringer {
    const { callId, extension, peer } = about;
    let hasDeclined = false;
    return {
      ring: ({ pickedUp, failed }) => {
        if (hasDeclined) {
          failed("declined");
          return () => undefined;
        }
        const withdraw = () => this.#offers.get(extension) === offer && this.#offers.delete(extension);
        const offer: PhoneOffer = {
          ...{ callId, peer },
          accept: () => {
            if (!withdraw()) return null;
            pickedUp();
            return about.leg();
          },
          decline: () => {
            if (!withdraw()) return;
            hasDeclined = true;
            failed("declined");
          },
        };
        this.#offers.set(extension, offer);
        const phone = this.#agents.get(extension);
        if (phone) this.#ringWaiting(phone, extension);
        return (why) => {
          withdraw();
          this.#agents.get(extension)?.stopRinging(offer, why === "timeout" ? "unanswered" : "other-hung-up");
        };
      },
    };
  }

  #ringWaiting(phone: Phone, extension: string): void {
    const offer = this.#offers.get(extension);
    if (offer) phone.ring(offer);
  }
}
