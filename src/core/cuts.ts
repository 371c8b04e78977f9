/** Where a connection breaks on purpose: which phase of a stream, and how. The shell carries it out. */

import { CUT_FORMS, type CutForm, type CutPhase } from './cut-forms.js';
import { isMessage } from './effects.js';
import type { Disconnect, Effect, Message } from './protocol.js';
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

/** The phases around each message; the others have none. */
const PHASES: Readonly<Partial<Record<Message['kind'], { before?: CutPhase; after?: CutPhase }>>> = {
  'stream:ready': { before: 'before-ready', after: 'after-ready' },
  'fragment:ack': { after: 'after-ack' },
  'fragment:processed': { before: 'before-processed', after: 'after-processed' },
  'stream:complete': { before: 'before-complete' },
};

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

  /** Takes a plan back; one that is not there is no mistake. */
  remove(entry: CutEntry): void {
    this.#entries = this.#entries.filter((other) => other !== entry);
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

/** The effects with the cuts in their places; after one that ends the talk nothing more is said. */
export function weave(books: readonly CutBook[], effects: readonly Effect[], streamId: string): Effect[] {
  if (books.every(({ isEmpty }) => isEmpty)) return [...effects];
  const woven: Effect[] = [];
  for (const effect of effects) {
    for (const step of around(books, effect, streamId)) {
      woven.push(step);
      if (step.kind === 'disconnect' && CUT_FORMS[step.how].endsTalk) return woven;
    }
  }
  return woven;
}

/** The effect of the first cut that is planned for this point; the books are asked in their order. */
export function cutAt(
  books: readonly CutBook[],
  at: CutPhase,
  streamId: string | undefined,
  sequenceNumber?: number,
): Disconnect | undefined {
  for (const book of books) {
    const how = book.match(at, streamId, sequenceNumber);
    if (how !== undefined) return { kind: 'disconnect', how, reason: `cut: ${how}`, cut: at };
  }
  return undefined;
}

/** The cut in words: `cut ({ at: 'after-ack', sequenceNumber: 3, how: 'reset' })`. */
export function describeCut({ at, streamId, sequenceNumber, how }: Cut): string {
  return `cut (${showFields({ at, streamId, sequenceNumber, how })})`;
}

/** A cut beside a message follows from the same input. */
function* around(books: readonly CutBook[], effect: Effect, streamId: string): Generator<Effect> {
  const { before, after } = isMessage(effect) ? (PHASES[effect.kind] ?? {}) : {};
  const sequenceNumber = 'sequenceNumber' in effect ? effect.sequenceNumber : undefined;
  const reply = effect.inReplyTo === undefined ? {} : { inReplyTo: effect.inReplyTo };
  const cutBefore = before && cutAt(books, before, streamId, sequenceNumber);
  if (cutBefore !== undefined) yield { ...cutBefore, ...reply };
  yield effect;
  const cutAfter = after && cutAt(books, after, streamId, sequenceNumber);
  if (cutAfter !== undefined) yield { ...cutAfter, ...reply };
}
