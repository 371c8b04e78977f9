/** What it costs to look at the results of a stream: twice as many fragments take twice as many steps. */

import { expect, it } from 'vitest';
import { toBeByteExact } from '../../src/matchers/byte-exact.js';
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
  'fragments without a result': (count, recording) => {
    recording.data(count).success(count);
    for (let n = 0; n < count; n += 1) recording.data(n);
  },
  'results that come the wrong way round': (count, recording) => {
    for (let n = 0; n < count; n += 1) recording.data(n);
    for (let n = count - 1; n >= 0; n -= 1) recording.success(n);
  },
};

/** Whose audio each result carries. */
const SOURCES: Readonly<Record<string, (n: number, count: number) => number>> = {
  'echoes that are shifted': (n) => n + 1,
  'echoes that are swapped': (n) => n ^ 1,
  'echoes that come the wrong way round': (n, count) => count - 1 - n,
  'echoes that are all the same': () => 0,
  'echoes of two kinds': (n) => n % 2,
  'echoes that nobody knows': (n, count) => n + count,
};

it.each(Object.entries(SOURCES))('of %s grows with their number', (_, sourceOf) => {
  const cost = (count: number) => {
    const recording = new Recording();
    for (let n = 0; n < count; n += 1) recording.data(n, wide(n)).success(n, wide(sourceOf(n, count)));
    return stepsOf(() => messageOf(toHaveEchoedInOrder(fixture(recording))));
  };
  expect(cost(800)).toBeLessThan(2.5 * cost(400));
});

it.each(Object.entries(SOURCES))('of a list of %s grows with their number', (_, sourceOf) => {
  const cost = (count: number) => {
    const awaited = Array.from({ length: count }, (_, n) => wide(n));
    const came = awaited.map((_, n) => wide(sourceOf(n, count)));
    return stepsOf(() => toBeByteExact(came, awaited).message());
  };
  expect(cost(800)).toBeLessThan(2.5 * cost(400));
});

it('of a stream with many sessions, each with a fragment without a result, grows with their number', () => {
  const cost = (count: number) => {
    const recording = new Recording();
    for (let n = 0; n < count; n += 1) recording.data(n, wide(n), {}, { sessionId: `session-${n}` });
    recording.data(count, wide(0)).success(count, wide(0));
    return stepsOf(() => messageOf(toHaveEchoedInOrder(fixture(recording))));
  };
  expect(cost(800)).toBeLessThan(2.5 * cost(400));
});

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

/** Four bytes that differ from one fragment to the next, however many there are. */
function wide(n: number): Uint8Array {
  return Uint8Array.of(n & 255, (n >> 8) & 255, 1, 2);
}

/** Of a handle that is at hand, which is judged at once. */
function messageOf(judgement: Judgement): string {
  return (judgement as MatcherResult).message();
}
