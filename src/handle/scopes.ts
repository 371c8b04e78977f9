/** Who claims which sessions, when several tests share a server. */

import type { ScopeSettings } from '../core/settings.js';

/** What a scope looks at to know its sessions. */
export interface StreamNames {
  readonly streamId: string;
  readonly workerId: string;
}

/** A stream that was begun when no scope claimed it. */
export interface UnclaimedStream extends StreamNames {
  /** Which scopes were open then, and what they claimed, in words. */
  readonly claims: string;
}

/** A claim to sessions. */
export interface Claim {
  /** How much of a stream's name it knows. */
  readonly precision: number;
  /** Whether sessions of these names are its own. */
  claims(names: StreamNames): boolean;
  /** In words. */
  readonly description: string;
  /** What its sessions go by, instead of what all others do. */
  readonly settings: ScopeSettings;
  close(): Promise<void>;
  /** As `close`, and forgets all that was expected. */
  abandon(): Promise<void>;
}

/** Maximum number of scopes that are named. */
const MOST_CLAIMS = 5;
/** Maximum number of unclaimed streams that are kept. */
const UNCLAIMED_LIMIT = 100;

/** All scopes of a fixture. */
export class Scopes {
  readonly #scopes = new Set<Claim>();
  #wereUsed = false;
  #opened = 0;
  #lastClosed: Claim | undefined;
  readonly #unclaimed = new Map<string, UnclaimedStream>();

  /** Whether there has been a scope since the last reset. */
  get areUsed(): boolean {
    return this.#wereUsed;
  }

  /** How many have been opened, ever. */
  get opened(): number {
    return this.#opened;
  }

  /** Returns its number, from 1. */
  add(scope: Claim): number {
    this.#wereUsed = true;
    this.#scopes.add(scope);
    this.#opened += 1;
    return this.#opened;
  }

  remove(scope: Claim): void {
    if (this.#scopes.delete(scope)) this.#lastClosed = scope;
  }

  clear(): Claim[] {
    const scopes = [...this.#scopes];
    this.#scopes.clear();
    this.#wereUsed = false;
    this.#lastClosed = undefined;
    this.#unclaimed.clear();
    return scopes;
  }

  /** The streams that were begun and that no scope claimed, while scopes were in use: the first of them. */
  get unclaimed(): readonly UnclaimedStream[] {
    return [...this.#unclaimed.values()];
  }

  /** Remembers a stream that no scope has claimed. Apart from the timeline, which may drop its entries. */
  addUnclaimed({ streamId, workerId }: StreamNames): void {
    if (this.#unclaimed.size >= UNCLAIMED_LIMIT) return;
    this.#unclaimed.set(JSON.stringify([streamId, workerId]), { streamId, workerId, claims: this.#describeClaims() });
  }

  /** Of several that claim it, the one that knows more of its name; of those, the newest. */
  find(names: StreamNames): Claim | undefined {
    let best: Claim | undefined;
    for (const scope of this.#scopes) {
      if (scope.claims(names) && (best === undefined || scope.precision >= best.precision)) best = scope;
    }
    return best;
  }

  /** What those that are open claim, in words: the first few. */
  #describeClaims(): string {
    const descriptions = [...this.#scopes].map(({ description }) => description);
    if (descriptions.length === 0) {
      const last = this.#lastClosed?.description;
      return `none was open then${last === undefined ? '' : `; the last one, closed before, claimed ${last}`}`;
    }
    const others = descriptions.length - MOST_CLAIMS;
    const more = others > 0 ? [`and ${others} more`] : [];
    return `those open then claimed ${[...descriptions.slice(0, MOST_CLAIMS), ...more].join(', ')}`;
  }
}
