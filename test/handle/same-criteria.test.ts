/** The same criteria mean the same in `timeline`, `format`, `entries`, `waitFor`, `expectEvent` and `toHaveReceived`. */

import type { EntryOptions, Times } from 'echo-sts';
import { matchers } from 'echo-sts/matchers';
import { describe, expect, it } from 'vitest';
import { fragment } from '../support/client.js';
import { watchHost } from '../support/host.js';
import { type ScriptedFixture, useScriptedFixtures } from '../support/scripted-fixture.js';

expect.extend(matchers);
watchHost();
const { start, join } = useScriptedFixtures();

/** Two streams with three fragments each. */
async function twoStreams(): Promise<ScriptedFixture> {
  const sts = await start();
  for (const stream_id of ['news', 'weather']) {
    const worker = await join(sts);
    await worker.init({ stream_id });
    for (const number of [0, 1, 2]) worker.send('fragment:data', { ...fragment(number), stream_id });
  }
  await sts.waitFor('fragment:processed', { times: 6 });
  return sts;
}

type Criteria = Omit<EntryOptions<'fragment:data'>, 'direction'>;

describe.each<[Criteria, number[]]>([
  [{}, [0, 1, 2, 0, 1, 2]],
  [{ streamId: 'news' }, [0, 1, 2]],
  [{ sequenceNumber: 1 }, [1, 1]],
  [{ streamId: 'weather', sequenceNumber: 2 }, [2]],
  [{ where: { sequence_number: 0 } }, [0, 0]],
  [{ where: ({ sequence_number }) => sequence_number > 0 }, [1, 2, 1, 2]],
  [{ streamId: 'news', where: { audio: { sample_rate_hz: 48000 } } }, [0, 1, 2]],
  [{ streamId: 'new' }, []],
])('%o', (criteria, numbers) => {
  const event = 'fragment:data';

  it('are met by the same entries', async () => {
    const sts = await twoStreams();
    const found = sts.timeline({ event, ...criteria });
    expect(found.map(({ sequenceNumber }) => sequenceNumber)).toEqual(numbers);
    const rows = sts.format('text', { event, ...criteria, columns: 120 }).match(/#\d+ .*fragment:data/g) ?? [];
    expect(rows.length).toBe(numbers.length);
    expect(await firstOf(sts.entries({ event, ...criteria }), numbers.length)).toEqual(found);
    expect(sts.expectEvent({ event, ...criteria }).hits).toBe(numbers.length);
    const nth = numbers.map((_, index) => sts.waitFor(event, { ...criteria, times: index + 1, timeoutMs: 0 }));
    expect(await Promise.all(nth)).toEqual(found);
    const { where, ...facts } = criteria;
    const received = expect(sts);
    received.toHaveReceived(event, where as object, { ...facts, times: numbers.length });
    received.not.toHaveReceived(event, where as object, { ...facts, times: numbers.length + 1 });
  });

  it('are met as often as `times` says, by the same count', async () => {
    const sts = await twoStreams();
    const { length } = numbers;
    const { where, ...facts } = criteria;
    const cases: [Times, boolean][] = [
      [length, true],
      [length + 1, false],
      [{ atLeast: length }, true],
      [{ atLeast: length + 1 }, false],
      [{ atMost: length }, true],
      [{ atLeast: length, atMost: length + 3 }, true],
      [{}, length > 0],
    ];
    for (const [times, isMet] of cases) {
      expect(sts.expectEvent({ event, ...criteria, times }).isMet).toBe(isMet);
      const received = isMet ? expect(sts) : expect(sts).not;
      received.toHaveReceived(event, where as object, { ...facts, times });
    }
  });
});

describe('a filter of the timeline', () => {
  it('takes the newest of those that meet all the rest', async () => {
    const sts = await twoStreams();
    const newest = sts.timeline({ where: { sequence_number: 1 }, limit: 1, direction: 'in' });
    expect(newest.map(({ streamId }) => streamId)).toEqual(['weather']);
    expect(sts.timeline({ event: 'fragment:data', where: {}, limit: 0 })).toEqual([]);
    expect(sts.timeline({ event: 'fragment:data', where: {}, limit: 100 }).length).toBe(6);
  });

  it('shows what a function of the caller throws, and refuses a promise', async () => {
    const sts = await twoStreams();
    const failing = () => {
      throw new Error('not so');
    };
    expect(() => sts.timeline({ event: 'fragment:data', where: failing })).toThrow('not so');
    expect(() => sts.timeline({ event: 'fragment:data', where: (async () => true) as never })).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTION' }),
    );
    expect(() => expect(sts).toHaveReceived('fragment:data', failing)).toThrow('not so');
  });
});

async function firstOf<Entry>(entries: AsyncIterable<Entry>, length: number): Promise<Entry[]> {
  const found: Entry[] = [];
  if (length === 0) return found;
  for await (const entry of entries) if (found.push(entry) === length) break;
  return found;
}
