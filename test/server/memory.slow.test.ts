/** How many megabytes a worker that tries to fill the memory leaves behind, and how much an idle stream takes: each in a process of its own. */

import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { useChildren } from '../support/child.js';
import { useServers } from '../support/servers.js';

const run = useChildren();
const { join } = useServers();

it.each([
  ['unknown events with names of 100 KB', 10],
  ['bad payloads with values of 100 KB', 10],
  ['acks with ids of 100 KB', 10],
  ['fragments with ids of 1 MB', 10],
  ['refused fragments with ids of 1 MB', 10],
  ['error rules for ids of 1 MB, each in place of the one before', 10],
  // Of ended sessions 64 million characters are kept.
  ['streams with ids of 10 MB', 85],
  ['a worker that sends fragments of 1 MB and never reads', 10],
  ['fragments with audio of 1 MB, while somebody waits and somebody else goes through the timeline', 10],
  // Of a timeline 16 million characters are kept.
  ['messages with 200 texts of 500 characters, far beyond what a timeline keeps', 40],
  ['messages with thousands of keys', 15],
  ['waits in vain, each with a function of its own', 10],
])('%s leave at most %i MB behind', async (attack, limit) => {
  const { code, lines, stderr } = await run('memory.ts', attack).ended;
  expect({ code, lines, stderr }).toMatchObject({ code: 0, lines: [{ isStillConnected: true }], stderr: '' });
  expect(lines).toMatchObject([{ grownBy: expect.toSatisfy((megabytes: number) => megabytes <= limit) }]);
});

it('an idle stream takes at most 20 KB of the heap', async () => {
  const child = run('idle.ts', '100', '1000');
  const { url } = (await child.line()) as { url: string };
  const begin = (count: number) =>
    Promise.all(
      Array.from({ length: count }, () => join({ url }).then((worker) => worker.init({ stream_id: randomUUID() }))),
    );
  await begin(100);
  expect(await child.line()).toBe('warm');
  await begin(900);
  expect(await child.line()).toEqual({
    bytesPerStream: expect.toSatisfy((bytes: number) => bytes > 0 && bytes < 20_000),
  });
  expect(await child.ended).toMatchObject({ code: 0, stderr: '' });
});
