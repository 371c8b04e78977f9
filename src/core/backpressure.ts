/** Load → what the worker is told about its pace; speaks only when that changes (PROTOCOL §6.5). */

import type { BackpressureSignal } from './protocol.js';

type Level = 'clear' | 'over';

/** One row per level. */
const SIGNALS: Readonly<Record<Level, BackpressureSignal>> = {
  clear: { severity: 'low', action: 'none' },
  over: { severity: 'high', action: 'pause', recommendedDelayMs: 1000 },
};

export class Backpressure {
  #level: Level = 'clear';

  /** To be asked on arrival and on completion; answers only when a crossing has happened since it was last asked. */
  update(inflight: number, maxInflight: number): BackpressureSignal | undefined {
    const level = inflight > maxInflight ? 'over' : 'clear';
    if (level === this.#level) return undefined;
    this.#level = level;
    return SIGNALS[level];
  }
}
