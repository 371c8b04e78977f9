/** Tests that wait for something: each until it is there, its time is up, or there is nothing to wait for any more. */

import { CallSite, EchoStsError, type EchoStsErrorCode } from '../checks/errors.js';
import { startDeadline } from '../clock/deadline.js';

/** What somebody waits for. */
export interface Wait<Result> {
  /** Whose wait it is: a scope that is closed ends its own alone. */
  readonly owner: object;
  /** On whose behalf the owner waits, if anybody's: when that one ends, the wait does. */
  readonly beneficiary?: object | undefined;
  /** The function that the test has called. */
  readonly called: (...values: never[]) => unknown;
  /** In words, for the error of a timeout: the function that waits, and for what. */
  readonly subject: string;
  /** `Infinity` for no limit. */
  readonly timeoutMs: number;
  /** The text when the time is up. */
  readonly explain: () => string;
  /** Calls back as soon as it is there; returns what stops that. */
  readonly watch: (found: (result: Result) => void, failed: (error: unknown) => void) => () => void;
}

interface Pending {
  readonly owner: object;
  readonly beneficiary: object | undefined;
  readonly subject: string;
  readonly reject: (error: EchoStsError) => void;
}

export class Waits {
  readonly #pending = new Set<Pending>();
  /** Who waits for whatever comes next; each is called with whether anything can come any more. */
  readonly #followers = new Map<(mayCome: boolean) => void, object>();
  readonly #ended = new WeakSet<object>();
  #isClosed = false;

  /** Resolves with whatever comes next: true, or false when nothing can come any more. */
  next(owner: object, watch: (come: () => void) => () => void): Promise<boolean> {
    if (this.#isClosed || this.#ended.has(owner)) return Promise.resolve(false);
    return new Promise((resolve) => {
      const answer = (mayCome: boolean) => {
        unwatch();
        this.#followers.delete(answer);
        resolve(mayCome);
      };
      const unwatch = watch(() => answer(true));
      this.#followers.set(answer, owner);
    });
  }

  /** Rejects with an `EchoStsError`: `WAIT_TIMEOUT`, or as `end` says. */
  async for<Result>(wait: Wait<Result>): Promise<Result> {
    const { owner, beneficiary, called, subject, timeoutMs, explain, watch } = wait;
    const site = new CallSite(called);
    let stop = () => {};
    let pending: Pending | undefined;
    try {
      return await new Promise<Result>((resolve, reject) => {
        pending = { owner, beneficiary, subject, reject: (error) => reject(site.mark(error)) };
        this.#pending.add(pending);
        const giveUp = () => {
          try {
            reject(site.mark(new EchoStsError('WAIT_TIMEOUT', explain())));
          } catch (error) {
            // What the caller is looking for may be looked at by functions of his own, and these may throw.
            reject(error);
          }
        };
        // A timer of Node's would take it for 1 ms.
        const isForEver = timeoutMs === Number.POSITIVE_INFINITY;
        const stopTimer = isForEver ? () => {} : startDeadline(giveUp, timeoutMs);
        const unwatch = watch(resolve, (error) => reject(error instanceof EchoStsError ? site.mark(error) : error));
        stop = () => {
          stopTimer();
          unwatch();
        };
      });
    } finally {
      stop();
      if (pending !== undefined) this.#pending.delete(pending);
    }
  }

  /**
   * Rejects all waits, or those of one owner or beneficiary: nothing can resolve them. An owner has nothing to wait for after
   * that.
   */
  end(code: EchoStsErrorCode, because: string, owner?: object): void {
    if (owner !== undefined) this.#ended.add(owner);
    this.#isClosed ||= owner === undefined && code === 'CLOSED';
    for (const [answer, follower] of this.#followers) if (owner === undefined || follower === owner) answer(false);
    for (const pending of this.#pending) {
      if (owner !== undefined && pending.owner !== owner && pending.beneficiary !== owner) continue;
      pending.reject(new EchoStsError(code, `${because} while ${pending.subject}; await its promise before that.`));
    }
  }
}
