/** What the queue of a stream says of each fragment, and what it lets out. */

import { describe, expect, it } from 'vitest';
import { FragmentQueue } from '../../src/core/fragment-queue.js';
import type { Pending } from '../../src/core/plan.js';
import { NOTHING } from '../../src/core/rules.js';

const PLAN = { consequence: NOTHING, delayMs: 0, transcript: '', rules: [], because: undefined, ackBecause: undefined };

function pending(sequenceNumber: number, dueAt: number): Pending {
  const fragmentId = `fragment-${sequenceNumber}`;
  const fragment = { fragmentId, streamId: 'stream-1', sequenceNumber, timestamp: 0, audio: {} };
  return { fragment, plan: PLAN, receivedAt: 0, beginsAt: 0, dueAt };
}

const numbers = (list: readonly Pending[]) => list.map(({ fragment }) => fragment.sequenceNumber);

describe('fragments out of turn', () => {
  it('come out when each is due, the earliest first, and no other before it is', () => {
    const queue = new FragmentQueue();
    queue.addOutOfTurn(pending(0, 30));
    queue.addOutOfTurn(pending(1, 10));
    queue.addOutOfTurn(pending(2, 20));
    queue.add(pending(3, 25));
    const out = [9, 10, 25, 29, 30].map((now) => [queue.nextDueAt, numbers(queue.release(now))]);
    expect(out).toEqual([
      [10, []],
      [10, [1]],
      [20, [2, 3]],
      [30, []],
      [30, [0]],
    ]);
    expect([queue.size, queue.nextDueAt]).toEqual([0, Number.POSITIVE_INFINITY]);
  });

  it('count as received: the number that is missing is the next', () => {
    const queue = new FragmentQueue();
    queue.addOutOfTurn(pending(0, 5));
    queue.addOutOfTurn(pending(2, 5));
    expect([queue.expected, queue.has(2), queue.has(1)]).toEqual([1, true, false]);
    queue.add(pending(1, 5));
    expect([queue.expected, queue.has(2)]).toEqual([3, false]);
  });
});

it('a fragment is held while a number before it is missing, and not once that has come', () => {
  const queue = new FragmentQueue();
  queue.add(pending(0, 50));
  queue.add(pending(2, 10));
  queue.add(pending(4, 10));
  expect([queue.held, queue.missing, queue.heldSince]).toEqual([[2, 4], [1, 3], 0]);
  queue.add(pending(1, 10));
  expect([queue.held, queue.missing, queue.releaseAt(2), queue.releaseAt(3), queue.releaseAt(4)]).toEqual([
    [4],
    [3],
    50,
    undefined,
    undefined,
  ]);
  queue.giveUpGaps();
  queue.giveUpGaps();
  expect([queue.held, queue.missing, queue.heldSince, queue.expected]).toEqual([[], [], Number.POSITIVE_INFINITY, 5]);
});

it('when a fragment comes out is not a matter of those behind it', () => {
  const queue = new FragmentQueue();
  queue.add(pending(0, 10));
  queue.add(pending(1, 90));
  expect([queue.releaseAt(0), queue.releaseAt(1), queue.position(1)]).toEqual([10, 90, 1]);
});
