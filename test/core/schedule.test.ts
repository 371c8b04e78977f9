/** What is due at a known time, in its order. */

import { describe, expect, it } from 'vitest';
import { DueList, Schedule } from '../../src/core/schedule.js';

function list(...entries: [at: number, what: string][]): DueList<string> {
  const due = new DueList<string>();
  for (const [at, what] of entries) due.add(at, what);
  return due;
}

describe('a due list', () => {
  it('knows when the first of its entries is due, and never where it is empty', () => {
    expect([list().nextAt, list([30, 'a'], [10, 'b']).nextAt]).toEqual([Number.POSITIVE_INFINITY, 10]);
  });

  it('gives out what is due by now, earliest first, and at the same time in the order in which it was added', () => {
    const due = list([20, 'c'], [10, 'a'], [10, 'b'], [30, 'd']);
    expect([due.take(9), due.take(20), due.take(20), due.nextAt]).toEqual([[], ['a', 'b', 'c'], [], 30]);
  });

  it('has an entry that is set at one time alone, and not at all when that is never', () => {
    const due = list([10, 'a'], [20, 'b']);
    due.set(30, 'a');
    expect([due.timeOf('a'), due.take(20)]).toEqual([30, ['b']]);
    due.set(Number.POSITIVE_INFINITY, 'a');
    expect([due.timeOf('a'), due.nextAt]).toEqual([Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]);
  });

  it('leaves an entry in its place that is set to the time it has', () => {
    const due = list([10, 'a'], [10, 'b']);
    due.set(10, 'a');
    expect(due.take(10)).toEqual(['a', 'b']);
  });

  it('is empty when it was cleared', () => {
    const due = list([10, 'a']);
    due.clear();
    expect(due.take(10)).toEqual([]);
  });
});

describe('the end of a connection', () => {
  const ends = (...planned: [at: number, reason: string][]) => {
    const schedule = new Schedule();
    for (const [at, reason] of planned) schedule.hangUpAt(at, reason);
    const at = schedule.nextAt;
    const reasons = schedule.take(at).ends.map((effect) => effect.kind === 'disconnect' && effect.reason);
    return [at, reasons, schedule.nextAt];
  };

  it('comes once, at the earliest of the times that are planned; of two at the same time the first stands', () => {
    const never = Number.POSITIVE_INFINITY;
    expect(ends([10, 'a'], [20, 'b'])).toEqual([10, ['a'], never]);
    expect(ends([20, 'a'], [10, 'b'])).toEqual([10, ['b'], never]);
    expect(ends([10, 'a'], [10, 'b'])).toEqual([10, ['a'], never]);
  });
});

describe('what is due now', () => {
  it('is told apart: a gap, messages, releases and ends, and none of them twice', () => {
    const schedule = new Schedule();
    const message = { kind: 'config:backpressure:ack', status: 'accepted' } as const;
    schedule.setStream(5, 8);
    const release = { kind: 'release', because: { plan: 'after-ack', delayMs: 3 } } as const;
    const nothing = { isGapOverdue: false, messages: [], releases: [], ends: [] };
    schedule.add(8, message);
    schedule.add(8, release);
    schedule.hangUpAt(8, 'done');
    expect(schedule.take(5)).toEqual(nothing);
    const end = { kind: 'disconnect', how: 'server-disconnect', reason: 'done' };
    expect(schedule.take(8)).toEqual({ isGapOverdue: true, messages: [message], releases: [release], ends: [end] });
    expect([schedule.take(8), schedule.nextAt]).toEqual([nothing, Number.POSITIVE_INFINITY]);
  });

  it('is nothing when results and gap are never', () => {
    const schedule = new Schedule();
    schedule.setStream(5, 8);
    schedule.setStream(Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY);
    expect(schedule.nextAt).toBe(Number.POSITIVE_INFINITY);
  });
});
