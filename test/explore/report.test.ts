import { expect, it } from 'vitest';
import { reportOf } from '../../src/explore/report.js';

const happened = (kind: 'TIMEOUT' | 'reset') => ({ kind, hasHappened: true });
const missed = (kind: 'TIMEOUT' | 'reset') => ({ kind, hasHappened: false });

it('a report counts in how many runs each kind was planned, and happened', () => {
  const runs = [[happened('TIMEOUT'), missed('TIMEOUT'), missed('reset')], [], [missed('TIMEOUT')]];
  const report = reportOf(7, ['TIMEOUT', 'reset', 'delay'], runs);
  expect(report).toMatchObject({
    runs: 3,
    seed: 7,
    kinds: [
      { kind: 'TIMEOUT', planned: 2, happened: 1 },
      { kind: 'reset', planned: 1, happened: 0 },
      { kind: 'delay', planned: 0, happened: 0 },
    ],
    neverHappened: ['reset', 'delay'],
  });
  expect(report.text).toBe(
    [
      'explore: 3 runs with seed 7; number of runs in which each fault was planned, and happened:',
      '           planned  happened',
      '  TIMEOUT        2         1',
      '  reset          1         0',
      '  delay          0         0',
      '  never happened: reset, delay',
    ].join('\n'),
  );
});
