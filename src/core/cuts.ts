/** Where a connection breaks on purpose: which phase of a stream, and how. The shell carries it out. */

import { CUT_FORMS, type CutForm, type CutPhase } from './cut-forms.js';
import type { Effect, Message } from './protocol.js';

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

export class CutBook {
  #entries: { readonly cut: Cut; hits: number }[] = [];

  get entries(): readonly CutEntry[] {
    return this.#entries;
  }

  add(cut: Cut): CutEntry {
    const entry = { cut, hits: 0 };
    this.#entries.push(entry);
    return entry;
  }

  remove(entry: CutEntry): void {
    this.#entries = this.#entries.filter((other) => other !== entry);
  }

  clear(): void {
    this.#entries = [];
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

  /** The effects with the cuts in their places; after one that ends the talk nothing more is said. */
  weave(effects: readonly Effect[], streamId: string): Effect[] {
    if (this.#entries.length === 0) return [...effects];
    const woven: Effect[] = [];
    for (const effect of effects) {
      for (const step of this.#around(effect, streamId)) {
        woven.push(step);
        if (step.kind === 'disconnect' && CUT_FORMS[step.how].endsTalk) return woven;
      }
    }
    return woven;
  }

  *#around(effect: Effect, streamId: string): Generator<Effect> {
    const { before, after } = effect.kind === 'disconnect' ? {} : (PHASES[effect.kind] ?? {});
    const sequenceNumber = 'sequenceNumber' in effect ? effect.sequenceNumber : undefined;
    const cutBefore = before && this.match(before, streamId, sequenceNumber);
    if (cutBefore !== undefined) yield cutEffect(cutBefore);
    yield effect;
    const cutAfter = after && this.match(after, streamId, sequenceNumber);
    if (cutAfter !== undefined) yield cutEffect(cutAfter);
  }
}

/** The effect of cutting a connection on purpose. */
export function cutEffect(how: CutForm): Effect {
  return { kind: 'disconnect', how, reason: `cut: ${how}` };
}
