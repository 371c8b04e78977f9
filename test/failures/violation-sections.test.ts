/** What is said of a group of violations, besides its first. */

import { expect, it } from 'vitest';
import type { ViolationKind } from '../../src/core/violations.js';
import { violationSections } from '../../src/failures/violation-sections.js';
import type { Violation } from '../../src/record/violation-log.js';
import { Recording, session } from '../matchers/fake.js';

const SIGNALLED_AT = 1000;

/** The sentence with the number of fragments, for these violations of a session with these arrivals. */
function extentOf(kind: ViolationKind, arrivals: readonly number[], violatedAt: readonly number[]): string | undefined {
  const [signal] = new Recording().add('out', 'backpressure', {}).entries;
  const entries = signal === undefined ? [] : [{ ...signal, atMs: SIGNALLED_AT }];
  const violations = violatedAt.map(
    (atMs): Violation => ({ kind, message: `at ${atMs}`, streamId: 'news', sessionId: '1', atMs, entries }),
  );
  const fragments = arrivals.map((receivedAt, at) => ({
    fragmentId: `f-${at}`,
    sequenceNumber: at,
    status: 'success' as const,
    attempts: 1,
    receivedAt,
  }));
  const of = session({
    sessionId: '1',
    streamId: 'news',
    fragments,
    totalFragments: fragments.length,
    peakInflight: 4,
  });
  return violationSections(violations, [of])[0]?.[1].find((line) => line.includes('accepted fragments'));
}

const EXCUSED = 'those that may have left before it was read are excused';

it.each<[string, Parameters<typeof extentOf>, string]>([
  [
    'how many were in flight at once',
    ['exceeded-max-inflight', [990, 1001, 1002, 1003], [1003]],
    '1 of the 4 accepted fragments arrived over the limit; at most 4 were in flight at once',
  ],
  [
    'that a worker never waited after a pause',
    ['sent-while-told-to-pause', [900, 1010, 1041, 1060, 1500], [1041, 1060]],
    `2 of the 5 accepted fragments arrived despite it, after waits of at most 31 ms; ${EXCUSED}`,
  ],
  [
    'that it waited first, and then went on by itself',
    ['sent-while-told-to-pause', [900, 2500], [2500]],
    `1 of the 2 accepted fragments arrived despite it, after waits of at most 1.5 s; ${EXCUSED}`,
  ],
  [
    'that it kept a delay once',
    ['ignored-recommended-delay', [1100, 1110, 1120], [1110, 1120]],
    `2 of the 3 accepted fragments arrived too soon, after waits of at most 100 ms; ${EXCUSED}`,
  ],
  [
    'no wait where no time has passed',
    ['sent-while-told-to-pause', [1000], [1000]],
    `1 of the 1 accepted fragments arrived despite it; ${EXCUSED}`,
  ],
])('says %s', (_, parameters, sentence) => {
  expect(extentOf(...parameters)).toBe(sentence);
});
