/** `waitFor`: what it resolves with, when, and how it ends otherwise. */

import { type EchoStsError, type EventName, manualClock, type WaitForOptions } from 'echo-sts';
import { describe, expect, it, vi } from 'vitest';
import { nextTurn } from '../../src/clock/clock.js';
import { fragment } from '../support/client.js';
import { watchHost } from '../support/host.js';
import { type ScriptedFixture, type ScriptedWorker, useScriptedFixtures } from '../support/scripted-fixture.js';

watchHost();
const { start, join } = useScriptedFixtures();
const STREAM = { stream_id: 'stream-1' };

async function begin(sts: ScriptedFixture, stream_id = 'stream-1'): Promise<ScriptedWorker> {
  const worker = await join(sts);
  await worker.init({ stream_id });
  return worker;
}

/** What a wait rejects with. */
async function failure(wait: Promise<unknown>): Promise<{ code: string; message: string }> {
  const outcome = await wait.catch((error: unknown) => error);
  expect(outcome).toMatchObject({ name: 'EchoStsError' });
  return outcome as EchoStsError;
}

describe('waitFor() in vain', () => {
  it('names the rule that has kept the message back', async () => {
    const sts = await start({ errorRules: [{ on: 'stream:ready', fault: 'drop' }] });
    const worker = await join(sts);
    worker.send('stream:init', { stream_id: 'stream-1', worker_id: 'worker-1', config: {} });
    const { message } = await failure(sts.waitFor('stream:ready', { timeoutMs: 0 }));
    expect(message).toMatch(/nearest {3}none, but #\d+ rule {2}rule 1 \(every stream:ready → fault drop\)/);
  });
});

describe('waitFor() resolves', () => {
  it('at once with what is there already, the oldest that is meant', async () => {
    const sts = await start();
    const worker = await begin(sts);
    for (const number of [0, 1]) worker.send('fragment:data', fragment(number));
    await sts.waitFor('fragment:processed', { times: 2 });
    const now = { timeoutMs: 0 };
    expect(await sts.waitFor('fragment:processed', now)).toMatchObject({ sequenceNumber: 0 });
    expect(await sts.waitFor('fragment:processed', { ...now, times: 2 })).toMatchObject({ sequenceNumber: 1 });
    expect(await sts.waitFor('fragment:processed', { ...now, count: 2 })).toMatchObject({ sequenceNumber: 1 });
    expect(await sts.waitFor('fragment:processed', { ...now, sequenceNumber: 1 })).toMatchObject({ sequenceNumber: 1 });
    expect(await sts.waitFor('fragment:data', now)).toStrictEqual(sts.timeline({ event: 'fragment:data' })[0]);
  });

  it('later with what comes, in the order in which it comes', async () => {
    const sts = await start();
    const order: EventName[] = [];
    const events: EventName[] = ['disconnect', 'fragment:processed', 'fragment:data', 'stream:init', 'connect'];
    const waits = events.map(async (event) => {
      const entry = await sts.waitFor(event);
      order.push(entry.event);
      return entry.n;
    });
    const worker = await begin(sts);
    worker.send('fragment:data', fragment(0));
    await worker.next('fragment:processed');
    worker.close();
    expect(await Promise.all(waits)).toEqual([7, 6, 4, 2, 1]);
    expect(order).toEqual(events.toReversed());
  });

  it('when the session has drawn the consequences of it', async () => {
    const sts = await start({ delayMs: 600_000 });
    const taken = sts.waitFor('fragment:data').then(() => sts.session('stream-1')?.inflight);
    const worker = await begin(sts);
    worker.send('fragment:data', fragment(0));
    expect(await taken).toBe(1);
  });

  it.each<[string, Omit<WaitForOptions<'fragment:ack'>, 'where'> & { where?: object }, number]>([
    ['an event of one stream', { streamId: 'two' }, 12],
    ['an event in one direction', { direction: 'in' }, 7],
    ['an event about one fragment', { sequenceNumber: 1, streamId: 'two' }, 15],
    ['a part of the payload', { where: { fragment_id: 'fragment-1', queue_position: 0 } }, 15],
    ['all of these', { streamId: 'two', direction: 'out', where: { fragment_id: 'fragment-0' } }, 12],
  ])('with %s, past or to come', async (_, options, n) => {
    const sts = await start();
    const before = sts.waitFor('fragment:ack', options as WaitForOptions<'fragment:ack'>);
    const one = await begin(sts, 'one');
    one.send('fragment:data', fragment(0, { stream_id: 'one' }));
    await one.next('fragment:processed');
    one.send('fragment:ack', { fragment_id: 'fragment-0', status: 'applied', timestamp: 1 });
    await sts.waitFor('fragment:ack', { direction: 'in' });
    const two = await begin(sts, 'two');
    for (const number of [0, 1]) {
      two.send('fragment:data', fragment(number, { stream_id: 'two' }));
      await two.next('fragment:processed');
    }
    expect((await before).n).toBe(n);
    expect((await sts.waitFor('fragment:ack', options as WaitForOptions<'fragment:ack'>)).n).toBe(n);
  });

  it('with what a function of payload and entry says yes to, and with nothing that it only nearly does', async () => {
    const sts = await start();
    const seen: [string, number][] = [];
    const wait = sts.waitFor('fragment:data', {
      where: ({ fragment_id, audio }, { n }) => {
        seen.push([fragment_id, n]);
        return (fragment_id === 'fragment-1' && audio.bytes === 4) || ('yes' as unknown as boolean);
      },
    });
    const worker = await begin(sts);
    for (const number of [0, 1, 2]) {
      worker.send('fragment:data', fragment(number));
      await nextTurn();
    }
    expect((await wait).payload.fragment_id).toBe('fragment-1');
    expect(seen).toEqual([
      ['fragment-0', 4],
      ['fragment-1', 7],
    ]);
  });

  it('after so many, those of the past included', async () => {
    const sts = await start();
    const worker = await begin(sts);
    worker.send('fragment:data', fragment(0));
    await sts.waitFor('fragment:processed');
    const third = sts.waitFor('fragment:processed', { times: 3 });
    for (const number of [1, 2, 3]) worker.send('fragment:data', fragment(number));
    expect((await third).sequenceNumber).toBe(2);
  });

  it('counts nothing twice when it is called while an event is dealt with', async () => {
    const waits: Promise<{ n: number }>[] = [];
    const sts = await start({
      delayMs: ({ sequenceNumber }) => {
        if (sequenceNumber === 0) waits.push(sts.waitFor('fragment:data', { times: 2 }));
        return 0;
      },
    });
    const meanwhile = sts.waitFor('stream:complete');
    const worker = await begin(sts);
    for (const number of [0, 1]) worker.send('fragment:data', fragment(number));
    worker.send('stream:end', STREAM);
    await meanwhile;
    expect((await waits[0])?.n).toBe(6);
  });

  it('also on a timeline that keeps nothing, and rejects there with what is left to say', async () => {
    const sts = await start({ timeline: { limit: 0 }, seed: 1 });
    const waits = [sts.waitFor('stream:ready'), sts.waitFor('fragment:processed', { times: 2 })];
    const worker = await begin(sts);
    for (const number of [0, 1]) worker.send('fragment:data', fragment(number));
    expect(
      (await Promise.all(waits)).map(({ event, n, payload }) => [event, n, Reflect.get(payload, 'stream_id')]),
    ).toEqual([
      ['stream:ready', 3, 'stream-1'],
      ['fragment:processed', 9, 'stream-1'],
    ]);
    expect(sts.timeline()).toEqual([]);
    const { code, message } = await failure(sts.waitFor('stream:ready', { timeoutMs: 1 }));
    expect([code, message]).toEqual([
      'WAIT_TIMEOUT',
      expect.stringMatching(
        /left in the timeline\n +dropped +the oldest 9 entries are no longer in the timeline.*\n.*counts 2 fragments, /,
      ),
    ]);
  });
});

describe('waitFor() rejects', () => {
  it('with the error of a `where` function that throws, over the past and over what comes', async () => {
    const sts = await start();
    const mistake = new TypeError('no such field');
    const where = () => {
      throw mistake;
    };
    const before = sts.waitFor('stream:ready', { where }).catch((error: unknown) => error);
    const other = sts.waitFor('stream:ready');
    await begin(sts);
    expect(await before).toBe(mistake);
    expect(await other).toMatchObject({ event: 'stream:ready' });
    expect(await sts.waitFor('stream:ready', { where }).catch((error: unknown) => error)).toBe(mistake);
  });

  it('with the error of a `where` object that cannot be read', async () => {
    const sts = await start();
    await begin(sts);
    const mistake = new TypeError('a getter of the test');
    const where = {
      get stream_id(): string {
        throw mistake;
      },
    };
    expect(await sts.waitFor('stream:ready', { where, timeoutMs: 20 }).catch((error: unknown) => error)).toBe(mistake);
  });

  it('with the error of a `where` object that cannot be read any more when the time is up', async () => {
    const sts = await start();
    await begin(sts);
    const mistake = new TypeError('a getter of the test');
    let isReadable = true;
    const where = {
      get stream_id(): string {
        if (isReadable) return 'another';
        throw mistake;
      },
    };
    const wait = sts.waitFor('stream:ready', { where, timeoutMs: 20 }).catch((error: unknown) => error);
    isReadable = false;
    expect(await wait).toBe(mistake);
  });

  it('with WAIT_TIMEOUT after its time, which is real time on any clock', async () => {
    const sts = await start({ clock: manualClock() });
    vi.useFakeTimers();
    try {
      expect(await failure(sts.waitFor('stream:ready', { timeoutMs: 20 }))).toMatchObject({ code: 'WAIT_TIMEOUT' });
    } finally {
      vi.useRealTimers();
    }
  });

  it('with RESET or CLOSED when what it waits for can no longer come, and says what that was', async () => {
    const sts = await start();
    const worker = await begin(sts);
    const wait = () => failure(sts.waitFor('fragment:data', { sequenceNumber: 5, timeoutMs: 600_000 }));
    const [byReset, ofSession] = [wait(), failure(sts.waitForSession({ state: 'completed' }))];
    await sts.reset();
    expect([(await byReset).code, (await ofSession).code]).toEqual(['RESET', 'RESET']);
    expect((await byReset).message).toBe(
      '`reset()` was called while `waitFor` waited for `fragment:data`, sequence number 5; await its promise ' +
        'before that.',
    );
    await worker.next('disconnect');
    await begin(sts);
    const byClose = wait();
    await sts.close();
    expect((await byClose).code).toBe('CLOSED');
    expect(await failure(sts.waitFor('fragment:data'))).toMatchObject({
      code: 'CLOSED',
      message: '`waitFor` was called after `close()`; create a new fixture with `createEchoSts()`.',
    });
    expect(await sts.waitFor('disconnect')).toMatchObject({ payload: { by: 'fixture' } });
  });

  it.each([
    [
      'fragment:dta',
      {},
      /^Did you mean `fragment:data`\? `event` expected one of "stream:init", .* and 27 more, got "fragment:dta"\.$/,
    ],
    [undefined, {}, /^`event` expected one of .*, got nothing\.$/],
    ['toString', {}, /^`event` expected one of /],
    ['error', { streamId: '' }, '`streamId` expected a non-empty string, got an empty string.'],
    ['error', { sequenceNumber: -1 }, '`sequenceNumber` expected an integer ≥ 0, got -1.'],
    ['error', { direction: 'both' }, '`direction` expected one of "in", "out", "note", got "both".'],
    ['error', { where: 5 }, '`where` expected an object or a function, got 5.'],
    ['error', { where: [] }, '`where` expected an object or a function, got a list.'],
    ['error', { times: 0 }, '`times` expected an integer ≥ 1, got 0.'],
    ['error', { count: 0 }, '`count` expected an integer ≥ 1, got 0.'],
    [
      'error',
      { times: 1, count: 2 },
      '`count` expected nothing with `times`, got 2; it is the former name of `times`, leave it out.',
    ],
    ['error', { timeoutMs: -1 }, '`timeoutMs` expected an integer from 0 to 2147483647, or Infinity, got -1.'],
    ['error', { event: 'x' }, /^Expected one of `streamId`, `sequenceNumber`, .*, got the unknown name `event`\.$/],
    ['error', null, '`options` expected an object, got null.'],
  ])('with INVALID_OPTION, naming the argument: %s, %j', async (event, options, message) => {
    const sts = await start();
    const wait = failure(sts.waitFor(event as EventName, options as object));
    const expected = typeof message === 'string' ? message : expect.stringMatching(message);
    expect(await wait).toMatchObject({ code: 'INVALID_OPTION', message: expected });
  });
});

it('waits that have ended leave nothing that looks at what comes', async () => {
  const sts = await start();
  const looks = vi.fn(() => false);
  await failure(sts.waitFor('stream:ready', { where: looks, timeoutMs: 1 }));
  const forgotten = failure(sts.waitFor('stream:ready', { where: looks }));
  await sts.reset();
  await forgotten;
  await begin(sts);
  expect(looks).not.toHaveBeenCalled();
});
