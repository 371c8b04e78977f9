/** All sessions of the server: live ones, and ended ones as frozen snapshots. */

import type { RuleBook } from '../core/rules.js';
import { Session } from '../core/session.js';
import type { SessionSnapshot } from '../core/snapshot.js';
import { isMet, type SessionCriteria } from '../criteria/session-criteria.js';
import type { Participant } from '../timeline/stored-entry.js';

/** Maximum number of ended sessions that are kept. */
const ENDED_LIMIT = 1000;
/** Maximum size of their JSON, in characters, because a worker chooses the length of its ids. */
const ENDED_CHARACTER_LIMIT = 64 * 1024 * 1024;

interface Entry {
  readonly participant: Participant;
  /** Replaced by its snapshot when it ends. */
  session: Session | SessionSnapshot;
  /** The number of the entry with which it began; 0 if it began before the first entry. */
  begunWith: number;
}

/** Which sessions belong to the caller. */
export type IsMine = (participant: Participant) => boolean;

type Listener = (session: Session, participant: Participant) => void;

export class SessionList {
  /** By session id, oldest first. */
  readonly #entries = new Map<string, Entry>();
  /** The id of the session that owns each stream id: the newest (PROTOCOL §6.9). */
  readonly #owners = new Map<string, string>();
  /** The sessions that have their stream id. */
  readonly #named = new WeakSet<Session>();
  /** The size of each ended session, in the order in which they ended. */
  readonly #ended = new Map<string, number>();
  #endedCharacters = 0;
  readonly #listeners = new Set<Listener>();

  /** Frozen, newest first. */
  snapshots(isMine: IsMine): readonly SessionSnapshot[] {
    const mine = [...this.#entries.values()].filter(({ participant }) => isMine(participant));
    return Object.freeze(mine.map(({ session }) => toSnapshot(session)).reverse());
  }

  add(session: Session, participant: Participant): void {
    this.#entries.set(session.sessionId, { session, participant, begunWith: 0 });
    this.changed(session);
  }

  /** Sets the entry with which the session began: its `connect`, then the accepted `stream:init`. */
  begun({ sessionId }: Session, entry: number): void {
    const listed = this.#entries.get(sessionId);
    if (listed !== undefined) listed.begunWith = entry;
  }

  /** The number of the entry with which it began; 0 before the first, and for a forgotten session. */
  begunWith(sessionId: string): number {
    return this.#entries.get(sessionId)?.begunWith ?? 0;
  }

  /** Call it whenever a session may have changed. */
  changed(session: Session): void {
    this.#name(session);
    if (this.#listeners.size === 0) return;
    const entry = this.#entries.get(session.sessionId);
    if (entry === undefined) return;
    for (const listener of this.#listeners) listener(session, entry.participant);
  }

  /** The participant of the session; undefined if it is forgotten. */
  participantOf(sessionId: string): Participant | undefined {
    return this.#entries.get(sessionId)?.participant;
  }

  /** Calls back whenever a session may have changed. Returns a function that ends that. */
  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Whether the session meets the criteria. For a named stream, only the session that owns the name counts. */
  meets(session: Session, criteria: SessionCriteria): boolean {
    const isMeant = criteria.streamId === undefined || this.#owners.get(criteria.streamId) === session.sessionId;
    return isMeant && isMet(criteria, session, this.begunWith(session.sessionId));
  }

  /** The session will not change again: only its snapshot is kept. */
  end(session: Session): void {
    const entry = this.#entries.get(session.sessionId);
    if (entry === undefined) return;
    const snapshot = session.snapshot();
    const characters = JSON.stringify(snapshot).length;
    entry.session = snapshot;
    this.#ended.set(session.sessionId, characters);
    this.#endedCharacters += characters;
    this.#forgetOldestEnded();
  }

  /** The newest session that meets the criteria. For a named stream, only the session that owns the name counts. */
  findBy(criteria: SessionCriteria, isMine: IsMine): SessionSnapshot | undefined {
    const { streamId } = criteria;
    const owner = this.#entries.get(this.#owners.get(streamId ?? '') ?? '');
    const candidates = streamId === undefined ? [...this.#entries.values()] : owner === undefined ? [] : [owner];
    const newest = candidates.findLast(
      ({ session, participant, begunWith }) => isMine(participant) && isMet(criteria, session, begunWith),
    );
    return newest && toSnapshot(newest.session);
  }

  /** The rules of the newest session of a stream, while it is live. */
  rulesOf(streamId: string): RuleBook | undefined {
    const owner = [...this.#entries.values()].findLast(({ session }) => session.streamId === streamId)?.session;
    return owner instanceof Session ? owner.rules : undefined;
  }

  /** Forgets ended sessions. Entries are renumbered, so the remaining sessions began before the first. */
  forgetEnded(): void {
    for (const sessionId of this.#ended.keys()) this.#forget(sessionId);
    for (const entry of this.#entries.values()) entry.begunWith = 0;
  }

  #forgetOldestEnded(): void {
    for (const sessionId of this.#ended.keys()) {
      if (this.#ended.size <= ENDED_LIMIT && this.#endedCharacters <= ENDED_CHARACTER_LIMIT) return;
      this.#forget(sessionId);
    }
  }

  #forget(sessionId: string): void {
    const streamId = this.#entries.get(sessionId)?.session.streamId ?? '';
    if (this.#owners.get(streamId) === sessionId) this.#owners.delete(streamId);
    this.#endedCharacters -= this.#ended.get(sessionId) ?? 0;
    this.#ended.delete(sessionId);
    this.#entries.delete(sessionId);
  }

  /** A session gets its stream id with `stream:init` and takes it over from an older session. */
  #name(session: Session): void {
    if (session.streamId === '' || this.#named.has(session)) return;
    this.#named.add(session);
    this.#owners.set(session.streamId, session.sessionId);
  }
}

function toSnapshot(session: Session | SessionSnapshot): SessionSnapshot {
  return session instanceof Session ? session.snapshot() : session;
}
