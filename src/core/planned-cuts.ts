/** The cuts that are planned, each in its place among the effects of a step. */

import { CUT_FORMS, type CutPhase } from './cut-forms.js';
import type { CutBook } from './cuts.js';
import { isMessage } from './effects.js';
import type { Disconnect, Effect, Message } from './protocol.js';

/** The phases around each message; the others have none. */
const PHASES: Readonly<Partial<Record<Message['kind'], { before?: CutPhase; after?: CutPhase }>>> = {
  'stream:ready': { before: 'before-ready', after: 'after-ready' },
  'fragment:ack': { after: 'after-ack' },
  'fragment:processed': { before: 'before-processed', after: 'after-processed' },
  'stream:complete': { before: 'before-complete' },
};

/** The effects with the cuts in their places; after one that ends the talk nothing more is said. */
export function insertCuts(books: readonly CutBook[], effects: readonly Effect[], streamId: string): Effect[] {
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
