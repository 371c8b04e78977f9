/**
 * The violations of workers, each with its evidence. Bounded, and separate from the timeline, which may drop entries.
 */

import type { ViolationNote } from '../core/protocol.js';
import type { ViolationKind } from '../core/violations.js';
import type { TimelineEntry } from '../timeline/entry.js';
import { keptText } from '../timeline/payload-copy.js';
import type { Participant, StoredEntry } from '../timeline/stored-entry.js';
import type { Timeline } from '../timeline/timeline.js';

/** Something that a worker did wrong. */
export interface Violation {
  /** Its name in `allow`. */
  readonly kind: ViolationKind;
  /** One sentence: what was expected, what came, what to do. */
  readonly message: string;
  /** The stream of the session; empty before `stream:init`. */
  readonly streamId: string;
  /** The id of the session. */
  readonly sessionId: string;
  /** Unix milliseconds on the fixture's clock. */
  readonly atMs: number;
  /** The fragment that it is about, if any. */
  readonly fragmentId?: string;
  /** The sequence number of that fragment, if any. */
  readonly sequenceNumber?: number;
  /** The evidence, in order; the last entry is the violation. Entries that the timeline has dropped are missing. */
  readonly entries: readonly TimelineEntry[];
}

/** Maximum number of violations that are kept, the newest. */
const LIMIT = 1000;
/** Maximum number of entries about the same fragment in the evidence. */
const MOST_HISTORY = 10;

/** Which participants belong to the caller. */
type IsMine = (participant: Participant) => boolean;

interface Logged {
  readonly note: ViolationNote;
  readonly atMs: number;
  readonly participant: Participant;
  /** Numbers of entries, in order. */
  readonly evidence: readonly number[];
  /** Whether a scope has handled it. */
  isDealtWith: boolean;
}

export class ViolationLog {
  readonly #timeline: Timeline;
  #logged: Logged[] = [];

  constructor(timeline: Timeline) {
    this.#timeline = timeline;
  }

  /** `offence` is the number of the entry in which it happened. */
  add(told: ViolationNote, atMs: number, participant: Participant, offence: number): void {
    const note = withShortId(told);
    const evidence = [...this.#earlier(note, participant, offence), offence];
    this.#logged.push({ note, atMs, participant, evidence, isDealtWith: false });
    if (this.#logged.length > LIMIT) this.#logged.shift();
  }

  /** Returns violations in order, without the excused kinds and without those after the entry `until`. */
  read(isMine: IsMine, excused: readonly ViolationKind[], until?: number): Violation[] {
    return this.#select(excused, until, ({ participant }) => isMine(participant));
  }

  /** Returns the violations that no scope has handled, that is, reported or excused. */
  readOpen(excused: readonly ViolationKind[], until?: number): Violation[] {
    return this.#select(excused, until, ({ isDealtWith }) => !isDealtWith);
  }

  /** Marks violations as handled by a scope. */
  dealWith(isMine: IsMine): void {
    for (const logged of this.#logged) if (isMine(logged.participant)) logged.isDealtWith = true;
  }

  clear(): void {
    this.#logged = [];
  }

  #select(
    excused: readonly ViolationKind[],
    until: number | undefined,
    isMeant: (logged: Logged) => boolean,
  ): Violation[] {
    const isInTime = ({ evidence }: Logged) => until === undefined || (evidence.at(-1) ?? 0) <= until;
    const isExcused = ({ note }: Logged) => excused.includes(note.violation);
    const meant = this.#logged.filter((logged) => isMeant(logged) && isInTime(logged) && !isExcused(logged));
    return meant.map((logged) => this.#shown(logged));
  }

  /** The earlier entry that makes it a violation, and earlier entries about the same fragment. */
  #earlier({ since, fragmentId }: ViolationNote, participant: Participant, offence: number): number[] {
    const isIts = (entry: StoredEntry) => entry.participant === participant;
    const isSame = ({ event, payload }: StoredEntry) =>
      (event === 'fragment:data' || event === 'fragment:processed') && payload['fragment_id'] === fragmentId;
    const find = (isMeant: (entry: StoredEntry) => boolean) =>
      this.#timeline.numbersBefore(offence, (entry) => isIts(entry) && isMeant(entry));
    const cause = since === undefined ? [] : find(({ event }) => event === since).slice(-1);
    const history = fragmentId === undefined ? [] : find(isSame);
    // Only the first and the newest entries: a worker may send a fragment any number of times.
    const ends = history.length > MOST_HISTORY ? [...history.slice(0, 2), ...history.slice(2 - MOST_HISTORY)] : history;
    return [...new Set([...cause, ...ends])].sort((a, b) => a - b);
  }

  #shown({ note, atMs, participant, evidence }: Logged): Violation {
    const { violation, message, fragmentId, sequenceNumber } = note;
    return Object.freeze({
      kind: violation,
      message,
      streamId: participant.streamId,
      sessionId: participant.sessionId,
      atMs,
      ...(fragmentId !== undefined && { fragmentId }),
      ...(sequenceNumber !== undefined && { sequenceNumber }),
      entries: Object.freeze(evidence.flatMap((n) => this.#timeline.entry(n) ?? [])),
    });
  }
}

/** Ids may be any string (PROTOCOL §2). */
function withShortId(note: ViolationNote): ViolationNote {
  return note.fragmentId === undefined ? note : { ...note, fragmentId: keptText(note.fragmentId) };
}
