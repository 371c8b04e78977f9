/**
 * The clocks. Real time, also while a test runner fakes the global timers, is what the fixture itself goes by; sessions go
 * by the clock of the fixture. Nothing else in `src` reads a clock or sets a timer.
 */

import timers from 'node:timers';

// Copies, taken at import: fake timers replace the globals, and `process.uptime` stays real.
const { setTimeout, clearTimeout, setImmediate, clearImmediate } = timers;
const processStartedAt = Date.now() - process.uptime() * 1000;

/** What sessions go by: the time they are told, and what wakes them. */
export interface Clock {
  /** Unix milliseconds, integer; never goes back. */
  now(): number;
  /**
   * Wakes once, after so many milliseconds, or in the next turn of the loop where none are left, unless the returned function
   * is called before.
   */
  startTimer(sleeper: Sleeper, afterMs: number): () => void;
  /** How far fake time was moved since it was last asked, milliseconds; absent where there is none. */
  takeMoveMs?(): number;
}

/** Who is woken by a timer. */
export interface Sleeper {
  /** It is time, and what had arrived by then has been read. */
  wake(): void;
  /** Whether so much has been read since it was asked last that more of it may have arrived: that is to be read first. */
  isReading?(): boolean;
  /** For up to so many milliseconds nothing could be read: the loop was kept busy, or the process stood still. */
  blocked?(forMs: number): void;
}

/** The longest time a Node timer can count, milliseconds; more is taken for 1. */
export const MAX_TIMER_MS = 2 ** 31 - 1;

/** A timer is counted in so many parts, … */
const PARTS = 20;
/** … none of them shorter, unless it is the only one: milliseconds. */
const SHORTEST_PART_MS = 50;
/** Each timer is a little late; one that is later than that was kept waiting, milliseconds. */
const LATE_MS = 25;
/** Less than this no timer can count, milliseconds. */
export const NO_TIME_MS = 1;

/** Real time. */
export const realClock: Clock = {
  now: () => Math.floor(processStartedAt + uptimeMs()),
  startTimer: (sleeper, afterMs) => {
    const partMs = sleeper.blocked === undefined ? MAX_TIMER_MS : Math.max(SHORTEST_PART_MS, afterMs / PARTS);
    let isStopped = false;
    let stop = () => {};
    const go = (leftMs: number) => {
      // Whoever is told that it was blocked may take the timer back.
      if (isStopped) return;
      if (leftMs < NO_TIME_MS) stop = afterReading(sleeper);
      else stop = startPart(sleeper, Math.min(leftMs, partMs), (passedMs) => go(leftMs - passedMs));
    };
    go(afterMs);
    return () => {
      isStopped = true;
      stop();
    };
  },
};

/** Milliseconds, with a fraction, of a time that nothing stops and nobody sets. */
export function uptimeMs(): number {
  return process.uptime() * 1000;
}

/** Calls back with how much time has passed, and tells the sleeper if that is much more than it should be. */
function startPart(sleeper: Sleeper, waitMs: number, ended: (passedMs: number) => void): () => void {
  const startedAt = uptimeMs();
  const timer = setTimeout(() => {
    // May be less: Node counts from when the turn began in which the timer was set.
    const passedMs = uptimeMs() - startedAt;
    // Nobody knows when in this part it began. Half of it counts: time for which the loop is never free has to end, too.
    if (passedMs > waitMs + LATE_MS) sleeper.blocked?.(passedMs - waitMs / 2);
    ended(passedMs);
  }, waitMs);
  return () => clearTimeout(timer);
}

/**
 * Wakes in the next turn of the loop in which nothing is being read: all that has arrived is dealt with then. The returned
 * function takes that back.
 */
export function afterReading(sleeper: Sleeper): () => void {
  const look = () => {
    if (sleeper.isReading?.() === true) turn = setImmediate(look);
    else sleeper.wake();
  };
  let turn = setImmediate(look);
  return () => clearImmediate(turn);
}

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
  const startTimer = (sleeper: Sleeper, afterMs: number) => {
    if (afterMs <= 0) return afterReading(sleeper);
    const { setTimeout: original } = globalThis;
    const dueAt = now() + afterMs;
    const wake = () => {
      stopLooking();
      if (original === globalThis.setTimeout) passTo(dueAt);
      sleeper.wake();
    };
    const stopTimer = startOnGlobals(wake, sleeper, afterMs);
    const stopLooking = onceReplaced(original, () => {
      stopTimer();
      sleeper.wake();
    });
    return () => {
      stopLooking();
      stopTimer();
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

/** What a test runner has put in their place fires when the test says so, and not a turn later. */
function startOnGlobals(wake: () => void, sleeper: Sleeper, afterMs: number): () => void {
  const { setTimeout: current, clearTimeout } = globalThis;
  if (current === setTimeout) return realClock.startTimer(awaking(wake, sleeper), afterMs);
  const timer = current(wake, afterMs);
  return () => clearTimeout(timer);
}

/** The sleeper, woken so. */
function awaking(wake: () => void, sleeper: Sleeper): Sleeper {
  return {
    wake,
    isReading: () => sleeper.isReading?.() ?? false,
    blocked: (forMs) => sleeper.blocked?.(forMs),
  };
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
    stop = realClock.startTimer({ wake: look }, LOOK_EVERY_MS);
  };
  let stop = realClock.startTimer({ wake: look }, LOOK_EVERY_MS);
  return () => stop();
}

/** Resolves after the input and output that is ready now has been dealt with. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
