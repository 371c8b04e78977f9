/** Waiting until all sessions of a group have come to rest. */

import { failureText } from '../failures/failure-text.js';
import { connectionsOf, type Group, sceneOf, wait } from './group.js';

/** `called` is the function that the test has called. */
export function waitForIdle(group: Group, called: () => Promise<void>, timeoutMs: number): Promise<void> {
  group.requireOpen('idle');
  return wait<void>(group, {
    called,
    subject: '`idle` waited for everything to come to rest',
    timeoutMs,
    explain: () => explain(group, timeoutMs),
    watch: (found, failed) => watch(group, found, failed),
  });
}

function watch(group: Group, found: () => void, failed: (error: unknown) => void): () => void {
  let isOver = false;
  let stopWaiting = () => {};
  const look = async () => {
    while (!isOver) {
      const isQuiet = await group.state.settle(connectionsOf(group));
      if (isOver) return;
      const isIdle = connectionsOf(group).every(({ unrest }) => unrest.length === 0);
      if (isIdle && isQuiet) return found();
      if (!isIdle) await nextChange(group, (stop) => (stopWaiting = stop));
    }
  };
  look().catch(failed);
  return () => {
    isOver = true;
    stopWaiting();
  };
}

function explain(group: Group, timeoutMs: number): string {
  const busy = connectionsOf(group).filter(({ unrest }) => unrest.length > 0);
  const who = `${busy.length} ${busy.length === 1 ? 'connection has' : 'connections have'}`;
  const headline = `\`idle\` gave up after ${timeoutMs} ms: ${who} not come to rest.`;
  const sections = [
    ['awaited', ['nothing in flight, nothing due, nothing unread']],
    ['busy', busy.map(({ description, unrest }) => `${description}: ${unrest.join(', ')}`)],
  ] as const;
  return failureText({ headline, sections }, sceneOf(group));
}

/**
 * Resolves when something has been sent or heard on one of them, or a session has changed; or with the function that the
 * callback gets.
 */
async function nextChange(group: Group, takeStop: (stop: () => void) => void): Promise<void> {
  const unlisten: (() => void)[] = [];
  await new Promise<void>((resolve) => {
    takeStop(resolve);
    unlisten.push(group.state.sessions.listen(() => resolve()));
    for (const { peer } of connectionsOf(group)) unlisten.push(peer.listen(resolve));
  });
  for (const stop of unlisten) stop();
}
