/** The pace that a worker was told with `backpressure` (PROTOCOL §3), what it is known to have heard of it, and whether it keeps it. */

import type { Message, ViolationNote } from './protocol.js';

type Signal = Message & { readonly kind: 'backpressure' };

/** Two clocks of whole milliseconds: each may have rounded by almost one. */
const CLOCK_TOLERANCE_MS = 2;
/**
 * Of a delay between two fragments: the first of them may have been read later than it was sent. So much of it, at least so many
 * milliseconds, but never more than half.
 */
const TRANSIT_SHARE = 0.1;
const TRANSIT_MS = 25;
const MOST_GRACE = 0.5;

export class Pace {
  /** The newest signal, and when it was sent. */
  #signal: Signal | undefined;
  #signalAt = 0;
  /** The number of the newest signal that the worker has heard. */
  #heard = 0;
  /** When the newest fragment came; undefined before the first. */
  #fragmentAt: number | undefined;
  /** When it was sent at the earliest, if the one before it was: what came late may have been sent at the right pace. */
  #sentAt = Number.NEGATIVE_INFINITY;

  told(signal: Signal, now: number): void {
    this.#signal = signal;
    this.#signalAt = now;
  }

  /** What the worker cannot read it cannot keep to. */
  garbled(): void {
    this.#signal = undefined;
  }

  heard(number: number): void {
    if (number > this.#heard && number <= (this.#signal?.number ?? 0)) this.#heard = number;
  }

  /** A fragment comes now that may have been sent so much earlier, whatever becomes of it. */
  fragmentCame(now: number, lateMs = 0): void {
    const { recommendedDelayMs = 0 } = this.#signal ?? {};
    this.#sentAt = Math.min(now, Math.max(now - lateMs, this.#sentAt + recommendedDelayMs));
    this.#fragmentAt = now;
  }

  /** Whether the worker is not to send anything now: heard or not, the benefit of the doubt. */
  isToldToWait(now: number): boolean {
    const { action, recommendedDelayMs = 0 } = this.#signal ?? {};
    const isSlowedDown =
      action === 'slow_down' && now < Math.max(this.#signalAt, this.#fragmentAt ?? 0) + recommendedDelayMs;
    return action === 'pause' || isSlowedDown;
  }

  /** What is wrong with a fragment that comes now on an active stream; `subject` is its name. */
  judge(subject: string, now: number): Pick<ViolationNote, 'violation' | 'message'> | undefined {
    if (this.#signal === undefined || this.#heard < this.#signal.number) return undefined;
    const { action, recommendedDelayMs = 0 } = this.#signal;
    if (action === 'slow_down') return this.#judgeDelay(subject, recommendedDelayMs, now);
    if (action !== 'pause') return undefined;
    const message =
      `${subject} came after a \`backpressure\` with action "pause" had been heard; ` +
      'send nothing until one with action "none" has come.';
    return { violation: 'sent-while-told-to-pause', message };
  }

  /** The delay lies between any two fragments, from the signal on; before the first one it counts from the signal. */
  #judgeDelay(subject: string, delayMs: number, now: number): ReturnType<Pace['judge']> {
    const isFirst = this.#fragmentAt === undefined;
    const elapsedMs = now - (this.#fragmentAt ?? this.#signalAt);
    const atMostMs = isFirst ? elapsedMs : now - this.#sentAt;
    const graceMs = isFirst ? CLOCK_TOLERANCE_MS : transitGrace(delayMs);
    if (atMostMs >= delayMs - graceMs) return undefined;
    const told = `a \`backpressure\` with action "slow_down" and recommended_delay_ms ${delayMs}`;
    const message = isFirst
      ? `${subject} came ${elapsedMs} ms after ${told}; wait that long before sending the next.`
      : `${subject} came ${elapsedMs} ms after the one before it, and ${told} had been heard; wait that long between any two.`;
    return { violation: 'ignored-recommended-delay', message };
  }
}

function transitGrace(delayMs: number): number {
  const share = Math.max(TRANSIT_MS, delayMs * TRANSIT_SHARE);
  return Math.max(CLOCK_TOLERANCE_MS, Math.min(share, delayMs * MOST_GRACE));
}
