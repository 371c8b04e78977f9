/** An entry as it is stored: all that does not change. Whose it is may get a name later. Types only. */

import type { CutPhase } from '../core/cut-forms.js';
import type { Because } from '../core/protocol.js';
import type { Direction, EventName } from './entry.js';
import type { Fields } from './payload-copy.js';

/** Whose entry it is. */
export interface Participant {
  /** Empty for what the test did by hand. */
  readonly sessionId: string;
  /** Empty until the stream is begun; entries from before that count as the stream's own. */
  readonly streamId: string;
  /** Who claims it; absent when nobody does. */
  readonly scope?: object | undefined;
  /** It concerns the fixture and the scopes up to this number: those that have been opened by then. */
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
  /** About how much memory it takes. */
  readonly characters: number;
  readonly sequenceNumber: number | undefined;
  /** The entry that this one answers directly. */
  readonly answers: number | undefined;
  readonly because: Because | undefined;
  readonly cut: CutPhase | undefined;
}
