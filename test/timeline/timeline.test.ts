/** The timeline: everything that crossed the wire in either direction, and what the fixture decided, in order. */

import { type Fragment, manualClock, type TimelineFilter } from 'echo-sts';
import { describe, expect, it } from 'vitest';
import { outline } from '../support/entries.js';
import { ack, processed, ready, UUID } from '../support/expected.js';
import { hashOf } from '../support/hash.js';
import { watchHost } from '../support/host.js';
import { type ScriptedFixture, useScriptedFixtures } from '../support/scripted-fixture.js';
import { fragment, init } from '../support/worker.js';

watchHost();
const { start, join, begin } = useScriptedFixtures();
const STREAM = { stream_id: 'stream-1' };
const SESSION = expect.stringMatching(UUID);
/** `QUJDRA==`, the audio of `fragment()`, as a timeline shows it. */
const AUDIO = {
  format: 'm4a',
  sample_rate_hz: 48000,
  channels: 2,
  duration_ms: 6000,
  bytes: 4,
  hash: hashOf(Buffer.from('ABCD')),
};

describe('a timeline', () => {
  it('holds a whole stream, each message as on the wire, audio by its size and hash', async () => {
    const sts = await start({ clock: manualClock(), delayMs: 40, autoCloseMs: 60 });
    const worker = await begin(sts);
    worker.send('fragment:data', fragment(0));
    await worker.next('fragment:ack');
    await sts.clock.advance(40);
    worker.send('stream:end', { ...STREAM, reason: 'done' });
    await worker.next('stream:complete');
    await sts.clock.runToIdle();
    await worker.next('disconnect');
    const result = processed(0, { processing_time_ms: 40, stage_timings: expect.any(Object), dubbed_audio: AUDIO });
    const of = (direction: string, event: string, payload: unknown, more: object = {}) => ({
      n: expect.any(Number),
      atMs: expect.any(Number),
      direction,
      event,
      streamId: 'stream-1',
      sessionId: SESSION,
      payload,
      ...more,
    });
    const byHand = (did: string) => ({
      n: expect.any(Number),
      atMs: expect.any(Number),
      direction: 'note',
      event: 'test',
      streamId: '',
      payload: { did },
    });
    const about0 = { sequenceNumber: 0 };
    const entries = sts.timeline();
    expect(entries).toStrictEqual([
      of('note', 'connect', {}),
      of('in', 'stream:init', init()),
      of('out', 'stream:ready', ready(), { cause: { entry: 2 } }),
      of('in', 'fragment:data', { ...fragment(0), audio: AUDIO }, about0),
      of('out', 'fragment:ack', ack(0, { estimated_completion_ms: 40 }), {
        ...about0,
        cause: { entry: 4 },
      }),
      byHand('clock.advance(40)'),
      of('out', 'fragment:processed', result, { ...about0, cause: { entry: 4, delayMs: 40 } }),
      of('in', 'stream:end', { ...STREAM, reason: 'done' }),
      of('out', 'stream:complete', expect.objectContaining({ total_fragments: 1 }), { cause: { entry: 8 } }),
      byHand('clock.runToIdle()'),
      of('note', 'hang-up', { reason: 'stream completed' }),
      of('note', 'disconnect', { reason: 'server namespace disconnect', by: 'fixture' }),
    ]);
    expect(entries.map(({ n, atMs }) => [n, atMs])).toEqual(
      [0, 0, 0, 0, 0, 0, 40, 40, 40, 40, 100, 100].map((atMs, index) => [index + 1, atMs]),
    );
  });

  it.each([
    ['nothing', '', 0],
    ['one byte', 'QQ==', 1],
    ['more than the decoder takes at once', 'QUJD'.repeat(10_000), 30_000],
  ])('tells audio of %s by a hash of its bytes', async (_, data_base64, bytes) => {
    const sts = await start();
    const worker = await begin(sts);
    worker.send('fragment:data', fragment(0, { audio: { ...fragment(0).audio, data_base64 } }));
    const { payload } = await sts.waitFor('fragment:processed');
    const hash = hashOf(Buffer.from(data_base64, 'base64'));
    expect(payload.dubbed_audio).toStrictEqual({ ...AUDIO, bytes, hash });
    expect(sts.timeline({ event: 'fragment:data' })[0]?.payload.audio).toStrictEqual({ ...AUDIO, bytes, hash });
  });

  it.each([{}, { limit: 0 }])(
    'of %j lets functions of the test know the audio by its size and hash',
    async (timeline) => {
      const digests: unknown[] = [];
      const transcript = ({ audioDigest }: Fragment) => {
        digests.push(audioDigest);
        return '';
      };
      const worker = await begin(await start({ timeline, transcript }));
      worker.send('fragment:data', fragment(0));
      await worker.next('fragment:processed');
      expect(digests).toEqual([{ bytes: 4, hash: hashOf(Buffer.from('ABCD')) }]);
    },
  );

  it('tells which fragment an acknowledgement of the worker is about', async () => {
    const sts = await start();
    const worker = await begin(sts);
    worker.send('fragment:data', fragment(0));
    await worker.next('fragment:processed');
    for (const fragment_id of ['fragment-0', 'another']) {
      worker.send('fragment:ack', { fragment_id, status: 'applied', timestamp: 1 });
    }
    await sts.idle();
    const acks = sts.timeline({ event: 'fragment:ack', direction: 'in' });
    expect(acks.map(({ sequenceNumber }) => sequenceNumber)).toEqual([0, undefined]);
  });

  it('keeps audio when it is asked to', async () => {
    const sts = await start({ timeline: { audio: true } });
    const worker = await begin(sts);
    worker.send('fragment:data', fragment(0));
    const { payload } = await sts.waitFor('fragment:processed');
    expect(payload.dubbed_audio).toStrictEqual({ ...AUDIO, data_base64: 'QUJDRA==' });
  });

  it('ties a result to its fragment, rule, fault and delay, also when a later event set it free', async () => {
    const sts = await start({ clock: manualClock(), delayMs: 10, seed: 1 });
    sts.addErrorRule({ when: { sequenceNumber: 1 }, code: 'TIMEOUT', delayMs: 5 });
    sts.addErrorRule({ when: { sequenceNumber: 2 }, fault: 'duplicate' });
    const worker = await begin(sts);
    for (const number of [1, 2]) worker.send('fragment:data', fragment(number));
    await sts.clock.advance(50);
    worker.send('fragment:data', fragment(0));
    await sts.clock.advance(10);
    expect(outline(sts.timeline().slice(5))).toMatchInlineSnapshot(`
      [
        "6 in fragment:data 1",
        "7 note rule 1 {"entry":6}",
        "8 out fragment:ack 1 {"entry":6}",
        "9 in fragment:data 2",
        "10 note rule 2 {"entry":9}",
        "11 out fragment:ack 2 {"entry":9}",
        "12 note test",
        "13 in fragment:data 0",
        "14 out fragment:ack 0 {"entry":13}",
        "15 note test",
        "16 out fragment:processed 0 {"entry":13,"delayMs":10}",
        "17 out fragment:processed 1 {"entry":6,"rule":"rule 1 ({ sequenceNumber: 1 } → TIMEOUT, 5 ms later)","delayMs":15}",
        "18 out fragment:processed 2 {"entry":9,"rule":"rule 2 ({ sequenceNumber: 2 } → fault duplicate)","fault":"duplicate","delayMs":10}",
        "19 out fragment:processed 2 {"entry":9,"rule":"rule 2 ({ sequenceNumber: 2 } → fault duplicate)","fault":"duplicate","delayMs":10}",
      ]
    `);
  });

  it('shows a message that is refused before the refusal, and no result as that of a refused fragment', async () => {
    const sts = await start({ clock: manualClock(), delayMs: 10 });
    const worker = await begin(sts);
    for (const number of [0, 0, 9]) worker.send('fragment:data', fragment(number, { fragment_id: 'same' }));
    worker.send('fragment:data', { ...STREAM, sequence_number: 'one' });
    worker.send('fragment:dta', { a: [1] }, 2);
    await sts.clock.advance(10);
    const entries = sts.timeline().slice(3);
    expect(outline(entries)).toMatchInlineSnapshot(`
      [
        "4 in fragment:data 0",
        "5 out fragment:ack 0 {"entry":4}",
        "6 in fragment:data 0",
        "7 note violation 0 {"entry":6}",
        "8 out error 0 {"entry":6}",
        "9 in fragment:data 9",
        "10 note violation 9 {"entry":9}",
        "11 out error 9 {"entry":9}",
        "12 in malformed",
        "13 note violation {"entry":12}",
        "14 out error {"entry":12}",
        "15 in unknown",
        "16 note violation {"entry":15}",
        "17 note test",
        "18 out fragment:processed 0 {"entry":4,"delayMs":10}",
      ]
    `);
    expect(
      entries.filter(({ event }) => event === 'malformed' || event === 'unknown').map(({ payload }) => payload),
    ).toEqual([
      { event: 'fragment:data', payload: { ...STREAM, sequence_number: 'one' } },
      { event: 'fragment:dta', payload: [{ a: [1] }, 2] },
    ]);
  });

  it('ties what a cut does to the cut', async () => {
    const sts = await start();
    sts.cut({ at: 'after-ack', how: 'transport-close', sequenceNumber: 0 });
    const worker = await begin(sts);
    worker.send('fragment:data', fragment(0));
    await worker.next('disconnect');
    await sts.waitFor('disconnect');
    expect(outline(sts.timeline().slice(4))).toMatchInlineSnapshot(`
      [
        "5 in fragment:data 0",
        "6 out fragment:ack 0 {"entry":5}",
        "7 note cut {"entry":5,"cut":"after-ack"}",
        "8 note disconnect",
      ]
    `);
  });

  it('shows the connections that come and go without a stream', async () => {
    const sts = await start();
    (await join(sts)).close();
    expect(sts.timeline().map(({ event, streamId, payload }) => [event, streamId, payload])).toEqual([
      ['connect', '', {}],
      ['disconnect', '', { reason: 'client namespace disconnect', by: 'worker' }],
    ]);
  });

  it('is frozen, through and through', async () => {
    const sts = await start();
    const worker = await begin(sts);
    worker.send('fragment:data', fragment(0, { metadata: { deep: [{ list: [1] }] } }));
    await sts.waitFor('fragment:processed');
    const thawed: unknown[] = [];
    const look = (value: unknown): void => {
      if (typeof value !== 'object' || value === null) return;
      if (!Object.isFrozen(value)) thawed.push(value);
      Object.values(value).forEach(look);
    };
    for (const entry of sts.timeline()) look(entry);
    look(await sts.waitFor('stream:ready'));
    expect(thawed).toEqual([]);
    expect(sts.timeline()).toHaveLength(6);
  });
});

describe('a filter', () => {
  async function twoStreams(): Promise<ScriptedFixture> {
    const sts = await start();
    for (const stream_id of ['one', 'two']) {
      const worker = await begin(sts, { stream_id });
      worker.send('fragment:data', fragment(0, { stream_id }));
      await worker.next('fragment:processed');
      worker.send('fragment:ack', { fragment_id: 'fragment-0', status: 'applied', timestamp: 1 });
      await sts.idle();
    }
    return sts;
  }

  it.each<[TimelineFilter, number[]]>([
    [{}, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14]],
    [{ streamId: 'two' }, [8, 9, 10, 11, 12, 13, 14]],
    [{ streamId: 'tw' }, []],
    [{ event: 'fragment:ack' }, [5, 7, 12, 14]],
    [{ event: 'fragment:ack', direction: 'in' }, [7, 14]],
    [{ event: 'fragment:ack', direction: 'in', streamId: 'two' }, [14]],
    [{ direction: 'note' }, [1, 8]],
    [{ since: 12 }, [13, 14]],
    [{ since: 14 }, []],
    [{ limit: 2 }, [13, 14]],
    [{ limit: 0 }, []],
    [{ since: 3, limit: 3, direction: 'out' }, [10, 12, 13]],
    [{ streamId: undefined, since: undefined, limit: 1 } as unknown as TimelineFilter, [14]],
  ])('%j picks the entries that meet all of it', async (filter, numbers) => {
    expect((await twoStreams()).timeline(filter).map(({ n }) => n)).toEqual(numbers);
  });

  it.each([
    [{ streamId: '' }, '`streamId` expected a non-empty string, got an empty string.'],
    [{ direction: 'up' }, '`direction` expected one of "in", "out", "note", got "up".'],
    [{ since: -1 }, '`since` expected an integer ≥ 0, got -1.'],
    [{ limit: 1.5 }, '`limit` expected an integer ≥ 0, got 1.5.'],
    [
      { stream: 'x' },
      'Did you mean `streamId`? Expected one of `streamId`, `sequenceNumber`, `direction`, `where`, `event`, `since`, `limit`, got the unknown name `stream`.',
    ],
    ['stream-1', '`filter` expected an object, got "stream-1".'],
    [null, '`filter` expected an object, got null.'],
  ])('%j is refused', async (filter, message) => {
    const sts = await start();
    const read = () => sts.timeline(filter as TimelineFilter);
    expect(read).toThrow(expect.objectContaining({ name: 'EchoStsError', code: 'INVALID_OPTION', message }));
  });

  it('refuses an event that no timeline can hold, with the names of those that it can', async () => {
    const sts = await start();
    const read = () => sts.timeline({ event: 'fragment:dta' } as unknown as TimelineFilter);
    expect(read).toThrow(
      /^Did you mean `fragment:data`\? `event` expected one of "stream:init", "fragment:data", .+ and \d+ more, got "fragment:dta"\.$/,
    );
  });
});
