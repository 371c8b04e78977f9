/** Why a stream has not completed, in words. */

import type { SessionSnapshot } from '../core/snapshot.js';

/** What it lacks; nothing when it is on the way to its `stream:complete`, or has got it. */
export function lacks(session: SessionSnapshot): string[] {
  const { streamId, state, completedAt, inflight, endedAt, heldSequenceNumbers, expectedSequenceNumber } = session;
  if (completedAt !== undefined) return [];
  if (streamId === '') return ['`stream:init` has not been accepted'];
  if (state === 'closed') return ['its connection has gone before it was complete'];
  return [
    ...(endedAt === undefined ? ['its `stream:end` has not come'] : []),
    ...(inflight === 0 ? [] : [`${inflight} in flight by the service’s count`]),
    ...(heldSequenceNumbers.length === 0 ? [] : [`fragment ${expectedSequenceNumber} is missing`]),
  ];
}
