import { DEFAULT_SETTINGS } from 'echo-sts/core';
import { describe, expect, it } from 'vitest';
import { SIMULATED_ERROR_MESSAGE } from '../../src/core/error-codes.js';
import { FragmentRecords, ID_CHARACTER_LIMIT, RECORD_LIMIT } from '../../src/core/fragment-records.js';
import { History } from '../../src/core/history.js';
import { abbreviate, isPromise, show } from '../../src/core/show.js';
import { freeze } from '../../src/core/snapshot.js';
import { Statistics } from '../../src/core/statistics.js';
import { ack, active, fragment, malformed } from '../support/drive.js';

describe('what a session remembers', () => {
  it('ends at 10 000 fragments, the oldest forgotten and counted', () => {
    const records = new FragmentRecords();
    for (let number = 0; number < RECORD_LIMIT + 5; number += 1) records.take(`id-${number}`, number, 0);
    expect(records).toMatchObject({ taken: RECORD_LIMIT + 5, forgotten: 5 });
    expect(records.all()).toHaveLength(RECORD_LIMIT);
    expect(records.all().at(0)?.fragmentId).toBe('id-5');
  });

  it('lets go of what it has forgotten', () => {
    const records = new FragmentRecords();
    for (let number = 0; number < RECORD_LIMIT * 1.1 + 1; number += 1) records.take(`id-${number}`, number, 0);
    expect(records.get('id-0')).toBeUndefined();
    expect(records).toMatchObject({ forgotten: RECORD_LIMIT / 10 + 1 });
    expect(records.all().at(0)?.fragmentId).toBe(`id-${RECORD_LIMIT / 10 + 1}`);
  });

  it('lets go of none before that, and from then on may have taken any', () => {
    const records = new FragmentRecords();
    for (let number = 0; number < RECORD_LIMIT; number += 1) records.take(`id-${number}`, number, 0);
    expect([records.mayHaveTaken('id-0'), records.mayHaveTaken('other')]).toEqual([true, false]);
    for (let number = RECORD_LIMIT; number < RECORD_LIMIT * 1.1; number += 1) records.take(`id-${number}`, number, 0);
    expect([records.get('id-0')?.sequenceNumber, records.mayHaveTaken('other')]).toEqual([0, true]);
  });

  it('ends at a million characters of fragment ids', () => {
    const records = new FragmentRecords();
    const long = 'x'.repeat(ID_CHARACTER_LIMIT / 4);
    for (let number = 0; number < 6; number += 1) records.take(`${number}${long}`, number, 0);
    expect(records.forgotten).toBe(2);
    records.update(`0${long}`, { status: 'success' });
    expect(records.get(`0${long}`)).toBeUndefined();
  });

  it('takes a fragment that was forgotten as a duplicate by its number still', () => {
    const drive = active();
    for (let number = 0; number <= RECORD_LIMIT * 1.1; number += 1) drive.feed(fragment(number));
    drive.feed(fragment(0));
    expect(drive.effects.at(-1)).toMatchObject({
      message: expect.stringContaining('sequence_number 0 was already accepted'),
    });
    // What is forgotten may have failed and be sent again rightly.
    expect(drive.notes).toEqual([]);
  });

  it('ends at 1000 acks and errors, with ids cut', () => {
    const drive = active();
    const name = 'y'.repeat(1000);
    for (let number = 0; number < 2500; number += 1) drive.feed(ack(name), malformed);
    const { acks, errors, forgotten } = drive.session.snapshot();
    expect([acks.length, errors.length, forgotten.acks, forgotten.errors]).toEqual([1000, 1000, 1500, 1500]);
    expect(acks[0]?.fragmentId).toBe(`${'y'.repeat(80)}…`);
  });
});

describe('a history', () => {
  it.each([0, 1, 3, 4, 5, 6, 7, 100])('of limit 3 has the newest and counts the rest after %i entries', (count) => {
    const history = new History<number>(3);
    const all = Array.from({ length: count }, (_, index) => index);
    for (const entry of all) history.record(entry);
    expect(history.entries).toEqual(all.slice(-3));
    expect(history.forgotten).toBe(Math.max(0, count - 3));
  });
});

describe('statistics', () => {
  it.each([
    [[10], 10],
    [[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19], 19],
    [[5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 900], 5],
    [[900, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 900, 5], 900],
  ])('have the nearest rank of %j at %i', (times, p95) => {
    const statistics = new Statistics();
    for (const time of times) statistics.record('success', time);
    expect(statistics.summary().p95ProcessingTimeMs).toBe(p95);
  });

  it('count each kind of result', () => {
    const statistics = new Statistics();
    statistics.record('success', 1);
    statistics.record('partial', 2);
    statistics.record('failed', 4);
    expect(statistics.summary()).toEqual({
      successCount: 1,
      partialCount: 1,
      failedCount: 1,
      droppedCount: 0,
      avgProcessingTimeMs: 2,
      p95ProcessingTimeMs: 4,
    });
  });
});

describe('a snapshot', () => {
  it('is frozen through and through, and functions are left as they are', () => {
    const run = () => 1;
    const frozen = freeze({ list: [{ a: 1 }], nothing: null, run });
    expect([frozen, frozen.list, frozen.list[0]].every(Object.isFrozen)).toBe(true);
    expect([Object.isFrozen(run), freeze(run) === run, Object.isFrozen(run)]).toEqual([false, true, false]);
  });
});

describe('a value in a message', () => {
  it('of 80 characters is shown whole', () => {
    expect([abbreviate('x'.repeat(80)), abbreviate('x'.repeat(81))]).toEqual(['x'.repeat(80), `${'x'.repeat(80)}…`]);
  });

  it.each([
    [undefined, 'nothing'],
    [null, 'null'],
    ['', 'an empty string'],
    ['short', '"short"'],
    ['z'.repeat(200), `"${'z'.repeat(80)}…"`],
    [-0.5, '-0.5'],
    [Number.NaN, 'NaN'],
    [true, 'true'],
    [[1], 'a list'],
    [{ a: 1 }, 'an object'],
    [new Uint8Array(3), 'binary data'],
    [new ArrayBuffer(3), 'binary data'],
    [() => 1, 'a function'],
    [Promise.resolve(1), 'a promise'],
  ])('%s is shown as %s', (value, shown) => {
    expect(show(value)).toBe(shown);
  });
});

describe('a promise', () => {
  const then = () => undefined;

  it.each<[string, unknown, boolean]>([
    ['a promise', Promise.resolve(1), true],
    ['an object that can be awaited', { then }, true],
    ['a function that can be awaited', Object.assign(() => undefined, { then }), true],
    ['a function that cannot', () => undefined, false],
    ['an object whose `then` is no function', Object.fromEntries([['then', 1]]), false],
    ['nothing', undefined, false],
    ['null', null, false],
    ['a text', 'then', false],
  ])('is told from what is none: %s', (_, value, is) => {
    expect(isPromise(value)).toBe(is);
  });
});

describe('the defaults', () => {
  it('are those of the protocol, and an echo without delay', () => {
    expect(DEFAULT_SETTINGS).toMatchObject({ seed: '0', delayMs: 0, maxInflight: 10, backpressure: { kind: 'off' } });
  });

  it('have a simulated error say that it is one', () => {
    expect(SIMULATED_ERROR_MESSAGE).toBe('Simulated error');
  });
});
