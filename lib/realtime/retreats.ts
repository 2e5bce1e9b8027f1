import type { ClientCommandName, CommandPayload } from "@/lib/contract/socket-events";

type Retreats = { [N in ClientCommandName]?: (payload: CommandPayload<N>) => boolean };

const always = () => true;

/** What makes a call more private: never refused for its rate, or a voice or an ear would stay where nobody wants it any more. */
const RETREATS: Retreats = {
  "listen:stop": always,
  "speak:stop": always,
  "floor:release": always,
  "call:unsubscribe": always,
  "call:leave": always,
  "call:set-mode": ({ mode }) => mode === "spy",
  "suggestion:interrupt": always,
  "desk:pause-whispers": ({ paused }) => paused,
};

export function mayRetreat(name: ClientCommandName): boolean {
  return RETREATS[name] !== undefined;
}

export function isRetreat<N extends ClientCommandName>(name: N, payload: CommandPayload<N>): boolean {
  return RETREATS[name]?.(payload) ?? false;
}

/** More than a person ever has under way of one thing. */
export const UNDER_WAY_LIMIT = 4;

type Lane<T> = { underWay: Set<Promise<T>>; waiting: Promise<T> | null };

/**
 * Keeps a flood of the same wish from the telephone system: what is over the limit shares one more that begins when those under way
 * are done, so that it is later than all that it stands for.
 */
export class SharedWishes<T> {
  readonly #lanes = new Map<string, Lane<T>>();

  run(key: string, act: () => Promise<T>): Promise<T> {
    const lane: Lane<T> = this.#lanes.get(key) ?? { underWay: new Set(), waiting: null };
    this.#lanes.set(key, lane);
    if (lane.waiting) return lane.waiting;
    if (lane.underWay.size < UNDER_WAY_LIMIT) return this.#start(key, { lane, act });
    lane.waiting = Promise.allSettled([...lane.underWay]).then(() => {
      lane.waiting = null;
      return this.#start(key, { lane, act });
    });
    return lane.waiting;
  }

  #start(key: string, { lane, act }: { lane: Lane<T>; act: () => Promise<T> }): Promise<T> {
    const work = act();
    lane.underWay.add(work);
    const done = () => {
      lane.underWay.delete(work);
      if (lane.underWay.size === 0 && !lane.waiting) this.#lanes.delete(key);
    };
    work.then(done, done);
    return work;
  }
}
