/** A fixture leaves its host as it found it: no handle, no timer, no listener, no worker that comes back. */

import { expect, it } from 'vitest';
import { useChildren } from '../support/child.js';

const run = useChildren();

it('a process exits by itself once its fixtures are closed, whatever was done with them', async () => {
  const { code, lines, stderr } = await run('guest.ts').ended;
  expect({ code, lines, stderr }).toEqual({
    code: 0,
    lines: [
      leavesNothing('is not used'),
      leavesNothing('has a worker that streams over WebSocket', 'io server disconnect'),
      leavesNothing('has a worker that streams over polling', 'io server disconnect'),
      leavesNothing('has a worker that streams over both', 'io server disconnect'),
      leavesNothing('has a completed stream whose worker lingers'),
      leavesNothing('has a fragment in flight for ten minutes'),
      leavesNothing('has a fragment held behind a gap'),
      leavesNothing('has lost a worker with a fragment in flight'),
      leavesNothing('is being waited for', 'CLOSED'),
      leavesNothing('was waited for in vain', 'WAIT_TIMEOUT'),
      leavesNothing('has an entry awaited that never comes, by a wait and by an iteration', ['CLOSED', 'CLOSED', true]),
      leavesNothing('was iterated over, and nobody has said that it is enough'),
      leavesNothing('has something due on a manual clock'),
      leavesNothing('is closed while a manual clock moves'),
      leavesNothing('has something in flight on the global clock'),
      leavesNothing('was reset'),
      leavesNothing('has a peer that says nothing'),
      leavesNothing('has a peer that stops in the middle of a request'),
      leavesNothing('has a peer that asked for a WebSocket and nothing else'),
      leavesNothing('has a peer that asked for a WebSocket elsewhere'),
      leavesNothing('has a WebSocket peer that answers nothing'),
      leavesNothing('has a WebSocket peer that reads nothing'),
      leavesNothing('has a polling peer that polls and never comes back', '41'),
      leavesNothing('has a polling peer that does not poll'),
      leavesNothing('has a polling peer that begins to upgrade'),
      leavesNothing('has a polling peer that was hung up on'),
      leavesNothing('has broken a connection by server-disconnect', 'io server disconnect'),
      leavesNothing('has broken a connection by transport-close', 'transport close'),
      leavesNothing('has broken a connection by reset', 'transport close'),
      leavesNothing('has broken a connection by half-open', 'io server disconnect'),
      leavesNothing('has broken a connection by stall', 'io server disconnect'),
      leavesNothing('has broken a connection by mute-pings', 'io server disconnect'),
      leavesNothing('was restarted under a worker', 'transport close'),
      leavesNothing('is down for ten minutes', 'CLOSED'),
      leavesNothing('is closed abruptly', 'transport close'),
      leavesNothing('found its port taken', 'PORT_IN_USE'),
      leavesNothing('is controlled by a client that has closed'),
      leavesNothing('is controlled by a client that waits', ['CLOSED', true]),
      leavesNothing('is controlled by a client that has gone without a word'),
      leavesNothing('is controlled by a polling client that does not poll'),
      leavesNothing('has a neighbour that preferred its port'),
      { exitTakesTooLong: false },
    ],
    stderr: '',
  });
});

function leavesNothing(use: string, answer?: unknown) {
  return { use, closeTakesTooLong: false, answer, newListeners: 0, left: [] };
}
