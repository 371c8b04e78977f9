/**
 * Whose a session is: which scope claims it. Asked here and nowhere else, once for each pair of names that its worker gives,
 * for the function that answers is the test's and may not answer the same twice.
 */

import type { Policy } from './policy.js';
import type { Claim } from './protocol.js';
import type { ScopeSettings, SessionSettings } from './settings.js';
import type { Handshake } from './snapshot.js';

export class Naming {
  readonly #scopeOf: SessionSettings['scopeOf'];
  readonly #policy: Policy;
  #asked:
    | { readonly streamId: string; readonly workerId: string; readonly scope: ScopeSettings | undefined }
    | undefined;

  constructor(scopeOf: SessionSettings['scopeOf'], policy: Policy) {
    this.#scopeOf = scopeOf;
    this.#policy = policy;
  }

  /** None when the handshake names nobody. */
  nameByHandshake({ streamId = '', workerId = '' }: Handshake): Claim[] {
    return streamId === '' && workerId === '' ? [] : [this.name('handshake', streamId, workerId)];
  }

  /** A handshake and a `stream:init` are two namings; the later one counts. The same names get the same answer. */
  name(namedBy: Claim['namedBy'], streamId: string, workerId: string): Claim {
    const last = this.#asked;
    const isKnown = last !== undefined && last.streamId === streamId && last.workerId === workerId;
    const scope = isKnown ? last.scope : this.#scopeOf({ streamId, workerId });
    this.#asked = { streamId, workerId, scope };
    this.#policy.claim(scope);
    return { kind: 'claim', namedBy, streamId, workerId, scope };
  }
}
