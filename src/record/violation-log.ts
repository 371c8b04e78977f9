/** What the workers have done wrong, each with its evidence. Bounded, and apart from the timeline, which may drop its entries. */

import type { ViolationNote } from '../core/protocol.js';
import type { ViolationKind } from '../core/violations.js';
import type { TimelineEntry } from '../timeline/entry.js';
import { keptText } from '../timeline/payload-copy.js';
import type { Participant, StoredEntry } from '../timeline/stored-entry.js';
import type { Timeline } from '../timeline/timeline.js';

/** What a worker has done wrong. */
export interface Violation {
  /** What it is called in `allow`. */
  readonly kind: ViolationKind;
  /** One sentence: what was expected, what came, what to do. */
  readonly message: string;
  /** The stream of the session; empty before `stream:init`. */
  readonly streamId: string;
  /** The session that it happened in. */
  readonly sessionId: string;
  /** When, Unix milliseconds on the fixture’s clock. */
  readonly atMs: number;
  /** The fragment that it is about; absent when it is about none. */
  readonly fragmentId?: string;
  /** Its number; absent when it is about no fragment. */
  readonly sequenceNumber?: number;
  /** The evidence, in order; the last one is where it happened. What the timeline has dropped is missing. */
  readonly entries: readonly TimelineEntry[];
}

/** The newest so many are kept. */
const LIMIT = 1000;
/** So many entries about the same fragment are evidence. */
const MOST_HISTORY = 10;

/** Whose violations are looked at. */
type IsMine = (participant: Participant) => boolean;

interface Logged {
  readonly note: ViolationNote;
  readonly atMs: number;
  readonly participant: Participant;
  /** Numbers of entries, in order. */
  readonly evidence: readonly number[];
  /** Whether a scope has looked at it for its own test. */
  isDealtWith: boolean;
}

export class ViolationLog {
  readonly #timeline: Timeline;
  #logged: Logged[] = [];

  constructor(timeline: Timeline) {
    this.#timeline = timeline;
  }

  /** `offence` is the entry in which it happened. */
  add(told: ViolationNote, atMs: number, participant: Participant, offence: number): void {
    const note = withShortId(told);
    const evidence = [...this.#earlier(note, participant, offence), offence];
    this.#logged.push({ note, atMs, participant, evidence, isDealtWith: false });
    if (this.#logged.length > LIMIT) this.#logged.shift();
  }

  /** In order, without those of the kinds that are excused, and those that happened after the entry `until`. */
  read(isMine: IsMine, excused: readonly ViolationKind[], until?: number): Violation[] {
    return this.#select(excused, until, ({ participant }) => isMine(participant));
  }

  /** Those that no scope has looked at for its own test, which was told of them or excused them. */
  readOpen(excused: readonly ViolationKind[], until?: number): Violation[] {
    return this.#select(excused, until, ({ isDealtWith }) => !isDealtWith);
  }

  /** A scope has looked at them. */
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

  /** What was said before that makes it a violation, and what has become before of the same fragment. */
  #earlier({ since, fragmentId }: ViolationNote, participant: Participant, offence: number): number[] {
    const isIts = (entry: StoredEntry) => entry.participant === participant;
    const isSame = ({ event, payload }: StoredEntry) =>
      (event === 'fragment:data' || event === 'fragment:processed') && payload['fragment_id'] === fragmentId;
    const find = (isMeant: (entry: StoredEntry) => boolean) =>
      this.#timeline.numbersBefore(offence, (entry) => isIts(entry) && isMeant(entry));
    const cause = since === undefined ? [] : find(({ event }) => event === since).slice(-1);
    const history = fragmentId === undefined ? [] : find(isSame);
    // How it began, and how it went on in the end: a worker may send a fragment as often as it likes.
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
