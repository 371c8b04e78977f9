/** Who has come and has no session, as it is written down: counted, bounded, and gone when it is over. */

import { expect, it } from 'vitest';
import { Arrivals } from '../../src/record/arrivals.js';
import type { ArrivalStep } from '../../src/record/observer.js';
import { Tally } from '../../src/record/tally.js';
import { Timeline } from '../../src/timeline/timeline.js';

function arrivalsWith(limit = 5000) {
  const [timeline, tally] = [new Timeline({ limit, audio: false }), new Tally()];
  const arrivals = new Arrivals({ timeline, tally, now: () => 7 });
  const refuse = (message: string, more: object = { reason: 'path' }) =>
    arrivals.observe({ kind: 'refused', refusal: { message, ...more } });
  const payloads = () => timeline.read({ event: 'refused' }).map(({ payload }) => payload);
  return { arrivals, timeline, tally, refuse, payloads };
}

it('alike ones are one note, and each is counted', () => {
  const { refuse, payloads, tally } = arrivalsWith();
  for (const message of ['a', 'b', 'a']) refuse(message);
  expect(payloads()).toEqual([
    { reason: 'path', message: 'a', times: 2 },
    { reason: 'path', message: 'b' },
  ]);
  expect([...tally.take().refusals]).toEqual([['path', 3]]);
});

it('a note that the timeline has dropped is written anew, and goes on counting', () => {
  const { refuse, payloads } = arrivalsWith(1);
  for (const message of ['a', 'b', 'a']) refuse(message);
  expect(payloads()).toEqual([{ reason: 'path', message: 'a', times: 2 }]);
});

it('what a guard or the test itself refuses is a note each', () => {
  const { arrivals, refuse, payloads, tally } = arrivalsWith();
  for (const _ of [0, 1]) refuse('no', { code: 'AUTH_FAILED' });
  refuse('as asked', { status: 503 });
  expect(payloads()).toHaveLength(3);
  expect(arrivals.seen.refused.map(({ n, payload }) => [n, payload.times])).toEqual([
    [2, 2],
    [3, undefined],
  ]);
  const counts = tally.take();
  expect([[...counts.refusals], [...counts.errors]]).toEqual([
    [
      ['AUTH_FAILED', 2],
      ['refuse', 1],
    ],
    [['AUTH_FAILED', 2]],
  ]);
});

it.each<[string, ArrivalStep['kind'][], (string | number)[][]]>([
  ['has opened a transport', ['opened'], [['opened', 1]]],
  ['waits for an answer', ['opened', 'judged'], [['judged', 1]]],
  ['is in', ['opened', 'judged', 'settled'], []],
  ['was in and has gone', ['opened', 'settled', 'gone'], []],
  ['has gone before', ['opened', 'gone'], [['gone', 1]]],
])('who %s is known as that', (_, kinds, expected) => {
  const { arrivals } = arrivalsWith();
  const connection = {};
  for (const kind of kinds) arrivals.observe({ kind, connection, at: 1 } as ArrivalStep);
  expect(arrivals.seen.waiting.map(({ stage, count }) => [stage, count])).toEqual(expected);
});
