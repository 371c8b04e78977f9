/** `expect()` and `verify()`: what has to come, before or after it was said, and how often. */

import type { Expectation } from 'echo-sts';
import { describe, expect, it } from 'vitest';
import { watchHost } from '../support/host.js';
import { rejection, thrown } from '../support/rejection.js';
import { type ScriptedFixture, type ScriptedWorker, useScriptedFixtures } from '../support/scripted-fixture.js';
import { fragment } from '../support/worker.js';

watchHost();
const { start, join } = useScriptedFixtures();

/** A fixture, a worker whose stream is open, and what sends fragments. */
async function open(options: Parameters<typeof start>[0] = {}) {
  const sts = await start(options);
  const worker = await join(sts);
  await worker.init();
  const send = (...numbers: number[]) => sendTo(worker, ...numbers);
  return { sts, worker, send };
}

async function sendTo(worker: ScriptedWorker, ...numbers: number[]): Promise<void> {
  for (const number of numbers) worker.send('fragment:data', fragment(number));
  await worker.settled();
}

/** What `verify` says of expectations, without the other sections. */
async function complaint(sts: Pick<ScriptedFixture, 'verify'>): Promise<string> {
  const { code, message } = await rejection(sts.verify());
  expect(code).toBe('VERIFY_FAILED');
  return message;
}

describe('an expectation', () => {
  it('is met by what comes after it', async () => {
    const { sts, send } = await open();
    const expected = sts.expectEvent({ event: 'fragment:data', sequenceNumber: 1 });
    const before = [expected.hits, expected.isMet];
    await send(0, 1);
    await sts.verify();
    expect([before, expected.hits, expected.isMet]).toEqual([[0, false], 1, true]);
  });

  it('is met by what came before it', async () => {
    const { sts, send } = await open();
    await send(0, 1);
    const expected = sts.expectEvent({ event: 'fragment:processed', sequenceNumber: 1 });
    expect([expected.hits, expected.isMet]).toEqual([1, true]);
    await sts.verify();
  });

  it('counts past and present together, each once', async () => {
    const { sts, send } = await open();
    await send(0);
    const expected = sts.expectEvent({ event: 'fragment:data', times: 3 });
    await send(1, 2);
    expect(expected.hits).toBe(3);
    await sts.verify();
  });

  it('counts although the timeline keeps nothing', async () => {
    const { sts, send } = await open({ timeline: { limit: 0 } });
    const expected = sts.expectEvent({ event: 'fragment:data', times: 2 });
    await send(0, 1);
    expect([expected.hits, sts.timeline()]).toEqual([2, []]);
    await sts.verify();
  });

  it('is missed when nothing comes', async () => {
    const { sts } = await open();
    const expected = sts.expectEvent({ event: 'stream:end' });
    expect(await complaint(sts)).toMatch(/`stream:end`, at least once; it never came/);
    expect(expected.isMet).toBe(false);
  });

  it('is missed again each time it is verified, until it comes', async () => {
    const { sts, worker } = await open();
    sts.expectEvent({ event: 'stream:end' });
    await complaint(sts);
    await complaint(sts);
    worker.send('stream:end', { stream_id: 'stream-1' });
    await sts.verify();
  });
});

describe('the criteria of an expectation', () => {
  const cases: [met: boolean, expectation: Expectation<'fragment:data'>][] = [
    [true, { event: 'fragment:data', streamId: 'stream-1', sequenceNumber: 2, direction: 'in' }],
    [false, { event: 'fragment:data', streamId: 'stream-2' }],
    [false, { event: 'fragment:data', sequenceNumber: 3 }],
    [true, { event: 'fragment:data', where: { audio: { duration_ms: 6000 } } }],
    [false, { event: 'fragment:data', where: { audio: { duration_ms: 6001 } } }],
    [true, { event: 'fragment:data', where: ({ fragment_id }) => fragment_id === 'fragment-2' }],
    [true, { event: 'fragment:data', where: (_, { sequenceNumber }) => sequenceNumber === 2 }],
    [false, { event: 'fragment:data', where: () => false }],
    [false, { event: 'fragment:data', sequenceNumber: 1, where: { fragment_id: 'fragment-2' } }],
  ];

  it.each(cases)('must all hold (%s): %j', async (met, expectation) => {
    const { sts, send } = await open();
    const early = sts.expectEvent(expectation);
    await send(0, 1, 2);
    const late = sts.expectEvent(expectation);
    expect([early.isMet, late.isMet]).toEqual([met, met]);
    expect(early.hits).toBe(late.hits);
  });

  it('tell apart by the direction what both sides say', async () => {
    const { sts, worker, send } = await open();
    const heard = sts.expectEvent({ event: 'fragment:ack', direction: 'in' });
    const said = sts.expectEvent({ event: 'fragment:ack', direction: 'out' });
    await send(0, 1);
    worker.send('fragment:ack', { fragment_id: 'fragment-0', status: 'applied', timestamp: 1 });
    await worker.settled();
    expect([heard.hits, said.hits]).toEqual([1, 2]);
  });

  it('ask a `where` function of the event alone, with a payload that it cannot change', async () => {
    const { sts, send } = await open();
    const seen: unknown[] = [];
    sts.expectEvent({
      event: 'fragment:data',
      sequenceNumber: 1,
      where: (payload, entry) => seen.push([entry.event, entry.sequenceNumber, Object.isFrozen(payload)]) > 0,
    });
    await send(0, 1, 2);
    expect(seen).toEqual([['fragment:data', 1, true]]);
  });
});

describe('`times`', () => {
  const cases: [times: Expectation<'fragment:data'>['times'], met: number[], words: string][] = [
    [undefined, [1, 2, 3], 'at least once'],
    [0, [0], 'never'],
    [2, [2], 'exactly 2 times'],
    [{}, [1, 2, 3], 'at least once'],
    [{ atLeast: 2 }, [2, 3], 'at least 2 times'],
    [{ atMost: 1 }, [0, 1], 'at most once'],
    [{ atLeast: 1, atMost: 2 }, [1, 2], '1 to 2 times'],
    [{ atLeast: 0 }, [0, 1, 2, 3], ''],
  ];

  it.each(cases)('%j is met by %j of 0 to 3 fragments', async (times, met, words) => {
    const { sts, send } = await open();
    const active = sts.expectEvent({ event: 'fragment:data', ...(times !== undefined && { times }) });
    const outcomes: number[] = [];
    const missed = new Set<string>();
    for (const count of [0, 1, 2, 3]) {
      expect(active.hits).toBe(count);
      const message = await sts.verify().then(
        () => '',
        (error: Error) => error.message,
      );
      expect(message === '').toBe(active.isMet);
      if (message === '') outcomes.push(count);
      else missed.add(/`fragment:data`, (.*?);/.exec(message)?.[1] ?? message);
      await send(count);
    }
    expect([outcomes, [...missed].join()]).toEqual([met, words]);
  });
});

describe('taking an expectation back', () => {
  it('is done by remove(), as often as one likes', async () => {
    const { sts, send } = await open();
    const expected = sts.expectEvent({ event: 'stream:end' });
    const kept = sts.expectEvent({ event: 'fragment:data', times: 1 });
    expected.remove();
    expected.remove();
    await send(0);
    expect(kept.isMet).toBe(true);
    await sts.verify();
  });

  it('is done by the end of a block with `using`', async () => {
    const { sts } = await open();
    {
      using _expected = sts.expectEvent({ event: 'stream:end' });
      await complaint(sts);
    }
    await sts.verify();
  });

  it('is done for all by reset(), after which nothing of before counts', async () => {
    const { sts, send } = await open();
    await send(0);
    const old = sts.expectEvent({ event: 'stream:end' });
    sts.addErrorRule({ when: {}, code: 'TIMEOUT' });
    sts.cut({ at: 'connect', how: 'reset' });
    await sts.reset();
    await sts.verify();
    const expected = sts.expectEvent({ event: 'fragment:data' });
    expect([old.isMet, expected.hits]).toEqual([false, 0]);
    expect(await complaint(sts)).toMatch(/^`verify` found 1 unmet expectation\.\n/);
  });

  it('is done for what was expected of entries, but what is expected after reset() counts again', async () => {
    const { sts } = await open();
    sts.expectEvent({ event: 'stream:end' });
    await sts.reset();
    const expected = sts.expectEvent({ event: 'fragment:data', times: 2 });
    const worker = await join(sts);
    await worker.init();
    await sendTo(worker, 0, 1);
    expect(expected.hits).toBe(2);
    await sts.verify();
  });
});

describe('a `where` function that throws', () => {
  const where = () => {
    throw new TypeError('oh my');
  };

  it.each([
    ['at what comes', false],
    ['at what has come', true],
  ])('%s leaves the host and the worker alone, and is reported by verify()', async (_, isLate) => {
    const { sts, worker, send } = await open();
    if (isLate) await send(0);
    const expected = sts.expectEvent({ event: 'fragment:data', where });
    if (!isLate) await send(0);
    expect((await worker.next('fragment:processed')).status).toBe('success');
    expect([expected.hits, expected.isMet]).toEqual([0, false]);
    expect(await complaint(sts)).toMatch(/`where` function threw TypeError: oh my;/);
  });

  it('is reported although the event was never to come', async () => {
    const { sts, send } = await open();
    sts.expectEvent({ event: 'fragment:data', where, times: 0 });
    await send(0);
    expect(await complaint(sts)).toMatch(/TypeError: oh my/);
  });

  it('may throw what is no error', async () => {
    const { sts, send } = await open();
    sts.expectEvent({
      event: 'fragment:data',
      where: () => {
        throw null;
      },
    });
    await send(0);
    expect(await complaint(sts)).toMatch(/`where` function threw null;/);
  });
});

describe('verify()', () => {
  it('hears first what workers have said just before', async () => {
    const sts = await start();
    const worker = await join(sts);
    await worker.init();
    sts.expectEvent({ event: 'fragment:data', times: 3 });
    for (const number of [0, 1, 2]) worker.sendSlowly('fragment:data', fragment(number));
    await sts.verify();
  });

  it('does not wait for a worker that answers nothing', async () => {
    const { sts, worker } = await open();
    sts.cut({ at: 'now', how: 'stall' });
    worker.send('stream:end', { stream_id: 'stream-1' });
    await sts.verify();
    sts.expectEvent({ event: 'stream:end' });
    await complaint(sts);
  });

  it('rejects with an error that points to the test', async () => {
    const { sts } = await open();
    sts.expectEvent({ event: 'stream:end' });
    const { stack = '', message } = await rejection(sts.verify());
    expect(stack.startsWith(`EchoStsError: ${message}\n    at `)).toBe(true);
    expect(stack.slice(stack.indexOf('\n    at ')).split('\n')[1]).toContain('expect.test.ts');
  });

  it('works without the handle', async () => {
    const { sts } = await open();
    const { expect: expectEvent, verify } = sts;
    expectEvent({ event: 'stream:end' });
    await complaint({ verify });
  });

  it('can be asked after close() of what has been recorded', async () => {
    const { sts, send } = await open();
    sts.expectEvent({ event: 'fragment:data', times: 1 });
    sts.expectEvent({ event: 'disconnect', times: 0 });
    await send(0);
    await sts.close();
    await sts.verify();
    expect((await thrown(() => sts.expectEvent({ event: 'stream:end' }))).code).toBe('CLOSED');
  });
});

describe('what is not as documented', () => {
  const cases: [name: string, expectation: unknown, complaint: RegExp][] = [
    ['expectation', undefined, /an object, got nothing|an object, got undefined/],
    ['expectation', 'fragment:data', /an object, got "fragment:data"/],
    ['event', {}, /is required, but missing/],
    ['event', { event: 'fragment:dta' }, /one of "stream:init", .+ got "fragment:dta"/],
    ['streamId', { event: 'fragment:data', streamId: '' }, /a non-empty string, got an empty string/],
    ['sequenceNumber', { event: 'fragment:data', sequenceNumber: -1 }, /an integer ≥ 0, got -1/],
    ['direction', { event: 'fragment:data', direction: 'up' }, /one of "in", "out", "note", got "up"/],
    ['direction', { event: 'fragment:data', direction: 'out' }, /"in" for `fragment:data`, got "out"/],
    [
      'direction',
      { event: 'fragment:ack', times: 3 },
      /expected "in" \(what the worker sends\) or "out" \(what the service sends\), because both sides send `fragment:ack`, got nothing/,
    ],
    ['where', { event: 'fragment:data', where: 5 }, /an object or a function, got 5/],
    ['times', { event: 'fragment:data', times: -1 }, /an integer ≥ 0, or { atLeast, atMost }, got -1/],
    ['times', { event: 'fragment:data', times: 1.5 }, /an integer ≥ 0, or { atLeast, atMost }, got 1.5/],
    ['times.atLeast', { event: 'fragment:data', times: { atLeast: -1 } }, /an integer ≥ 0, got -1/],
    ['times.atMost', { event: 'fragment:data', times: { atMost: '2' } }, /an integer ≥ 0, got the text "2"/],
    ['times', { event: 'fragment:data', times: { atLeast: 3, atMost: 2 } }, /atLeast ≤ atMost, got 3 and 2/],
    ['named', { event: 'fragment:data', named: '' }, /a non-empty string, got an empty string/],
  ];

  /** Of a name that is nearly right. */
  const HINT = /^Did you mean `[^`]+`\? /;

  it.each(cases)('is refused by its name, `%s`: %j', async (name, expectation, words) => {
    const sts = await start();
    const { code, message } = await thrown(() => sts.expectEvent(expectation as Expectation<'stream:end'>));
    expect(code).toBe('INVALID_OPTION');
    expect(message.replace(HINT, '')).toMatch(new RegExp(`^\`${name.replaceAll('.', '\\.')}\` .*(${words.source})`));
    await sts.verify();
  });

  it.each([
    [
      { event: 'fragment:data', times: { most: 2 } },
      'Did you mean `atMost`? Expected one of `atLeast`, `atMost`, got the unknown name `times.most`.',
    ],
    [
      { event: 'fragment:data', colour: 'red' },
      'Expected one of `event`, `streamId`, `sequenceNumber`, `direction`, `where`, `times`, `named`, got the unknown name `colour`.',
    ],
    [
      { event: 'fragment:dta' },
      /^Did you mean `fragment:data`\? `event` expected one of .* and 27 more, got "fragment:dta"\.$/,
    ],
  ])('is refused with the names that there are: %j', async (expectation, message) => {
    const sts = await start();
    const refused = await thrown(() => sts.expectEvent(expectation as Expectation<'stream:end'>));
    expect(refused.message).toEqual(typeof message === 'string' ? message : expect.stringMatching(message));
  });

  it.each([
    ['allow', { allow: 'left-unanswered' }, /a list of kinds of violations, got "left-unanswered"/],
    ['allow.0', { allow: ['bad-manners'] }, /one of "exceeded-max-inflight", .+ got "bad-manners"/],
    ['options', 5, /an object, got 5/],
  ])('is refused by its name in verify(), `%s`: %j', async (name, options, words) => {
    const sts = await start();
    const { code, message } = await rejection(sts.verify(options as object));
    expect(code).toBe('INVALID_OPTION');
    expect(message).toMatch(new RegExp(`^\`${name.replaceAll('.', '\\.')}\` .*(${words.source})`));
  });

  it('is refused in verify() with the names that there are', async () => {
    const { message } = await rejection((await start()).verify({ alow: [] } as object));
    expect(message).toBe('Did you mean `allow`? Expected `allow`, got the unknown name `alow`.');
  });
});
