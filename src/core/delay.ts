/** How long the processing of a fragment takes (PROTOCOL §6.2), and when it begins if the capacity is limited. */

import { call, MILLISECONDS } from './callers-function.js';
import type { DelayPlan, Fragment } from './vocabulary.js';

/** Longest processing delay, milliseconds (PROTOCOL §2, `config:processing_delay`). */
export const MAX_DELAY_MS = 600_000;

/** Distance of the 99th percentile of a normal distribution from its median, in standard deviations. */
const P99_DEVIATIONS = 2.3263478740408408;

/** `chance` returns a number between 0 and 1 for a purpose. */
export function delayOf(plan: DelayPlan, fragment: Fragment, chance: (purpose: string) => number): number {
  return Math.min(MAX_DELAY_MS, Math.max(0, Math.round(exactDelay(plan, fragment, chance))));
}

function exactDelay(plan: DelayPlan, fragment: Fragment, chance: (purpose: string) => number): number {
  if (typeof plan === 'number') return plan;
  if (typeof plan === 'function') return call('delayMs', () => plan(fragment), MILLISECONDS);
  if (plan.min !== undefined) return plan.min + chance('delay') * (plan.max - plan.min);
  const deviation = (Math.log(plan.p99) - Math.log(plan.p50)) / P99_DEVIATIONS;
  return plan.p50 * Math.exp(deviation * normal(chance('delay'), chance('delay, too')));
}

/** The Box–Muller transform: two uniform numbers make one normally distributed number. */
function normal(first: number, second: number): number {
  return Math.sqrt(-2 * Math.log(1 - first)) * Math.cos(2 * Math.PI * second);
}

/** Places for processing: a fragment begins when one is free, in order of arrival. */
export class ProcessingSlots {
  readonly #capacity: number;
  /** When each taken place becomes free. */
  #freeAt: number[] = [];

  /** Infinity: all fragments are processed at once. */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** Books a place for `durationMs`. Returns when processing begins. */
  book(now: number, durationMs: number): number {
    if (this.#capacity === Number.POSITIVE_INFINITY) return now;
    this.#freeAt = this.#freeAt.filter((freeAt) => freeAt > now).sort((a, b) => a - b);
    const begin = this.#freeAt.at(-this.#capacity) ?? now;
    this.#freeAt.push(begin + durationMs);
    return begin;
  }
}
