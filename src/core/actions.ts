/** Planned breaks of a connection: in which phase of a stream, and how. The server room carries them out. */

import type { CutForm, CutPhase } from './cut-forms.js';
import { showFields } from './show.js';

/** One planned cut. */
export interface Cut {
  readonly at: CutPhase;
  readonly how: CutForm;
  /** Only on this stream; absent: on any stream. */
  readonly streamId?: string;
  /** Only at this fragment; absent: at any fragment. */
  readonly sequenceNumber?: number;
  /** Maximum number of times it happens; Infinity: no limit. */
  readonly times: number;
  /** Whether verification ignores a cut that never happens. */
  readonly optional?: boolean;
}

/** A planned cut and how often it has happened. */
export interface ActionEntry {
  readonly cut: Cut;
  readonly hits: number;
}

/** The planned cuts, checked in the order in which they were added. */
export class ActionBook {
  #entries: { readonly cut: Cut; hits: number }[] = [];

  get entries(): readonly ActionEntry[] {
    return this.#entries;
  }

  /** Appends the cut. */
  add(cut: Cut): ActionEntry {
    const entry = { cut, hits: 0 };
    this.#entries.push(entry);
    return entry;
  }

  /** Removes the cut. Returns whether it was present; if not, does nothing. */
  remove(entry: ActionEntry): boolean {
    const { length } = this.#entries;
    this.#entries = this.#entries.filter((other) => other !== entry);
    return this.#entries.length < length;
  }

  /** Removes all cuts. */
  clear(): void {
    this.#entries = [];
  }

  get isEmpty(): boolean {
    return this.#entries.length === 0;
  }

  /** Returns how the connection is cut at this point, if at all. The first match wins and is counted. */
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
