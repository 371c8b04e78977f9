/**
 * The last `backpressure` sent (PROTOCOL §3), whether the worker has certainly received it, and whether it complies.
 */

import type { Message, ViolationNote } from './protocol.js';

type Signal = Message & { readonly kind: 'backpressure' };

/** Two clocks of whole milliseconds, each of which may be off by almost one. */
const CLOCK_TOLERANCE_MS = 2;
/**
 * The tolerance for a delay between two fragments, because the first may have been read later than it was sent: this
 * share of the delay, at least `TRANSIT_MS`, at most `MOST_GRACE` of the delay.
 */
const TRANSIT_SHARE = 0.1;
const TRANSIT_MS = 25;
const MOST_GRACE = 0.5;

export class Pace {
  /** The newest signal, and when it was sent. */
  #signal: Signal | undefined;
  #signalAt = 0;
  /** The number of the newest signal that the worker has certainly received. */
  #heard = 0;
  /** When the newest fragment arrived; undefined before the first. */
  #fragmentAt: number | undefined;
  /** The earliest time it can have been sent at the recommended pace: it may have been sent well before it arrived. */
  #sentAt = Number.NEGATIVE_INFINITY;

  told(signal: Signal, now: number): void {
    this.#signal = signal;
    this.#signalAt = now;
  }

  /** The worker cannot comply with a signal that it cannot read. */
  garbled(): void {
    this.#signal = undefined;
  }

  heard(number: number): void {
    if (number > this.#heard && number <= (this.#signal?.number ?? 0)) this.#heard = number;
  }

  /** A fragment, accepted or not, arrives now and may have been sent up to `lateMs` earlier. */
  fragmentCame(now: number, lateMs = 0): void {
    const { recommendedDelayMs = 0 } = this.#signal ?? {};
    this.#sentAt = Math.min(now, Math.max(now - lateMs, this.#sentAt + recommendedDelayMs));
    this.#fragmentAt = now;
  }

  /** Whether a signal, received or not, asks the worker to send nothing now. */
  isToldToWait(now: number): boolean {
    const { action, recommendedDelayMs = 0 } = this.#signal ?? {};
    const isSlowedDown =
      action === 'slow_down' && now < Math.max(this.#signalAt, this.#fragmentAt ?? 0) + recommendedDelayMs;
    return action === 'pause' || isSlowedDown;
  }

  /** Returns the violation of a fragment that arrives now on an active stream, if any. `subject` returns its name. */
  judge(subject: () => string, now: number): Pick<ViolationNote, 'violation' | 'message'> | undefined {
    if (this.#signal === undefined || this.#heard < this.#signal.number) return undefined;
    const { action, recommendedDelayMs = 0 } = this.#signal;
    if (action === 'slow_down') return this.#judgeDelay(subject, recommendedDelayMs, now);
    if (action !== 'pause') return undefined;
    const message =
      `${subject()} arrived ${now - this.#signalAt} ms after a \`backpressure\` with action "pause", which the worker had ` +
      'received; send nothing until one with action "none" arrives.';
    return { violation: 'sent-while-told-to-pause', message };
  }

  /** The delay applies between any two fragments after the signal. For the first fragment it counts from the signal. */
  #judgeDelay(subject: () => string, delayMs: number, now: number): ReturnType<Pace['judge']> {
    const isFirst = this.#fragmentAt === undefined;
    const elapsedMs = now - (this.#fragmentAt ?? this.#signalAt);
    const atMostMs = isFirst ? elapsedMs : now - this.#sentAt;
    const graceMs = isFirst ? CLOCK_TOLERANCE_MS : transitGrace(delayMs);
    if (atMostMs >= delayMs - graceMs) return undefined;
    const signal = `a \`backpressure\` with action "slow_down" and recommended_delay_ms ${delayMs}`;
    const message = isFirst
      ? `${subject()} arrived ${elapsedMs} ms after ${signal}; wait that long before sending the next.`
      : `${subject()} arrived ${elapsedMs} ms after the one before it, despite ${signal}; wait that long between two.`;
    return { violation: 'ignored-recommended-delay', message };
  }
}

function transitGrace(delayMs: number): number {
  const share = Math.max(TRANSIT_MS, delayMs * TRANSIT_SHARE);
  return Math.max(CLOCK_TOLERANCE_MS, Math.min(share, delayMs * MOST_GRACE));
}
