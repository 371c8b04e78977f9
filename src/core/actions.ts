/**
 * What happens by plan at a point of a stream: a cut, a restart of the server, or a `backpressure` signal. The session
 * sends the signals; the server room carries out the rest.
 */

import type { CutForm, CutPhase, PlannedPhase, SignalPhase } from './cut-forms.js';
import { showFields } from './show.js';
import type { BackpressureSignal } from './vocabulary.js';

/** One planned action. */
export type Action = Cut | Restart | Signal;

/** Where and how often an action happens. */
interface Planned<Phase extends CutPhase> {
  readonly at: Phase;
  /** Only on this stream; absent: on any stream. */
  readonly streamId?: string;
  /** Only at this fragment; absent: at any fragment. */
  readonly sequenceNumber?: number;
  /** Maximum number of times it happens; Infinity: no limit. */
  readonly times: number;
  /** Whether verification ignores an action that never happens. */
  readonly optional?: boolean;
}

/** One planned cut: the connection is broken. */
export interface Cut extends Planned<CutPhase> {
  readonly kind: 'cut';
  readonly how: CutForm;
}

/** One planned restart of the whole server. */
export interface Restart extends Planned<PlannedPhase> {
  readonly kind: 'restart';
  /** From going down to listening again, milliseconds. */
  readonly downForMs: number;
}

/** One planned `backpressure` to the stream. */
export interface Signal extends Planned<SignalPhase> {
  readonly kind: 'signal';
  readonly signal: BackpressureSignal;
  /** That many milliseconds later a `backpressure` with `low` and `none` follows; absent: none follows. */
  readonly releaseAfterMs?: number;
}

/** A point of a stream that a session has reached. */
export interface Point {
  readonly at: CutPhase;
  /** Undefined where nothing names the stream yet. */
  readonly streamId: string | undefined;
  /** Absent where the phase has to do with no fragment. */
  readonly sequenceNumber?: number | undefined;
}

/** An action and the number of times it has happened. */
export interface ActionEntry<Kind extends Action = Action> {
  readonly action: Kind;
  readonly hits: number;
}

/** The planned actions, checked in the order in which they were added. */
export class ActionBook {
  #entries: { readonly action: Action; hits: number }[] = [];

  get entries(): readonly ActionEntry[] {
    return this.#entries;
  }

  /** Appends the action. */
  add<Kind extends Action>(action: Kind): ActionEntry<Kind> {
    const entry = { action, hits: 0 };
    this.#entries.push(entry);
    return entry;
  }

  /** Removes the action. Returns whether it was present; if not, does nothing. */
  remove(entry: ActionEntry): boolean {
    const { length } = this.#entries;
    this.#entries = this.#entries.filter((other) => other !== entry);
    return this.#entries.length < length;
  }

  /** Removes all actions. */
  clear(): void {
    this.#entries = [];
  }

  get isEmpty(): boolean {
    return this.#entries.length === 0;
  }

  /** Returns the first action of these kinds that is planned for this point, if any, and counts it. */
  match<Kind extends Action['kind']>(kinds: readonly Kind[], point: Point): (Action & { kind: Kind }) | undefined {
    const isWanted = (action: Action): action is Action & { kind: Kind } => kinds.some((kind) => kind === action.kind);
    for (const entry of this.#entries) {
      const { action, hits } = entry;
      if (!isWanted(action) || hits >= action.times || !isFor(action, point)) continue;
      entry.hits += 1;
      return action;
    }
    return undefined;
  }
}

/** The actions planned for this point, in the order of the books: a signal first, then a restart or a cut. */
export function actionsAt(books: readonly ActionBook[], point: Point): Action[] {
  const first = (...kinds: Action['kind'][]) => {
    for (const book of books) {
      const action = book.match(kinds, point);
      if (action !== undefined) return [action];
    }
    return [];
  };
  // A signal after the end of the connection would not be sent.
  return [...first('signal'), ...first('restart', 'cut')];
}

/** The action in words: `cut ({ at: 'after-ack', sequenceNumber: 3, how: 'reset' })`. */
export function describeAction(action: Action): string {
  const { kind, at, streamId, sequenceNumber } = action;
  return `${kind} (${showFields({ at, streamId, sequenceNumber, ...describeDeed(action) })})`;
}

function describeDeed(action: Action): object {
  switch (action.kind) {
    case 'cut':
      return { how: action.how };
    case 'restart':
      return { downForMs: action.downForMs };
    case 'signal':
      return { ...action.signal, releaseAfterMs: action.releaseAfterMs };
  }
}

function isFor(action: Action, { at, streamId, sequenceNumber }: Point): boolean {
  return (
    action.at === at &&
    (action.streamId === undefined || action.streamId === streamId) &&
    (action.sequenceNumber === undefined || action.sequenceNumber === sequenceNumber)
  );
}
