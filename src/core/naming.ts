/**
 * Which scope claims a session. Asked only here, once for each pair of names that the worker gives, because the
 * function belongs to the test and may return something else the next time.
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

  /** Returns no claim when the handshake names neither stream nor worker. */
  nameByHandshake({ streamId = '', workerId = '' }: Handshake): Claim[] {
    return streamId === '' && workerId === '' ? [] : [this.name('handshake', streamId, workerId)];
  }

  /** Both the handshake and `stream:init` name a session; the later one counts. The same names get the same scope. */
  name(namedBy: Claim['namedBy'], streamId: string, workerId: string): Claim {
    const last = this.#asked;
    const isKnown = last !== undefined && last.streamId === streamId && last.workerId === workerId;
    const scope = isKnown ? last.scope : this.#scopeOf({ streamId, workerId });
    this.#asked = { streamId, workerId, scope };
    this.#policy.claim(scope);
    return { kind: 'claim', namedBy, streamId, workerId, scope };
  }
}
