/** A clock that stands still until a test moves it. It moves timers, never sockets: what is said still travels in real time. */

import { checked } from '../checks/checked.js';
import { EchoStsError } from '../checks/errors.js';
import { integer } from '../checks/fields.js';
import { knownAcrossCopies } from '../core/across-copies.js';
import { afterReading, type Clock, MAX_TIMER_MS, type Sleeper } from './clock.js';

/** The clock of a fixture, as a test sees it. */
export interface FixtureClock {
  /** Unix milliseconds. */
  now(): number;
  /**
   * Hears out what workers have said, then moves the time on by so many milliseconds, stopping wherever something is due;
   * what is sent there, and what workers say to it at once, has arrived before it goes on. Resolves when all that fell due
   * has been emitted and heard. Rejects with an `EchoStsError`: `CLOCK_NOT_MANUAL`, `INVALID_OPTION`, `CLOSED`.
   */
  advance(ms: number): Promise<void>;
  /**
   * Moves on to the next moment at which something is due; resolves with the milliseconds that took, or with undefined
   * if nothing is due at all. Rejects with an `EchoStsError` (`CLOCK_NOT_MANUAL`, `CLOSED`).
   */
  runToNext(): Promise<number | undefined>;
  /**
   * Moves on until nothing is due any more: all results are out, and streams that have completed are closed.
   * Rejects with an `EchoStsError` (`CLOCK_NOT_MANUAL`, `CLOSED`; `CLOCK_NEVER_IDLE` after 1000 moments).
   */
  runToIdle(): Promise<void>;
}

/** A clock to pass as the option `clock`, to one fixture or to several. */
export interface ManualClock extends FixtureClock {
  /** Told apart from an object that only looks like one. */
  readonly isManual: true;
}

/** A worker that answers each result with a fragment never comes to rest. */
const MOST_MOMENTS = 1000;

/** A call that moves the time. */
export interface ClockMove {
  /** As it is written: `clock.advance(100)`. */
  readonly call: string;
  /** How far it goes, milliseconds; undefined where that depends on what is due. */
  readonly ms?: number;
}

/** What a fixture does about moves. */
interface ClockFollower {
  /** Lets what is on its way there arrive. */
  readonly settle: () => Promise<unknown>;
  /** The time is about to be moved. Another copy of the library may not know of it. */
  readonly moved: ((move: ClockMove) => void) | undefined;
}

interface DueCall {
  readonly at: number;
  readonly callback: () => void;
}

/** The time that it starts at is the moment 0, so that times read as milliseconds since the start. */
export class MovedClock implements Clock, ManualClock {
  static {
    knownAcrossCopies(MovedClock, 'MovedClock');
  }

  readonly isManual = true;
  #now = 0;
  readonly #due = new Set<DueCall>();
  readonly #followers = new Set<ClockFollower>();
  #wasAttached = false;
  /** The moves so far, one after the other. */
  #moving: Promise<unknown> = Promise.resolve();

  readonly now = (): number => this.#now;

  /** What is due already waits for no move. */
  readonly startTimer = (sleeper: Sleeper, afterMs: number): (() => void) => {
    if (afterMs <= 0) return afterReading(sleeper);
    const call = { at: this.#now + afterMs, callback: () => sleeper.wake() };
    this.#due.add(call);
    return () => this.#due.delete(call);
  };

  /**
   * From now on the time moves only when what is on its way there has arrived, and `moved` is told of each call before it
   * does; the answer takes that back.
   */
  attach(settle: ClockFollower['settle'], moved?: ClockFollower['moved']): () => void {
    const follower = { settle, moved };
    this.#followers.add(follower);
    this.#wasAttached = true;
    return () => this.#followers.delete(follower);
  }

  /** Whether every fixture that it was for has been closed: what was due there, and the time it came to, are left over. */
  get isSpent(): boolean {
    return this.#wasAttached && this.#followers.size === 0;
  }

  readonly advance = async (ms: number): Promise<void> => {
    const span = checked('ms', integer(0, MAX_TIMER_MS), ms);
    await this.#inTurn('advance', () => this.#moveTo(this.#now + span, { call: `clock.advance(${span})`, ms: span }));
  };

  readonly runToNext = (): Promise<number | undefined> =>
    this.#inTurn('runToNext', () => this.#moveToNext({ call: 'clock.runToNext()' }));

  readonly runToIdle = (): Promise<void> =>
    this.#inTurn('runToIdle', async () => {
      for (let moments = 0; moments < MOST_MOMENTS; moments += 1) {
        const move = moments === 0 ? { call: 'clock.runToIdle()' } : undefined;
        if ((await this.#moveToNext(move)) === undefined) return;
      }
      const message =
        `\`runToIdle\` expected to come to rest, but after ${MOST_MOMENTS} moments something was still due; ` +
        'a worker that answers each result with a fragment never rests: use `advance`.';
      throw new EchoStsError('CLOCK_NEVER_IDLE', message);
    });

  /** Where it stands, and what there is to move it to. */
  describe(): string {
    const next = this.#nextAt;
    const due =
      next === Number.POSITIVE_INFINITY
        ? 'nothing is due'
        : `the next thing is due in ${next - this.#now} ms: \`await sts.clock.advance(${next - this.#now})\``;
    return `stands still at ${this.#now} ms; ${due}`;
  }

  async #inTurn<Result>(called: string, move: () => Promise<Result>): Promise<Result> {
    if (this.isSpent) throw new EchoStsError('CLOSED', explainSpent(called));
    const moved = this.#moving.then(move);
    this.#moving = moved.catch(() => undefined);
    return await moved;
  }

  async #moveToNext(move: ClockMove | undefined): Promise<number | undefined> {
    await this.#settle();
    const before = this.#now;
    const next = this.#nextAt;
    if (next === Number.POSITIVE_INFINITY) return undefined;
    await this.#moveTo(Math.max(before, next), move);
    return this.#now - before;
  }

  /** Followers are told of the move, unless it is a part of one that they know. */
  async #moveTo(end: number, move: ClockMove | undefined): Promise<void> {
    await this.#settle();
    const isMove = end > this.#now || this.#nextAt <= end;
    if (move !== undefined && isMove) for (const { moved } of this.#followers) moved?.(move);
    while (this.#nextAt <= end) {
      this.#now = Math.max(this.#now, this.#nextAt);
      const due = [...this.#due].filter(({ at }) => at <= this.#now).sort((a, b) => a.at - b.at);
      for (const call of due) if (this.#due.delete(call)) call.callback();
      await this.#settle();
    }
    this.#now = end;
  }

  get #nextAt(): number {
    let next = Number.POSITIVE_INFINITY;
    for (const { at } of this.#due) next = Math.min(next, at);
    return next;
  }

  async #settle(): Promise<void> {
    await Promise.all([...this.#followers].map(({ settle }) => settle()));
  }
}

function explainSpent(called: string): string {
  return (
    `\`${called}\` was called on a \`manualClock()\` whose fixture was closed, where nothing can fall due; move it before ` +
    '`close()`, and give the next fixture a new one.'
  );
}

/**
 * A clock for the option `clock` that stands still, at 0, until the test moves it: delays, gap timeouts, the linger after
 * `stream:complete` and rate windows follow it. Once every fixture that it was passed to has been closed, it can be read, and not
 * be moved (`CLOSED`) or passed on (`INVALID_OPTION`).
 *
 * @example
 * const sts = await createEchoSts({ clock: manualClock(), delayMs: 8000 });
 * await sts.waitFor('fragment:data');
 * await sts.clock.advance(8000);
 */
export function manualClock(): ManualClock {
  return new MovedClock();
}

/** A clock that runs by itself, as a test sees it: it can be read. */
export function readOnly(clock: Clock): FixtureClock {
  const refuse = async (): Promise<never> => {
    const message =
      'The clock of this fixture runs by itself and was to be moved; start the fixture with `clock: manualClock()`, or ' +
      "with `clock: 'global'` move the runner's fake timers.";
    throw new EchoStsError('CLOCK_NOT_MANUAL', message);
  };
  return { now: clock.now, advance: refuse, runToNext: refuse, runToIdle: refuse };
}
