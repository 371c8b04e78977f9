/** An entry as it is stored, without what may change: its participant may get a name later. Types only. */

import type { CutPhase } from '../core/cut-forms.js';
import type { Because } from '../core/protocol.js';
import type { Direction, EventName } from './entry.js';
import type { Fields } from './payload-copy.js';

/** Whose entry it is. */
export interface Participant {
  /** Empty for actions of the test. */
  readonly sessionId: string;
  /** Empty until the stream starts; earlier entries then count as the stream's. */
  readonly streamId: string;
  /** The scope that claims it, if any. */
  readonly scope?: object | undefined;
  /** It concerns the fixture and the scopes up to this number, which were open by then. */
  readonly scopesUpTo?: number;
}

export interface StoredEntry {
  readonly n: number;
  readonly atMs: number;
  readonly direction: Direction;
  readonly event: EventName;
  readonly participant: Participant | undefined;
  /** A frozen copy. */
  readonly payload: Fields;
  /** Estimated memory, in characters. */
  readonly characters: number;
  readonly sequenceNumber: number | undefined;
  /** The number of the entry that this one directly replies to. */
  readonly answers: number | undefined;
  readonly because: Because | undefined;
  readonly cut: CutPhase | undefined;
}
