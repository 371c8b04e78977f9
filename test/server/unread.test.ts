/** When a worker has let too much wait: a table of what it reads while it is looked at. */

import type { Socket } from 'node:net';
import { expect, it, onTestFinished, vi } from 'vitest';
import { isTooMuchUnread, Unread } from '../../src/server/unread.js';

const MIB = 1024 * 1024;

/** A connection of which the test says how much waits, and how much of that the system has yet to take. */
function connection(limit: number) {
  const tcp = { writableLength: 0, _handle: { writeQueueSize: 0 } };
  const onGivenUp = vi.fn();
  const unread = new Unread({
    carriers: () => [tcp as unknown as Socket],
    isTooMuch: (bytes) => bytes > limit,
    onGivenUp,
  });
  onTestFinished(() => unread.stop());
  return { tcp, unread, onGivenUp };
}

it('gives up a worker that reads nothing for a second, and says how much waited', async () => {
  const { tcp, unread, onGivenUp } = connection(100);
  tcp.writableLength = 60;
  unread.add(41);
  await vi.waitFor(() => expect(onGivenUp).toHaveBeenCalled(), 5000);
  expect(onGivenUp.mock.calls).toEqual([[101]]);
});

it.each<[string, (watched: ReturnType<typeof connection>) => void]>([
  ['takes a part of a message now and then', ({ tcp }) => (tcp._handle.writeQueueSize += 1)],
  [
    'takes what is held, which is full again at once',
    ({ unread }) => {
      unread.handOver();
      unread.add(200);
    },
  ],
])('leaves a worker alone that %s', async (_, read) => {
  const watched = connection(100);
  watched.unread.add(200);
  const timer = setInterval(() => read(watched), 300);
  onTestFinished(() => clearInterval(timer));
  // Twice the time after which one that does not read is given up.
  for (let time = 0; time < 2; time += 1) {
    const other = connection(100);
    other.unread.add(200);
    await vi.waitFor(() => expect(other.onGivenUp).toHaveBeenCalled(), 5000);
  }
  expect(watched.onGivenUp).not.toHaveBeenCalled();
});

it.each([
  [64 * MIB, 3, false],
  [64 * MIB + 1, 3, true],
  [140 * MIB, 10, false],
  [140 * MIB + 1, 10, true],
])('%d bytes with a `max_inflight` of %d are too many by themselves: %s', (bytes, maxInflight, isTooMuch) => {
  const settings = { maxUnreadBytes: undefined, maxMessageBytes: 50 * MIB };
  expect(isTooMuchUnread(bytes, settings, () => maxInflight)).toBe(isTooMuch);
});

it('goes by the option alone where it is set, and by the largest message where that is small', () => {
  expect(isTooMuchUnread(101, { maxUnreadBytes: 100, maxMessageBytes: 50 * MIB }, () => 10)).toBe(true);
  expect(isTooMuchUnread(500 * MIB, { maxUnreadBytes: 1000 * MIB, maxMessageBytes: 1 }, () => 1)).toBe(false);
  expect(isTooMuchUnread(65 * MIB, { maxUnreadBytes: undefined, maxMessageBytes: MIB }, () => 10)).toBe(true);
});
