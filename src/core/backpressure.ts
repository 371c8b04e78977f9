/** Load → the backpressure signal to send, only when the level changes (PROTOCOL §6.5–6.6). */

import type { BackpressureSignal } from './vocabulary.js';

/** The signal for `from` or more fragments in flight. */
export interface BackpressureLevel extends BackpressureSignal {
  readonly from: number;
}

/** What is simulated: nothing, levels by load (in flight / `max_inflight`), or one level from a number in flight. */
export type BackpressurePlan =
  | { readonly kind: 'off' }
  | {
      readonly kind: 'load';
      readonly low: number;
      readonly medium: number;
      readonly high: number;
      readonly recommendedDelayMs: number | undefined;
    }
  | {
      readonly kind: 'threshold';
      readonly threshold: number;
      readonly severity: BackpressureSignal['severity'];
      readonly action: BackpressureSignal['action'];
    };

/** PROTOCOL §6.6. */
export const DEFAULT_LOAD_LEVELS = {
  kind: 'load',
  low: 0.5,
  medium: 0.7,
  high: 0.9,
  recommendedDelayMs: undefined,
} as const;

/** The signal below the lowest level. */
const CLEAR: BackpressureSignal = { severity: 'low', action: 'none' };
/** The signal when more than `max_inflight` are in flight. */
const OVER: BackpressureLevel = { from: 0, severity: 'high', action: 'pause', recommendedDelayMs: 1000 };
/** The default recommended delay of each action. */
const RECOMMENDED_DELAY_MS = { none: undefined, slow_down: 500, pause: 1000 } as const;

export class Backpressure {
  #level: BackpressureLevel | undefined;

  /** Call it on arrival and on completion. Returns a signal only when the level has changed since the last call. */
  update(plan: BackpressurePlan, inflight: number, maxInflight: number): BackpressureSignal | undefined {
    const level = levelOf(plan, inflight, maxInflight);
    const before = this.#level;
    this.#level = level;
    if (level?.severity === before?.severity && level?.action === before?.action) return undefined;
    return level === undefined ? CLEAR : signalOf(level);
  }
}

/** Exceeding `max_inflight` takes precedence over any simulated level (PROTOCOL §6.5). */
function levelOf(plan: BackpressurePlan, inflight: number, maxInflight: number): BackpressureLevel | undefined {
  if (inflight > maxInflight) return OVER;
  // Most streams simulate nothing: make no list for them.
  return plan.kind === 'off' ? undefined : levelsOf(plan, maxInflight).findLast(({ from }) => inflight >= from);
}

/** Lowest first. */
function levelsOf(plan: Exclude<BackpressurePlan, { kind: 'off' }>, maxInflight: number): BackpressureLevel[] {
  if (plan.kind === 'threshold') return [level(plan.threshold, plan.severity, plan.action)];
  return [
    level(plan.low * maxInflight, 'low', 'none'),
    level(plan.medium * maxInflight, 'medium', 'slow_down', plan.recommendedDelayMs),
    level(plan.high * maxInflight, 'high', 'pause', plan.recommendedDelayMs),
  ];
}

function level(
  from: number,
  severity: BackpressureSignal['severity'],
  action: BackpressureSignal['action'],
  recommendedDelayMs: number | undefined = RECOMMENDED_DELAY_MS[action],
): BackpressureLevel {
  return { from, severity, action, ...(recommendedDelayMs !== undefined && { recommendedDelayMs }) };
}

/** `slow_down` always carries a delay: the real worker compares it with 0 (PROTOCOL §3). */
export function withDelay(signal: BackpressureSignal): BackpressureSignal {
  return signal.action === 'slow_down' ? { recommendedDelayMs: RECOMMENDED_DELAY_MS.slow_down, ...signal } : signal;
}

function signalOf({ from: _, ...signal }: BackpressureLevel): BackpressureSignal {
  return signal;
}
