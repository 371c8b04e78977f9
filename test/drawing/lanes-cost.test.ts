/** What it costs to name the lanes of many streams: twice as many, or twice as long, takes twice as many steps. */

import type { TimelineEntry } from 'echo-sts';
import { expect, it, onTestFinished, vi } from 'vitest';
import { lanesOf } from '../../src/drawing/lanes.js';

const CASES: readonly (readonly [string, (at: number, length: number) => string, (at: number) => string])[] = [
  ['streams that begin alike', (at, length) => `${'x'.repeat(length)}${at}`, (at) => `session-${at}`],
  [
    'streams that begin alike, but not all',
    (at, length) => `${'y'.repeat(at % 7)}${'x'.repeat(length)}${at}`,
    (at) => `session-${at}`,
  ],
  [
    'streams whose names are the same once they are cut',
    (at, length) => `${'x'.repeat(length)}${at % 2}${'z'.repeat(length)}${at}${'w'.repeat(length)}`,
    (at) => `session-${at}`,
  ],
  ['sessions of one stream', (_, length) => 'x'.repeat(length), (at) => `session-${at}`],
  ['connections without a stream', () => '', (at) => `session-${at}`],
];

it.each(CASES)('of %s grows with their number and their length', (_, streamOf, sessionOf) => {
  const cost = (count: number, length: number) =>
    stepsOf(() =>
      lanesOf(
        Array.from({ length: count }, (_, at) => entry(streamOf(at, length), sessionOf(at))),
        20,
      ),
    );
  const once = cost(200, 200);
  expect(cost(400, 200)).toBeLessThan(2.5 * once);
  expect(cost(200, 400)).toBeLessThan(2.5 * once);
});

function entry(streamId: string, sessionId: string): TimelineEntry {
  return { n: 1, atMs: 0, direction: 'note', event: 'connect', streamId, sessionId, payload: {} };
}

/** How many characters and members are looked at by what a text, list or set offers to look at many of them at once. */
function stepsOf(work: () => void): number {
  let steps = 0;
  const { prototype: text } = String;
  const { prototype: list } = Array;
  const { startsWith, slice } = text;
  const { includes, indexOf, join } = list;
  const { has } = Set.prototype;
  vi.spyOn(text, 'startsWith').mockImplementation(function (this: string, part: string, from?: number) {
    steps += part.length;
    return startsWith.call(this, part, from);
  });
  vi.spyOn(text, 'slice').mockImplementation(function (this: string, from?: number, to?: number) {
    const part = slice.call(this, from, to);
    steps += part.length;
    return part;
  });
  vi.spyOn(list, 'includes').mockImplementation(function (this: unknown[], ...args: [unknown]) {
    steps += this.length;
    return Reflect.apply(includes, this, args);
  });
  vi.spyOn(list, 'indexOf').mockImplementation(function (this: unknown[], ...args: [unknown]) {
    steps += this.length;
    return Reflect.apply(indexOf, this, args);
  });
  vi.spyOn(list, 'join').mockImplementation(function (this: unknown[], ...args: [string?]) {
    steps += this.length;
    return Reflect.apply(join, this, args);
  });
  vi.spyOn(Set.prototype, 'has').mockImplementation(function (this: Set<unknown>, member: unknown) {
    steps += 1;
    return has.call(this, member);
  });
  onTestFinished(() => void vi.restoreAllMocks());
  try {
    work();
    return steps;
  } finally {
    vi.restoreAllMocks();
  }
}
