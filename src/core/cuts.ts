/** Where a connection breaks on purpose: which phase of a stream, and how. The shell carries it out. */

import type { CutForm, CutPhase } from './cut-forms.js';
import { showFields } from './show.js';

/** One planned cut. */
export interface Cut {
  readonly at: CutPhase;
  readonly how: CutForm;
  /** Only on this stream; any when absent. */
  readonly streamId?: string;
  /** Only at this fragment; any when absent. */
  readonly sequenceNumber?: number;
  /** How often it happens; Infinity for always. */
  readonly times: number;
  /** Whether it is all the same if it never happens. */
  readonly optional?: boolean;
}

/** A planned cut and how often it has happened. */
export interface CutEntry {
  readonly cut: Cut;
  readonly hits: number;
}

/** Where connections are to break: asked in the order in which the cuts were added. */
export class CutBook {
  #entries: { readonly cut: Cut; hits: number }[] = [];

  get entries(): readonly CutEntry[] {
    return this.#entries;
  }

  /** Puts it behind those that are there. */
  add(cut: Cut): CutEntry {
    const entry = { cut, hits: 0 };
    this.#entries.push(entry);
    return entry;
  }

  /** Takes a plan back; one that is not there is no mistake. Returns whether it was. */
  remove(entry: CutEntry): boolean {
    const { length } = this.#entries;
    this.#entries = this.#entries.filter((other) => other !== entry);
    return this.#entries.length < length;
  }

  /** Takes all back. */
  clear(): void {
    this.#entries = [];
  }

  get isEmpty(): boolean {
    return this.#entries.length === 0;
  }

  /** How the connection is cut at this point, if it is; the first match wins and is counted. */
  match(at: CutPhase, streamId: string | undefined, sequenceNumber?: number): CutForm | undefined {
    const entry = this.#entries.find(
      ({ cut, hits }) =>
        cut.at === at &&
        hits < cut.times &&
        (cut.streamId === undefined || cut.streamId === streamId) &&
        (cut.sequenceNumber === undefined || cut.sequenceNumber === sequenceNumber),
    );
    if (entry === undefined) return undefined;
    entry.hits += 1;
    return entry.cut.how;
  }
}

/** The cut in words: `cut ({ at: 'after-ack', sequenceNumber: 3, how: 'reset' })`. */
export function describeCut({ at, streamId, sequenceNumber, how }: Cut): string {
  return `cut (${showFields({ at, streamId, sequenceNumber, how })})`;
}
