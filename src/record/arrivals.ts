/**
 * Connections without a session: those that were turned away, and those that are not admitted yet. Bounded, because
 * strangers choose what they request.
 */

import type { TimelineEntry } from '../timeline/entry.js';
import type { Timeline } from '../timeline/timeline.js';
import type { ArrivalObserver, ArrivalStep, ConnectionRefusal } from './observer.js';
import type { Tally } from './tally.js';

/** Maximum number of different refusals; further ones are counted with others of their kind. */
const MOST_DIFFERENT = 32;

/** Identical refusals. */
interface Alike {
  /** The number of the newest note. */
  n: number;
  readonly atMs: number;
  readonly refusal: ConnectionRefusal;
  times: number;
}

/**
 * The stage of a connection that is not admitted: its transport is open, the option `auth` is checked, or it has
 * closed.
 */
export type Stage = 'opened' | 'judged' | 'gone';

/** The connections at one stage. */
export interface Waiting {
  readonly stage: Stage;
  readonly count: number;
  /** Since when the first of them has waited, milliseconds of real time. */
  readonly since: number;
  /** The origin of the first of them that is a web page. */
  readonly origin?: string | undefined;
}

/** All connections without a session. */
export interface ArrivalsSeen {
  /** Identical refusals as one note, the newest last. */
  readonly refused: readonly TimelineEntry<'refused'>[];
  readonly waiting: readonly Waiting[];
}

/** Where arrivals are recorded. */
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

  /** The server closes all connections, including pending ones, which are therefore forgotten. */
  abandonPending(): void {
    this.#pending.clear();
  }

  /** Forgets refusals. Pending connections stay. */
  clear(): void {
    this.#alike.clear();
    this.#gone = 0;
  }

  /** A connection has closed. Most have had a session. */
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
    // A map is ordered by insertion.
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

/** The kind of refusal, one of a few. */
function kindOf({ reason, code }: ConnectionRefusal): string {
  return reason ?? code ?? 'refuse';
}

function asEntry({ n, atMs, refusal, times }: Alike): TimelineEntry<'refused'> {
  const payload = { ...refusal, ...(times > 1 && { times }) };
  return { n, atMs, direction: 'note', event: 'refused', streamId: '', payload };
}
