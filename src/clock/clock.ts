/**
 * The clocks. The fixture itself uses real time, even while a test runner fakes the global timers. Sessions use the
 * clock of the fixture. Nothing else in `src` reads a clock or sets a timer.
 */

import timers from 'node:timers';

// Copies, taken at import: fake timers replace the globals, and `process.uptime` stays real.
const { setTimeout, clearTimeout, setImmediate, clearImmediate } = timers;
const processStartedAt = Date.now() - process.uptime() * 1000;

/** The clock of sessions: their time, and the timers that wake them. */
export interface Clock {
  /** Unix milliseconds, integer; never goes back. */
  now(): number;
  /**
   * Wakes the sleeper once, after `afterMs`, or in the next turn of the loop if that is not positive. The returned
   * function cancels the timer.
   */
  startTimer(sleeper: Sleeper, afterMs: number): () => void;
  /** Returns how far fake time has moved since the last call, milliseconds; absent without fake time. */
  takeMoveMs?(): number;
}

/** Who is woken by a timer. */
export interface Sleeper {
  /** The time has come, and everything that arrived before has been read. */
  wake(): void;
  /** Whether so much was read since the last call that more may be waiting, which must be read first. */
  isReading?(): boolean;
  /** The process could not read anything for up to `forMs` milliseconds, because it was busy or suspended. */
  blocked?(forMs: number): void;
}

/** In place of what `startTimer` returns, while no timer runs: one for all, because thousands of connections wait at once. */
export const noTimer = (): void => {};

/** The maximum of a Node timer, milliseconds; Node treats more as 1. */
export const MAX_TIMER_MS = 2 ** 31 - 1;

/** Number of parts of a timer. */
const PARTS = 20;
/** Minimum length of a part, unless it is the only one, milliseconds. */
const SHORTEST_PART_MS = 50;
/** A timer that is later than this was blocked, milliseconds. */
const LATE_MS = 25;
/** The minimum of a timer, milliseconds. */
export const NO_TIME_MS = 1;

/** Real time. */
export const realClock: Clock = {
  now: () => Math.floor(processStartedAt + uptimeMs()),
  startTimer: (sleeper, afterMs) => {
    const partMs = sleeper.blocked === undefined ? MAX_TIMER_MS : Math.max(SHORTEST_PART_MS, afterMs / PARTS);
    let isStopped = false;
    let stop = () => {};
    const go = (leftMs: number) => {
      // The sleeper may cancel the timer in `blocked`.
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

/** Monotonic time in milliseconds, with a fraction. */
export function uptimeMs(): number {
  return process.uptime() * 1000;
}

/** Calls back with the time that has passed, and calls `blocked` if that is much more than expected. */
function startPart(sleeper: Sleeper, waitMs: number, ended: (passedMs: number) => void): () => void {
  const startedAt = uptimeMs();
  const timer = setTimeout(() => {
    // May be less than `waitMs`: Node counts from the beginning of the turn that sets the timer.
    const passedMs = uptimeMs() - startedAt;
    // The block may have begun at any time in this part. Half of the part counts as waited, so that the timer ends even
    // if
    // the loop is never free.
    if (passedMs > waitMs + LATE_MS) sleeper.blocked?.(passedMs - waitMs / 2);
    ended(passedMs);
  }, waitMs);
  return () => clearTimeout(timer);
}

/**
 * Wakes the sleeper in the next turn of the loop in which nothing is being read: everything that has arrived is
 * processed by then. The returned function cancels that.
 */
export function afterReading(sleeper: Sleeper): () => void {
  const look = () => {
    if (sleeper.isReading?.() === true) turn = setImmediate(look);
    else sleeper.wake();
  };
  let turn = setImmediate(look);
  return () => clearImmediate(turn);
}

/** A Node timer may fire this much early by the wall clock, milliseconds. */
const EARLY_MS = 2;
/** Interval of checks whether the global timers were replaced, milliseconds of real time. */
const LOOK_EVERY_MS = 20;

/**
 * Follows the global timers, including those with which a test runner replaces them. May wake too early, because
 * replacing the timers abandons those that were set before.
 */
export function globalClock(): Clock {
  let last = 0;
  /** Installing or removing fake time makes the date leap, also backwards. Sessions must not see it go back. */
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
  /** If the date was set back or is frozen, the timers know better how much time has passed. */
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

/** The step of a fake date that runs by itself, milliseconds. */
const STEP_MS = 50;

/**
 * How far a test has moved a fake date. Installing or removing fake timers makes the date leap, which is not a move.
 */
class FakeMoves {
  #ms = 0;
  #date: unknown;
  #time = 0;
  #realTime = 0;

  /** `time` is the current date. */
  read(time: number): void {
    const { Date: date, setTimeout } = globalThis;
    const realTime = realClock.now();
    if (date === this.#date && isFake(date)) {
      // All fake timers that can run by themselves use the same package, which stores its interval there.
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

/** A fake behind a proxy looks native, but has `isFake`. */
function isFake(date: DateConstructor): boolean {
  return Reflect.get(date, 'isFake') === true || !Function.prototype.toString.call(date).includes('[native code]');
}

/** Fake timers fire exactly when the test moves the time, not a turn later. */
function startOnGlobals(wake: () => void, sleeper: Sleeper, afterMs: number): () => void {
  const { setTimeout: current, clearTimeout } = globalThis;
  if (current === setTimeout) return realClock.startTimer(awaking(wake, sleeper), afterMs);
  const timer = current(wake, afterMs);
  return () => clearTimeout(timer);
}

/** The sleeper with another `wake`. */
function awaking(wake: () => void, sleeper: Sleeper): Sleeper {
  return {
    wake,
    isReading: () => sleeper.isReading?.() ?? false,
    blocked: (forMs) => sleeper.blocked?.(forMs),
  };
}

/** Returns a function that returns the elapsed time, independent of the date; 0 if fake timers changed meanwhile. */
function startStopwatch(): () => number {
  const { now } = globalThis.performance;
  const startedAt = globalThis.performance.now();
  return () => (now === globalThis.performance.now ? Math.floor(globalThis.performance.now() - startedAt) : 0);
}

/** Calls back when the global `setTimeout` is replaced. The returned function cancels that. */
function onceReplaced(original: typeof globalThis.setTimeout, callback: () => void): () => void {
  const look = () => {
    if (original !== globalThis.setTimeout) return callback();
    stop = realClock.startTimer({ wake: look }, LOOK_EVERY_MS);
  };
  let stop = realClock.startTimer({ wake: look }, LOOK_EVERY_MS);
  return () => stop();
}

/**
 * Calls a function of a package that sets a timer before it returns. The timer is a real one: among the fake timers of a test it
 * would be one too many.
 */
export function withRealTimeout<Result>(call: () => Result): Result {
  const { setTimeout: original } = globalThis;
  if (original === setTimeout) return call();
  Reflect.set(globalThis, 'setTimeout', setTimeout);
  try {
    return call();
  } finally {
    Reflect.set(globalThis, 'setTimeout', original);
  }
}

/** Resolves after the currently pending input and output has been processed. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
