/** What is said of streams and connections that belong to no scope. */

import { expect, it } from 'vitest';
import { Session } from '../../src/core/session.js';
import { DEFAULT_SETTINGS } from '../../src/core/settings.js';
import { unclaimedConnections, unclaimedSections, unclaimedStream } from '../../src/failures/unclaimed.js';

function connection(sessionId: string, isInError: boolean) {
  const session = new Session({ sessionId, handshake: {}, connectedAt: 0, isRenewal: false }, DEFAULT_SETTINGS);
  session.handle({ kind: 'connect' }, 0);
  if (isInError) session.handle({ kind: 'stream:pause', streamId: 's' }, 0);
  return session.snapshot();
}

it('a stream is named with its worker, what is claimed, and what to do', () => {
  expect(unclaimedStream({ streamId: 's', workerId: 'w', claims: 'those open then claimed "a…"' })).toBe(
    'stream "s" of worker "w" started when no scope claimed it; those open then claimed "a…": ' +
      'start it with an id that a scope claims, before that scope is closed',
  );
});

it('a connection without a stream is named only if it has got an error', () => {
  const texts = unclaimedConnections([connection('c-2', false), connection('c-1', true)]);
  expect(texts).toEqual([
    expect.stringMatching(/^a connection without a stream belongs to no scope; last `error` event \w+: .+/),
  ]);
});

it('connections are named in the order in which they came', () => {
  const [newest, oldest] = [connection('c-2', true), connection('c-1', true)];
  const [last] = newest.errors;
  const renamed = { ...newest, errors: last === undefined ? [] : [{ ...last, message: 'newest' }] };
  expect(unclaimedConnections([renamed, oldest]).map((text) => text.endsWith('newest'))).toEqual([false, true]);
});

it('`verify` shows each in a section of its own', () => {
  expect(unclaimedSections(['one', 'two'])).toEqual([
    ['unclaimed', ['one']],
    ['unclaimed', ['two']],
  ]);
});
