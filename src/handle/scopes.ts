/** Who claims which sessions, when several tests share a server. */

import type { ScopeSettings } from '../core/settings.js';

/** What a scope looks at to know its sessions. */
export interface StreamNames {
  readonly streamId: string;
  readonly workerId: string;
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

/** So many scopes are named. */
const MOST_CLAIMS = 5;
/** So many streams that nobody claimed are remembered. */
const UNCLAIMED_LIMIT = 100;

/** All scopes of a fixture. */
export class Scopes {
  readonly #scopes = new Set<Claim>();
  #wereUsed = false;
  readonly #unclaimed = new Map<string, StreamNames>();

  /** Whether there has been a scope since the last reset. */
  get areUsed(): boolean {
    return this.#wereUsed;
  }

  add(scope: Claim): void {
    this.#wereUsed = true;
    this.#scopes.add(scope);
  }

  remove(scope: Claim): void {
    this.#scopes.delete(scope);
  }

  clear(): Claim[] {
    const scopes = [...this.#scopes];
    this.#scopes.clear();
    this.#wereUsed = false;
    this.#unclaimed.clear();
    return scopes;
  }

  /** The streams that were begun and that no scope claimed, while scopes were in use: the first of them. */
  get unclaimed(): readonly StreamNames[] {
    return [...this.#unclaimed.values()];
  }

  /** Apart from the timeline, which may drop its entries. */
  addUnclaimed({ streamId, workerId }: StreamNames): void {
    if (this.#unclaimed.size < UNCLAIMED_LIMIT)
      this.#unclaimed.set(JSON.stringify([streamId, workerId]), { streamId, workerId });
  }

  /** What those that are open claim, in words: the first few. */
  get claims(): string {
    const descriptions = [...this.#scopes].map(({ description }) => description);
    if (descriptions.length === 0) return 'none is open now';
    const others = descriptions.length - MOST_CLAIMS;
    const more = others > 0 ? [`and ${others} more`] : [];
    return `those open now claim ${[...descriptions.slice(0, MOST_CLAIMS), ...more].join(', ')}`;
  }

  /** What the sessions of a claimant go by; undefined when it is none of these. */
  settingsOf(claimant: object | undefined): ScopeSettings | undefined {
    for (const scope of this.#scopes) if (scope === claimant) return scope.settings;
    return undefined;
  }

  /** Of several that claim it, the one that knows more of its name; of those, the newest. */
  find(names: StreamNames): Claim | undefined {
    let best: Claim | undefined;
    for (const scope of this.#scopes) {
      if (scope.claims(names) && (best === undefined || scope.precision >= best.precision)) best = scope;
    }
    return best;
  }
}
