/**
 * The clocks. Real time, also while a test runner fakes the global timers, is what the fixture itself goes by; sessions go
 * by the clock of the fixture. Nothing else in `src` reads a clock or sets a timer.
 */

import timers from 'node:timers';

// Copies, taken at import: fake timers replace the globals, and `process.uptime` stays real.
const { setTimeout, clearTimeout, setImmediate } = timers;
const processStartedAt = Date.now() - process.uptime() * 1000;

/** What sessions go by: the time they are told, and what wakes them. */
export interface Clock {
  /** Unix milliseconds, integer; never goes back. */
  now(): number;
  /** Calls back once, after so many milliseconds, or soon where none are left, unless the returned function is called before. */
  startTimer(callback: () => void, afterMs: number): () => void;
  /** How far fake time was moved since it was last asked, milliseconds; absent where there is none. */
  takeMoveMs?(): number;
}

/** The longest time a Node timer can count, milliseconds; more is taken for 1. */
export const MAX_TIMER_MS = 2 ** 31 - 1;

/** Real time. */
export const realClock: Clock = {
  now: () => Math.floor(processStartedAt + process.uptime() * 1000),
  startTimer: (callback, afterMs) => {
    const timer = setTimeout(callback, notNegative(afterMs));
    return () => clearTimeout(timer);
  },
};

/** A timer of Node's may fire so much before its time by the wall clock: that is no leap. */
const EARLY_MS = 2;
/** How often is looked whether the global timers are still the same, milliseconds of real time. */
const LOOK_EVERY_MS = 20;

/**
 * Follows the global timers, and with them those that a test runner puts in their place. May call back too early: whoever
 * puts fake timers in, or takes them out, leaves the timers that were set before behind.
 */
export function globalClock(): Clock {
  let last = 0;
  /** Fake time begins and ends in leaps, backwards too; sessions must not notice the latter. */
  let madeUpMs = 0;
  let stopwatch = startStopwatch();
  const moves = new FakeMoves();
  const now = () => {
    const passedMs = stopwatch();
    stopwatch = startStopwatch();
    const time = Date.now() + madeUpMs;
    if (time < last) madeUpMs += last + passedMs - time;
    last = Math.max(last, Date.now() + madeUpMs);
    moves.read(Date.now());
    return last;
  };
  /** Timers know better than a date that was set back, or stands still, how much time has passed. */
  const passTo = (time: number) => {
    const missingMs = time - now();
    if (missingMs > EARLY_MS) madeUpMs += missingMs;
  };
  const startTimer = (callback: () => void, afterMs: number) => {
    const { setTimeout, clearTimeout } = globalThis;
    const waitMs = notNegative(afterMs);
    const dueAt = now() + waitMs;
    const timer = setTimeout(() => {
      stopLooking();
      if (setTimeout === globalThis.setTimeout) passTo(dueAt);
      callback();
    }, waitMs);
    const stopLooking = onceReplaced(setTimeout, () => {
      clearTimeout(timer);
      callback();
    });
    return () => {
      stopLooking();
      clearTimeout(timer);
    };
  };
  const takeMoveMs = () => {
    now();
    return moves.take();
  };
  return { now, startTimer, takeMoveMs };
}

/** How fast a fake date that goes by itself may run ahead, milliseconds: it goes in steps. */
const STEP_MS = 50;

/** How far a test has moved a fake date. One that comes, or goes, leaps: that is no move. */
class FakeMoves {
  #ms = 0;
  #date: unknown;
  #time = 0;
  #realTime = 0;

  /** That is what the date says now, whatever has become of the time. */
  read(time: number): void {
    const { Date: date, setTimeout } = globalThis;
    const realTime = realClock.now();
    if (date === this.#date && isFake(date)) {
      // Of those who make fake timers all that can run by themselves use the same package, which keeps its interval there.
      const { clock } = setTimeout as { clock?: { attachedInterval?: unknown } };
      const isRunning = clock?.attachedInterval !== undefined;
      const ownMs = isRunning ? realTime - this.#realTime + STEP_MS : 0;
      const passedMs = time - this.#time;
      if (passedMs > ownMs) this.#ms += passedMs;
    }
    this.#date = date;
    this.#time = time;
    this.#realTime = realTime;
  }

  take(): number {
    const ms = this.#ms;
    this.#ms = 0;
    return ms;
  }
}

/** A fake that hides behind a proxy looks native, and says what it is. */
function isFake(date: DateConstructor): boolean {
  return Reflect.get(date, 'isFake') === true || !Function.prototype.toString.call(date).includes('[native code]');
}

/** What is overdue is due now; Node warns of a timer below zero. */
function notNegative(ms: number): number {
  return Math.max(0, ms);
}

/** Answers how much time has passed, whatever becomes of the date; 0 when fake timers came or went meanwhile. */
function startStopwatch(): () => number {
  const { now } = globalThis.performance;
  const startedAt = globalThis.performance.now();
  return () => (now === globalThis.performance.now ? Math.floor(globalThis.performance.now() - startedAt) : 0);
}

/** Calls back when the global `setTimeout` is another one; the answer takes that back. */
function onceReplaced(original: typeof globalThis.setTimeout, callback: () => void): () => void {
  const look = () => {
    if (original !== globalThis.setTimeout) return callback();
    stop = realClock.startTimer(look, LOOK_EVERY_MS);
  };
  let stop = realClock.startTimer(look, LOOK_EVERY_MS);
  return () => stop();
}

/** Resolves after the input and output that is ready now has been dealt with. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

/** Resolves when the promise does, or after so many milliseconds of real time. */
export async function atMost(ms: number, promise: Promise<unknown>): Promise<void> {
  let stopTimer = () => {};
  const late = new Promise((resolve) => {
    stopTimer = realClock.startTimer(() => resolve(undefined), ms);
  });
  await Promise.race([promise, late]);
  stopTimer();
}
