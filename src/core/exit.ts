/** What of a session's effects gets out: with the planned cuts in their places, and nothing once the talk has ended. */

import { CUT_FORMS, type CutPhase } from './cut-forms.js';
import { type CutBook, cutAt, weave } from './cuts.js';
import type { Effect } from './protocol.js';
import type { ScopeSettings } from './settings.js';

export class Exit {
  readonly #serverCuts: CutBook | undefined;
  /** Asked in this order. */
  #books: readonly CutBook[] = [];
  #isClosed = false;
  #isDisturbed = false;

  constructor(cuts: CutBook | undefined) {
    this.#serverCuts = cuts;
    this.claim(undefined);
  }

  /** The scope's cuts come before the server's. */
  claim(scope: ScopeSettings | undefined): void {
    this.#books = [scope?.cuts, this.#serverCuts].filter((book) => book !== undefined);
  }

  /** Whether a cut has ended the talk: the worker is neither heard nor answered any more. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Whether the service has done anything at all to the connection: it may be lost for that. */
  get isDisturbed(): boolean {
    return this.#isDisturbed;
  }

  /** The effects as they are to be done. A silent stream gets no messages. */
  pass(effects: Effect[], streamId: string, isSilent: boolean): Effect[] {
    if (this.#isClosed || effects.length === 0) return [];
    const audible = isSilent ? effects.filter(({ kind }) => kind === 'disconnect') : effects;
    const woven = weave(this.#books, audible, streamId);
    const last = woven.findIndex((effect) => this.#endsTalk(effect));
    if (last === -1) return woven;
    this.#isClosed = true;
    return woven.slice(0, last + 1);
  }

  #endsTalk(effect: Effect): boolean {
    if (effect.kind !== 'disconnect') return false;
    this.#isDisturbed = true;
    return CUT_FORMS[effect.how].endsTalk;
  }

  /** The cut that is planned for this moment, if one is. */
  cut(phase: CutPhase, streamId: string | undefined): Effect[] {
    const cut = cutAt(this.#books, phase, streamId);
    return cut === undefined ? [] : [cut];
  }
}
