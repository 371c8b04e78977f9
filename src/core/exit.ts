/** What of a session's effects gets out: with the planned cuts in their places, and nothing once the talk has ended. */

import { CUT_FORMS, type CutPhase } from './cut-forms.js';
import { type CutBook, cutEffect } from './cuts.js';
import type { Effect } from './protocol.js';

export class Exit {
  readonly #cuts: CutBook | undefined;
  #isClosed = false;

  constructor(cuts: CutBook | undefined) {
    this.#cuts = cuts;
  }

  /** Whether a cut has ended the talk: the worker is neither heard nor answered any more. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** The effects as they are to be done. A silent stream gets no messages. */
  pass(effects: Effect[], streamId: string, isSilent: boolean): Effect[] {
    if (this.#isClosed || effects.length === 0) return [];
    const audible = isSilent ? effects.filter(({ kind }) => kind === 'disconnect') : effects;
    const woven = this.#cuts?.weave(audible, streamId) ?? audible;
    const last = woven.findIndex((effect) => effect.kind === 'disconnect' && CUT_FORMS[effect.how].endsTalk);
    if (last === -1) return woven;
    this.#isClosed = true;
    return woven.slice(0, last + 1);
  }

  /** The cut that is planned for this moment, if one is. */
  cut(phase: CutPhase, streamId: string | undefined): Effect[] {
    const how = this.#cuts?.match(phase, streamId);
    return how === undefined ? [] : [cutEffect(how)];
  }
}
