/** Every session the server has seen: live ones, ended ones as frozen snapshots, and the tests that wait for one. */

import { startTimer, stopTimer } from './clock.js';
import type { RuleBook } from './core/rules.js';
import { Session } from './core/session.js';
import type { SessionSnapshot } from './core/snapshot.js';
import { EchoStsError, type EchoStsErrorCode } from './errors.js';
import { awaited, isMet, missed, type SessionCriteria } from './session-criteria.js';

/** At most so many ended sessions are kept, … */
const ENDED_LIMIT = 1000;
/** … and at most so many characters of JSON of them, for a worker chooses how long its ids are. */
const ENDED_CHARACTER_LIMIT = 64 * 1024 * 1024;

interface Wait {
  readonly criteria: SessionCriteria;
  readonly resolve: (snapshot: SessionSnapshot) => void;
  readonly reject: (error: EchoStsError) => void;
}

export class SessionList {
  readonly #seed: string;
  /** By session id, oldest first. */
  readonly #sessions = new Map<string, Session | SessionSnapshot>();
  /** The id of the session that owns each stream id: the one that was begun last (PROTOCOL §6.9). */
  readonly #owners = new Map<string, string>();
  /** The sessions that have taken their stream id. */
  readonly #named = new WeakSet<Session>();
  /** The size of each ended session, in the order in which they ended. */
  readonly #ended = new Map<string, number>();
  #endedCharacters = 0;
  readonly #waits = new Set<Wait>();

  /** The seed is told when a wait fails: it may explain what happened. */
  constructor(seed: string) {
    this.#seed = seed;
  }

  /** Frozen, newest first. */
  get snapshots(): readonly SessionSnapshot[] {
    return Object.freeze([...this.#sessions.values()].map(toSnapshot).reverse());
  }

  add(session: Session): void {
    this.#sessions.set(session.sessionId, session);
    this.changed(session);
  }

  /** To be called whenever something may have happened to a session. */
  changed(session: Session): void {
    this.#name(session);
    for (const { criteria, resolve } of this.#waits) {
      const isMeant = criteria.streamId === undefined || this.#owners.get(criteria.streamId) === session.sessionId;
      if (isMeant && isMet(criteria, session)) resolve(session.snapshot());
    }
  }

  /** The session will not change again: only its snapshot is kept. */
  end(session: Session): void {
    if (!this.#sessions.has(session.sessionId)) return;
    const snapshot = session.snapshot();
    const characters = JSON.stringify(snapshot).length;
    this.#sessions.set(session.sessionId, snapshot);
    this.#ended.set(session.sessionId, characters);
    this.#endedCharacters += characters;
    this.#forgetOldestEnded();
  }

  /** The newest session that meets the criteria; of a named stream, only the session that owns the name counts. */
  findBy(criteria: SessionCriteria): SessionSnapshot | undefined {
    const { streamId } = criteria;
    const owner = this.#sessions.get(this.#owners.get(streamId ?? '') ?? '');
    const candidates = streamId === undefined ? [...this.#sessions.values()] : owner === undefined ? [] : [owner];
    const newest = candidates.findLast((session) => isMet(criteria, session));
    return newest && toSnapshot(newest);
  }

  /** The rules of the newest session of a stream, as long as it is live. */
  rulesOf(streamId: string): RuleBook | undefined {
    const owner = [...this.#sessions.values()].findLast((session) => session.streamId === streamId);
    return owner instanceof Session ? owner.rules : undefined;
  }

  /** Resolves with the first session that comes to meet the criteria. */
  async waitFor(criteria: SessionCriteria, timeoutMs: number): Promise<SessionSnapshot> {
    let wait: Wait | undefined;
    const giveUp = () =>
      wait?.reject(new EchoStsError('WAIT_TIMEOUT', missed(criteria, timeoutMs, this.snapshots, this.#seed)));
    const timer = startTimer(giveUp, timeoutMs);
    try {
      return await new Promise<SessionSnapshot>((resolve, reject) => {
        wait = { criteria, resolve, reject };
        this.#waits.add(wait);
      });
    } finally {
      stopTimer(timer);
      if (wait !== undefined) this.#waits.delete(wait);
    }
  }

  /** Tells everyone who waits that it is in vain. */
  rejectWaits(code: EchoStsErrorCode, because: string): void {
    for (const { criteria, reject } of this.#waits) {
      const message = `${because} while \`waitForSession\` waited for ${awaited(criteria)}; await it before.`;
      reject(new EchoStsError(code, message));
    }
  }

  forgetEnded(): void {
    for (const sessionId of this.#ended.keys()) this.#forget(sessionId);
  }

  #forgetOldestEnded(): void {
    for (const sessionId of this.#ended.keys()) {
      if (this.#ended.size <= ENDED_LIMIT && this.#endedCharacters <= ENDED_CHARACTER_LIMIT) return;
      this.#forget(sessionId);
    }
  }

  #forget(sessionId: string): void {
    const streamId = this.#sessions.get(sessionId)?.streamId ?? '';
    if (this.#owners.get(streamId) === sessionId) this.#owners.delete(streamId);
    this.#endedCharacters -= this.#ended.get(sessionId) ?? 0;
    this.#ended.delete(sessionId);
    this.#sessions.delete(sessionId);
  }

  /** A session gets its name with `stream:init`, and takes it from an older one. */
  #name(session: Session): void {
    if (session.streamId === '' || this.#named.has(session)) return;
    this.#named.add(session);
    this.#owners.set(session.streamId, session.sessionId);
  }
}

function toSnapshot(session: Session | SessionSnapshot): SessionSnapshot {
  return session instanceof Session ? session.snapshot() : session;
}
