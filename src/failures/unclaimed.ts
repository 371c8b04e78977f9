/** What belongs to no scope although scopes are in use, in words: for the tests that share a server. */

import { show } from '../core/show.js';
import type { SessionSnapshot } from '../core/snapshot.js';
import type { Section } from './scene.js';

/** A stream that no scope has claimed; `claims` is what those that were open then claimed, in words. */
export function unclaimedStream(stream: { streamId: string; workerId: string; claims: string }): string {
  const { streamId, workerId, claims } = stream;
  return (
    `stream ${show(streamId)} of worker ${show(workerId)} was begun when no scope claimed it; ${claims}: ` +
    'begin it with an id that a scope claims, and before that scope is closed'
  );
}

/** Each connection that got no further than an error, oldest first. */
export function unclaimedConnections(newestFirst: readonly SessionSnapshot[]): string[] {
  return newestFirst
    .filter(({ errors }) => errors.length > 0)
    .map(failedConnection)
    .reverse();
}

/** For `verify`, a section each. */
export function unclaimedSections(unclaimed: readonly string[]): Section[] {
  return unclaimed.map((text): Section => ['unclaimed', [text]]);
}

function failedConnection({ errors }: SessionSnapshot): string {
  const lastError = errors.at(-1);
  return `a connection without a stream belongs to no scope; last error sent ${lastError?.code}: ${lastError?.message}`;
}
