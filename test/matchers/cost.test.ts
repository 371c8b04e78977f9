/** What it costs to look at the results of a stream: twice as many fragments take twice as many steps. */

import { expect, it } from 'vitest';
import { toHaveCompleted } from '../../src/matchers/completed.js';
import { toHaveEchoedInOrder } from '../../src/matchers/echoed-in-order.js';
import type { Judgement, MatcherResult } from '../../src/matchers/matcher-result.js';
import { stepsOf } from '../support/steps.js';
import { bytes, fixture, Recording, session } from './fake.js';

const RECORDINGS: Readonly<Record<string, (count: number, recording: Recording) => void>> = {
  'fragments that each come once': (count, recording) => {
    for (let n = 0; n < count; n += 1) recording.data(n).success(n, bytes(n), { cause: { entry: 2 * n + 1 } });
  },
  'one fragment that comes many times': (count, recording) => {
    for (let n = 0; n < count; n += 1) recording.data(0, bytes(n));
    for (let n = 0; n < count; n += 1) recording.success(0, bytes(n), { cause: { entry: n + 1 } });
  },
  'one fragment that comes many times, and results of other audio without a cause': (count, recording) => {
    for (let n = 0; n < count; n += 1) recording.data(0, bytes(n));
    for (let n = 0; n < count; n += 1) recording.success(0, new Uint8Array(5));
  },
  'results that come the wrong way round': (count, recording) => {
    for (let n = 0; n < count; n += 1) recording.data(n);
    for (let n = count - 1; n >= 0; n -= 1) recording.success(n);
  },
};

it.each(Object.entries(RECORDINGS))('of %s grows with their number', (_, record) => {
  const cost = (count: number) => {
    const recording = new Recording();
    record(count, recording);
    return stepsOf(() => messageOf(toHaveEchoedInOrder(fixture(recording))));
  };
  expect(cost(800)).toBeLessThan(2.5 * cost(400));
});

it('of streams that have not completed grows with their number', () => {
  const cost = (count: number) => {
    const sessions = Array.from({ length: count }, (_, at) => session({ streamId: `stream-${at}` }));
    const handle = fixture(new Recording(), sessions);
    return stepsOf(() => messageOf(toHaveCompleted(handle)));
  };
  expect(cost(800)).toBeLessThan(2.5 * cost(400));
});

/** Of a handle that is at hand, which is judged at once. */
function messageOf(judgement: Judgement): string {
  return (judgement as MatcherResult).message();
}
