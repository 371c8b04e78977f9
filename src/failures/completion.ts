/** Why a stream has not completed, in words. */

import type { SessionSnapshot } from '../core/snapshot.js';

/** Lists what is missing; nothing when `stream:complete` has been sent or is about to be. */
export function lacks(session: SessionSnapshot): string[] {
  const { streamId, state, completedAt, inflight, endedAt, heldSequenceNumbers, expectedSequenceNumber } = session;
  if (completedAt !== undefined) return [];
  if (streamId === '') return ['`stream:init` has not been accepted'];
  if (state === 'closed') return ['its connection closed before it was complete'];
  return [
    ...(endedAt === undefined ? ['its `stream:end` has not arrived'] : []),
    ...(inflight === 0 ? [] : [`${inflight} in flight by the service’s count`]),
    ...(heldSequenceNumbers.length === 0 ? [] : [`fragment ${expectedSequenceNumber} is missing`]),
  ];
}
