/** Workers without a scope although scopes are in use, in words: for tests that share a server. */

import { show } from '../core/show.js';
import type { SessionSnapshot } from '../core/snapshot.js';
import type { Section } from './scene.js';

/** A stream that no scope claims. `claims` describes what the scopes open at the time claimed. */
export function unclaimedStream(stream: { streamId: string; workerId: string; claims: string }): string {
  const { streamId, workerId, claims } = stream;
  return (
    `stream ${show(streamId)} of worker ${show(workerId)} started when no scope claimed it; ${claims}: ` +
    'start it with an id that a scope claims, before that scope is closed'
  );
}

/** Each connection without a stream whose last message was an error, oldest first. */
export function unclaimedConnections(newestFirst: readonly SessionSnapshot[]): string[] {
  return newestFirst
    .filter(({ errors }) => errors.length > 0)
    .map(failedConnection)
    .reverse();
}

/** The sections for `verify`, one each. */
export function unclaimedSections(unclaimed: readonly string[]): Section[] {
  return unclaimed.map((text): Section => ['unclaimed', [text]]);
}

function failedConnection({ errors }: SessionSnapshot): string {
  const lastError = errors.at(-1);
  return `a connection without a stream belongs to no scope; last \`error\` event ${lastError?.code}: ${lastError?.message}`;
}
