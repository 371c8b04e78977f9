/**
 * Who has come to the server and has no session: those that were turned away, and those that are not in yet. Bounded, for a
 * stranger chooses what is asked for.
 */

import type { TimelineEntry } from '../timeline/entry.js';
import type { Timeline } from '../timeline/timeline.js';
import type { ArrivalObserver, ArrivalStep, ConnectionRefusal } from './observer.js';
import type { Tally } from './tally.js';

/** So many different ones are remembered; what is beyond counts with the others of its kind. */
const MOST_DIFFERENT = 32;

/** Alike ones. */
interface Alike {
  /** Of the newest note. */
  n: number;
  readonly atMs: number;
  readonly refusal: ConnectionRefusal;
  times: number;
}

/** How far those have come that are not in: a transport is open, the option `auth` is asked, or they have gone again. */
export type Stage = 'opened' | 'judged' | 'gone';

/** Those that are as far. */
export interface Waiting {
  readonly stage: Stage;
  readonly count: number;
  /** Since when the first of them is, milliseconds of real time. */
  readonly since: number;
  /** Of the first of them that is a web page. */
  readonly origin?: string | undefined;
}

/** What there is to say of all of them. */
export interface ArrivalsSeen {
  /** Alike ones as one note, the newest last. */
  readonly refused: readonly TimelineEntry<'refused'>[];
  readonly waiting: readonly Waiting[];
}

/** Where it is written to. */
interface Records {
  readonly timeline: Timeline;
  readonly tally: Tally;
  /** Unix milliseconds on the fixture's clock. */
  readonly now: () => number;
}

type Pending = Omit<Waiting, 'count'>;

export class Arrivals {
  readonly #records: Records;
  readonly #alike = new Map<string, Alike>();
  readonly #pending = new Map<object, Pending>();
  #gone = 0;

  constructor(records: Records) {
    this.#records = records;
  }

  readonly observe: ArrivalObserver = (step: ArrivalStep) => {
    if (step.kind === 'refused') this.#refused(step.refusal);
    else if (step.kind === 'settled') this.#pending.delete(step.connection);
    else if (step.kind === 'gone') this.#left(step.connection, step.refusal);
    else this.#pending.set(step.connection, { stage: step.kind, since: step.at, origin: step.origin });
  };

  get seen(): ArrivalsSeen {
    const pending = [...this.#pending.values()];
    const stages: readonly Stage[] = ['opened', 'judged'];
    const waiting = stages.flatMap((stage): Waiting[] => {
      const those = pending.filter((each) => each.stage === stage);
      const [first] = those;
      const origin = those.find((each) => each.origin !== undefined)?.origin;
      return first === undefined ? [] : [{ stage, count: those.length, since: first.since, origin }];
    });
    if (this.#gone > 0) waiting.push({ stage: 'gone', count: this.#gone, since: 0 });
    return { refused: [...this.#alike.values()].map(asEntry), waiting };
  }

  /** The server ends all connections: what becomes of those that are not in is nobody's doing but its own. */
  abandonPending(): void {
    this.#pending.clear();
  }

  /** Who is not in yet stays. */
  clear(): void {
    this.#alike.clear();
    this.#gone = 0;
  }

  /** Most have had a session. */
  #left(connection: object, refusal: ConnectionRefusal | undefined): void {
    const pending = this.#pending.get(connection);
    this.#pending.delete(connection);
    if (pending === undefined) return;
    if (refusal !== undefined && pending.stage === 'opened') this.#refused(refusal);
    else this.#gone += 1;
  }

  #refused(refusal: ConnectionRefusal): void {
    const { timeline, tally, now } = this.#records;
    const key = this.#keyOf(refusal);
    const alike = this.#alike.get(key) ?? { n: 0, atMs: now(), refusal, times: 0 };
    alike.times += 1;
    tally.refused(kindOf(refusal));
    if (refusal.code !== undefined) tally.failed(refusal.code);
    // The order of a map is that in which its keys were put in.
    this.#alike.delete(key);
    this.#alike.set(key, alike);
    if (refusal.reason !== undefined && timeline.amend(alike.n, asEntry(alike).payload)) return;
    const payload = refusal.reason === undefined ? refusal : asEntry(alike).payload;
    alike.n = timeline.record('note', 'refused', payload, now(), undefined);
    timeline.tell();
  }

  #keyOf(refusal: ConnectionRefusal): string {
    const key = JSON.stringify([kindOf(refusal), refusal.status, refusal.message]);
    return this.#alike.has(key) || this.#alike.size < MOST_DIFFERENT ? key : kindOf(refusal);
  }
}

/** One of a few, whatever was asked for. */
function kindOf({ reason, code }: ConnectionRefusal): string {
  return reason ?? code ?? 'refuse';
}

function asEntry({ n, atMs, refusal, times }: Alike): TimelineEntry<'refused'> {
  const payload = { ...refusal, ...(times > 1 && { times }) };
  return { n, atMs, direction: 'note', event: 'refused', streamId: '', payload };
}
