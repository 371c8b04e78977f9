/**
 * A clock that stands still until a test moves it. It moves timers, not sockets: messages still travel in real time.
 */

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
   * Processes everything the workers have sent, then moves the time forward by `ms` milliseconds. It stops wherever
   * something is due, until the messages sent there and the workers' immediate replies have arrived. Resolves when
   * everything due has been sent and received. Rejects with an `EchoStsError`: `CLOCK_NOT_MANUAL`, `INVALID_OPTION`,
   * `CLOSED`.
   */
  advance(ms: number): Promise<void>;
  /**
   * Moves the time to the next moment at which something is due. Resolves with the distance in milliseconds, or with
   * undefined if nothing is due. Rejects with an `EchoStsError` (`CLOCK_NOT_MANUAL`, `CLOSED`).
   */
  runToNext(): Promise<number | undefined>;
  /**
   * Moves the time forward until nothing is due: all results are sent, and completed streams are closed.
   * Rejects with an `EchoStsError` (`CLOCK_NOT_MANUAL`, `CLOSED`; `CLOCK_NEVER_IDLE` after 1000 moments).
   */
  runToIdle(): Promise<void>;
}

/** A clock for the option `clock` of one or several fixtures. */
export interface ManualClock extends FixtureClock {
  /** Distinguishes it from a similar object. */
  readonly isManual: true;
}

/** A worker that sends a fragment for each result never becomes idle. */
const MOST_MOMENTS = 1000;

/** A call that moves the time. */
export interface ClockMove {
  /** As in code: `clock.advance(100)`. */
  readonly call: string;
  /** The distance in milliseconds; undefined if it depends on what is due. */
  readonly ms?: number;
}

/** How a fixture takes part in moves. */
interface ClockFollower {
  /** Resolves when the messages under way have arrived. */
  readonly settle: () => Promise<unknown>;
  /** Called before each move. Absent in some other copies of the library. */
  readonly moved: ((move: ClockMove) => void) | undefined;
}

interface DueCall {
  readonly at: number;
  readonly callback: () => void;
}

/** Starts at 0, so that times are milliseconds since the start. */
export class MovedClock implements Clock, ManualClock {
  static {
    knownAcrossCopies(MovedClock, 'MovedClock');
  }

  readonly isManual = true;
  #now = 0;
  readonly #due = new Set<DueCall>();
  readonly #followers = new Set<ClockFollower>();
  #wasAttached = false;
  /** Resolves after the last move: moves run one after the other. */
  #moving: Promise<unknown> = Promise.resolve();

  readonly now = (): number => this.#now;

  /** A timer that is already due fires without a move. */
  readonly startTimer = (sleeper: Sleeper, afterMs: number): (() => void) => {
    if (afterMs <= 0) return afterReading(sleeper);
    const call = { at: this.#now + afterMs, callback: () => sleeper.wake() };
    this.#due.add(call);
    return () => this.#due.delete(call);
  };

  /**
   * From now on the time moves only after `settle` resolves, and `moved` is called before each move. The returned
   * function cancels that.
   */
  attach(settle: ClockFollower['settle'], moved?: ClockFollower['moved']): () => void {
    const follower = { settle, moved };
    this.#followers.add(follower);
    this.#wasAttached = true;
    return () => this.#followers.delete(follower);
  }

  /** Whether all its fixtures have been closed. */
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
        `\`runToIdle()\` expected to end, but after ${MOST_MOMENTS} steps something was still due; use \`advance()\` with a ` +
        'worker that sends a fragment for every result.';
      throw new EchoStsError('CLOCK_NEVER_IDLE', message);
    });

  /** Describes its time and what is due next. */
  describe(): string {
    const next = this.#nextAt;
    const due =
      next === Number.POSITIVE_INFINITY
        ? 'nothing is due'
        : `something is due in ${next - this.#now} ms: \`await sts.clock.advance(${next - this.#now})\``;
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

  /** Reports the move to the followers, unless it is part of another move. */
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
    `\`${called}()\` expected an open fixture, and that of this \`manualClock()\` was closed; call it before \`close()\`, and give ` +
    'the next fixture a new clock.'
  );
}

/**
 * Returns a clock for the option `clock`. It stands still at 0 until the test moves it. Delays, gap timeouts, the
 * linger after `stream:complete` and rate windows follow it. After all its fixtures are closed, you can read it, but
 * not move it (`CLOSED`) or pass it on (`INVALID_OPTION`).
 *
 * @example
 * const sts = await createEchoSts({ clock: manualClock(), delayMs: 8000 });
 * await sts.waitFor('fragment:data');
 * await sts.clock.advance(8000);
 */
export function manualClock(): ManualClock {
  return new MovedClock();
}

/** A running clock as a test sees it: it can only be read. */
export function readOnly(clock: Clock): FixtureClock {
  const refuse = (called: string) => async (): Promise<never> => {
    const advice = "with `clock: 'global'`, move the fake timers of your runner";
    throw new EchoStsError('CLOCK_NOT_MANUAL', `\`${called}()\` needs \`clock: manualClock()\`; ${advice}.`);
  };
  return {
    now: clock.now,
    advance: refuse('advance'),
    runToNext: refuse('runToNext'),
    runToIdle: refuse('runToIdle'),
  };
}
