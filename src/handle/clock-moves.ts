/** How a test moved the clock since the newest entry: one note before the next entry, and none without a next entry. */

import type { ClockMove } from '../clock/manual-clock.js';

/** Alike ones in a row count as one. */
const MOST_LISTED = 4;

interface Moves {
  /** When the first of them began. */
  readonly sinceMs: number;
  /** In order; those that are alike and adjacent are one. */
  readonly listed: { readonly call: string; times: number }[];
  count: number;
  /** Undefined where one of them goes as far as something is due. */
  ms: number | undefined;
}

export class ClockMoves {
  #moves: Moves | undefined;

  add({ call, ms }: ClockMove, nowMs: number): void {
    this.#moves ??= { sinceMs: nowMs, listed: [], count: 0, ms: 0 };
    const { listed } = this.#moves;
    const last = listed.at(-1);
    if (last?.call === call) last.times += 1;
    else listed.push({ call, times: 1 });
    this.#moves.count += 1;
    this.#moves.ms = ms === undefined || this.#moves.ms === undefined ? undefined : this.#moves.ms + ms;
  }

  clear(): void {
    this.#moves = undefined;
  }

  /** In words, and from when; undefined when there is none. Each move is noted once. */
  take(): { readonly did: string; readonly sinceMs: number } | undefined {
    const moves = this.#moves;
    this.#moves = undefined;
    return moves && { did: describe(moves), sinceMs: moves.sinceMs };
  }
}

/** `clock.advance(10) ×30, 300 ms in all`. */
function describe({ listed, count, ms }: Moves): string {
  const calls = listed.map(({ call, times }) => (times === 1 ? call : `${call} ×${times}`));
  const told = calls.length > MOST_LISTED ? [`clock moved ×${count}, last by ${listed.at(-1)?.call}`] : calls;
  const total = count === 1 || ms === undefined ? [] : [`${ms} ms in all`];
  return [...told, ...total].join(', ');
}
