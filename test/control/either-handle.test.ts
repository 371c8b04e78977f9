/** One test file for the handle in the fixture's own process and for one in another: it awaits every answer. */

import { readFileSync } from 'node:fs';
import { type AnyEchoSts, type AnyScope, manualClock, type ScopeOptions } from 'echo-sts';
import { matchers } from 'echo-sts/matchers';
import { describe, expect, it } from 'vitest';
import { MEMBERS } from '../../src/control/members.js';
import { fragment, type TestWorker } from '../support/client.js';
import { PLACES, useHandles } from '../support/handles.js';
import { watchHost } from '../support/host.js';
import { rejection, unwrapped } from '../support/rejection.js';

watchHost();
const { handle, join, tryToConnect } = useHandles();
expect.extend(matchers);

/** What a call is refused with, at once or by its promise. */
const refusal = (call: () => unknown) => rejection(Promise.resolve().then(call));

/** A worker whose stream is open. */
async function begin(sts: AnyEchoSts, streamId = 'stream-1'): Promise<TestWorker> {
  const worker = await join(sts);
  await worker.init({ stream_id: streamId });
  return worker;
}

/** Sends fragments; resolves with how they came out. */
async function send(worker: TestWorker, ...numbers: number[]): Promise<string[]> {
  const results: string[] = [];
  for (const number of numbers) {
    worker.send('fragment:data', fragment(number));
    const { status, error } = await worker.next('fragment:processed');
    results.push(error?.code ?? status);
  }
  return results;
}

describe.each(PLACES)('a %s handle', (place) => {
  it('tells where the fixture is, its seed and how many are connected', async () => {
    const sts = await handle(place, { seed: 'abc' });
    const before = await sts.connections;
    await begin(sts);
    expect([before, await sts.connections, await sts.seed, await sts.host]).toEqual([0, 1, 'abc', '127.0.0.1']);
    expect(await sts.url).toBe(`http://127.0.0.1:${await sts.port}`);
    expect(await sts.controlUrl).toBe(`${await sts.url}/control`);
  });

  it('shows sessions as frozen snapshots, newest first, and one of them by its stream', async () => {
    const sts = await handle(place);
    await begin(sts, 'a');
    await begin(sts, 'b');
    const [newest, oldest, ...others] = await sts.sessions;
    expect([newest?.streamId, oldest?.streamId, others]).toEqual(['b', 'a', []]);
    expect([Object.isFrozen(await sts.sessions), Object.isFrozen(newest?.statistics)]).toEqual([true, true]);
    expect(await sts.session('a')).toStrictEqual(oldest);
    expect(await sts.session('c')).toBeUndefined();
    expect(Object.keys((await sts.session('a')) ?? {})).toEqual(Object.keys(oldest ?? {}));
  });

  it('shows what belongs to one session with the view of it', async () => {
    const sts = await handle(place);
    const worker = await begin(sts, 'a');
    await begin(sts, 'b');
    const view = await sts.waitForSession({ streamId: 'a', state: 'active' });
    const sent = view.waitFor('fragment:data', { direction: 'in' });
    worker.send('fragment:data', fragment(0, { stream_id: 'a' }));
    worker.send('stream:start');
    await view.idle();
    expect([view.totalFragments, (await sent).payload.sequence_number]).toEqual([0, 0]);
    const entries = await view.timeline({ event: 'fragment:processed' });
    expect(entries.map(({ payload }) => payload.status)).toEqual(['success']);
    expect(await view.format()).toMatch(/fragment:processed/);
    expect((await view.violations()).map(({ kind }) => kind)).toEqual(['unknown-event']);
    const events: string[] = [];
    for await (const { event } of view.entries()) if (events.push(event) === 3) break;
    expect(events).toEqual(['connect', 'stream:init', 'stream:ready']);
    await expect(view).toHaveReceived('fragment:data', { sequence_number: 0 });
    await expect(view).not.toHaveCompleted();
  });

  it('reads the timeline, filtered and drawn, and the violations', async () => {
    const sts = await handle(place);
    const worker = await begin(sts);
    await send(worker, 0, 1);
    const results = await sts.timeline({ event: 'fragment:processed', limit: 1 });
    expect(results.map(({ n, payload, cause }) => [n, payload.sequence_number, cause?.entry])).toEqual([[9, 1, 7]]);
    expect((await sts.timeline({ since: 8 })).map(({ event }) => event)).toEqual(['fragment:processed']);
    expect(Object.isFrozen(results[0]?.payload)).toBe(true);
    expect(await sts.format()).toContain('fragment:processed');
    expect(await sts.format('mermaid', { streamId: 'stream-1' })).toMatch(/^sequenceDiagram/);
    expect(await sts.violations()).toEqual([]);
  });

  it('waits for an entry, of the past or to come', async () => {
    const sts = await handle(place);
    const worker = await begin(sts);
    const { payload } = await sts.waitFor('stream:init', { timeoutMs: 50 });
    const second = sts.waitFor('fragment:processed', { times: 2, where: { status: 'success', error: undefined } });
    await send(worker, 0, 1);
    expect([payload.worker_id, (await second).sequenceNumber]).toEqual(['worker-1', 1]);
  });

  it('gives up a wait with what came nearest, and points to the line that waits', async () => {
    const sts = await handle(place);
    await send(await begin(sts), 0);
    const error = await rejection(sts.waitFor('fragment:data', { sequenceNumber: 7, timeoutMs: 5 }));
    expect(error.code).toBe('WAIT_TIMEOUT');
    expect(unwrapped(error.message)).toMatch(/nearest {3}#4 fragment:data .*`sequenceNumber` is 0, expected 7\n/);
    expect(error.stack?.split('\n    at ')[1]).toContain('either-handle.test.ts');
  });

  it('goes through entries one by one, those of the past first', async () => {
    const sts = await handle(place);
    const worker = await begin(sts);
    const numbers: (number | undefined)[] = [];
    const entries = sts.entries({ event: 'fragment:data', where: { stream_id: 'stream-1' } });
    await send(worker, 0);
    for await (const { sequenceNumber } of entries) {
      if (numbers.push(sequenceNumber) === 3) break;
      worker.send('fragment:data', fragment(numbers.length));
    }
    expect([numbers, await entries.next()]).toEqual([[0, 1, 2], { value: undefined, done: true }]);
    const last = sts.entries({ event: 'stream:end' });
    const step = last.next();
    expect(await last.return?.()).toEqual({ value: undefined, done: true });
    expect(await step).toEqual({ value: undefined, done: true });
  });

  it('expects, and verifies what it expects', async () => {
    const sts = await handle(place);
    const worker = await begin(sts);
    const met = await sts.expectEvent({ event: 'fragment:processed', times: { atLeast: 1, atMost: 2 } });
    const before = [await met.hits, await met.isMet];
    await send(worker, 0);
    await sts.verify({ allow: ['left-unanswered'] });
    expect([before, await met.hits, await met.isMet]).toEqual([[0, false], 1, true]);
    const missed = await sts.expectEvent({ event: 'stream:end', named: 'the end' });
    const { code, message, stack } = await rejection(sts.verify());
    expect(code).toBe('VERIFY_FAILED');
    expect(message).toMatch(
      /^`verify` found 1 unmet expectation\.\n\n {2}expected {2}"the end": `stream:end`, at least/,
    );
    expect(stack).toContain('either-handle.test.ts');
    await missed.remove();
    await sts.verify();
    {
      await using _ = await sts.expectEvent({ event: 'stream:end' });
    }
    await sts.verify();
  });

  it('expects by the former name, too', async () => {
    const sts = await handle(place);
    const missed = await sts.expect({ event: 'stream:end' });
    expect((await rejection(sts.verify())).message).toMatch('1 unmet expectation');
    await missed.remove();
    await sts.verify();
  });

  it('sets error rules, shows them with their hits, and takes them back', async () => {
    const sts = await handle(place);
    const worker = await begin(sts);
    const rule = await sts.addErrorRule({
      when: { sequenceNumber: 0 },
      code: 'TIMEOUT',
      times: Number.POSITIVE_INFINITY,
    });
    const second = await sts.addErrorRule({ when: {}, code: 'GPU_OOM', retryable: false, after: 1 });
    expect(await send(worker, 0, 1, 2)).toEqual(['TIMEOUT', 'success', 'GPU_OOM']);
    expect([await rule.hits, await second.hits]).toEqual([1, 1]);
    expect(await rule.rule).toEqual({
      ...{ when: { sequenceNumber: 0 }, code: 'TIMEOUT', message: 'Simulated error', retryable: true },
      ...{ delayMs: 0, after: 0, as: 'failed' },
    });
    const [first, ...others] = await sts.errorRules;
    expect([await first?.rule, others.length]).toEqual([await rule.rule, 1]);
    await first?.remove();
    await rule.remove();
    expect((await sts.errorRules).length).toBe(1);
    await sts.clearErrorRules();
    expect(await sts.errorRules).toEqual([]);
    {
      await using unused = await sts.addErrorRule({ when: {}, fault: 'drop' });
      expect(await unused.hits).toBe(0);
    }
    expect(await sts.errorRules).toEqual([]);
  });

  it('cuts connections, now and later', async () => {
    const sts = await handle(place);
    const worker = await begin(sts);
    const planned = await sts.cut({ at: 'after-ack', how: 'transport-close', times: 2 });
    const never = await sts.cut({ at: 'connect', how: 'reset', times: Number.POSITIVE_INFINITY });
    await never.remove();
    worker.send('fragment:data', fragment(0));
    await worker.next('disconnect');
    expect([await planned.hits, await never.hits]).toEqual([1, 0]);
    const other = await begin(sts);
    const now = await sts.cut({ at: 'now', how: 'server-disconnect' });
    expect([await other.next('disconnect'), await now.hits]).toEqual(['io server disconnect', 1]);
  });

  it('sets delay and backpressure, and sends backpressure', async () => {
    const sts = await handle(place);
    const worker = await begin(sts);
    await sts.setDelay({ min: 600_000, max: 600_000 });
    await sts.setBackpressure({ low: 0.1, medium: 0.2, high: 3, recommendedDelayMs: 7 });
    worker.send('fragment:data', fragment(0));
    expect((await worker.next('fragment:ack')).estimated_completion_ms).toBe(600_000);
    expect(await worker.next('backpressure')).toMatchObject({ action: 'slow_down', recommended_delay_ms: 7 });
    await sts.pushBackpressure({ severity: 'high', action: 'pause', recommendedDelayMs: 9 });
    expect(await worker.next('backpressure')).toMatchObject({ action: 'pause', recommended_delay_ms: 9 });
  });

  it('pushes an error, and has rules for any message', async () => {
    const sts = await handle(place);
    const worker = await begin(sts);
    await sts.pushError({ code: 'GPU_OOM', metadata: { free: 3 } });
    expect(await worker.next('error')).toMatchObject({ code: 'GPU_OOM', retryable: true, metadata: { free: 3 } });
    const rule = await sts.addErrorRule({ on: 'error', fault: 'drop' });
    await sts.pushError({ code: 'GPU_OOM', streamId: 'stream-1' });
    await worker.settled();
    expect([worker.all('error').length, await rule.hits]).toEqual([1, 1]);
    expect(await rule.rule).toMatchObject({ on: 'error', fault: 'drop', when: {} });
  });

  it('refuses, restarts and resets', async () => {
    const sts = await handle(place);
    await sts.refuse({ times: 1, status: 502 });
    expect(String(await tryToConnect(await sts.url).next('connect_error'))).toMatch(/websocket error/);
    const worker = await begin(sts);
    await sts.restart({ downForMs: 30 });
    await worker.next('disconnect');
    expect((await sts.timeline({ event: 'restart' })).map(({ payload }) => payload.downForMs)).toEqual([30]);
    const again = await begin(sts);
    const wait = rejection(sts.waitFor('stream:end'));
    await sts.reset();
    await again.next('disconnect');
    expect([(await wait).code, await sts.sessions, await sts.timeline()]).toEqual(['RESET', [], []]);
  });

  it('puts a plan into force', async () => {
    const sts = await handle(place);
    await sts.apply({
      errorRules: [{ when: { attempt: 1 }, code: 'TIMEOUT' }],
      refusals: [{ status: 502 }],
      cuts: [{ at: 'after-processed', how: 'transport-close', sequenceNumber: 1 }],
      signals: [{ at: 'after-ready', severity: 'low', action: 'none' }],
    });
    expect(String(await tryToConnect(await sts.url).next('connect_error'))).toMatch(/websocket error/);
    const worker = await begin(sts);
    expect(await send(worker, 0, 0, 1)).toEqual(['TIMEOUT', 'success', 'TIMEOUT']);
    await worker.next('disconnect');
    expect(worker.all('backpressure')).toHaveLength(1);
    expect((await refusal(() => sts.apply({ cuts: [{ at: 'connect', how: 'reset', times: 0 }] }))).message).toBe(
      '`cuts.0.times` expected an integer ≥ 1, or Infinity, got 0.',
    );
    await sts.verify();
  });

  it('moves the time of a manual clock', async () => {
    const sts = await handle(place, { clock: manualClock(), delayMs: 40 });
    const worker = await begin(sts);
    worker.send('fragment:data', fragment(0));
    await sts.waitFor('fragment:ack');
    await sts.clock.advance(39);
    const before = [await sts.clock.now(), (await sts.timeline({ event: 'fragment:processed' })).length];
    expect([before, await sts.clock.runToNext()]).toEqual([[39, 0], 1]);
    expect([await sts.clock.now(), await sts.clock.runToNext()]).toEqual([40, undefined]);
    worker.send('stream:end', { stream_id: 'stream-1' });
    await sts.clock.runToIdle();
    expect([await sts.clock.now(), await worker.next('disconnect')]).toEqual([5040, 'io server disconnect']);
  });

  it('does not move the time of another clock', async () => {
    const sts = await handle(place);
    expect((await rejection(sts.clock.advance(1))).code).toBe('CLOCK_NOT_MANUAL');
    expect(await sts.clock.now()).toBeGreaterThan(1e12);
  });

  it('resolves `idle()` once all is done', async () => {
    const sts = await handle(place, { delayMs: 30 });
    const worker = await begin(sts);
    worker.send('fragment:data', fragment(0));
    await worker.next('fragment:ack');
    await sts.idle({ timeoutMs: 3000 });
    expect(worker.all('fragment:processed')).toHaveLength(1);
  });

  it('divides the server into scopes, each with all that belongs to one test', async () => {
    const sts = await handle(place);
    const scope: AnyScope = await sts.scope({ streamId: 'mine/', workerId: 'worker-1' });
    const [mine] = [await begin(sts, 'mine/1'), await begin(sts, 'other')];
    await scope.addErrorRule({ when: {}, code: 'TIMEOUT' });
    await scope.setDelay(0);
    await scope.setBackpressure(false);
    mine.send('fragment:data', fragment(0, { stream_id: 'mine/1' }));
    await scope.waitFor('fragment:processed', { where: { error: { code: 'TIMEOUT' } } });
    await scope.idle();
    expect((await scope.sessions).map(({ streamId }) => streamId)).toEqual(['mine/1']);
    expect([(await scope.errorRules).length, (await sts.errorRules).length]).toEqual([1, 0]);
    expect(await scope.session('other')).toBeUndefined();
    expect((await scope.timeline()).some(({ streamId }) => streamId === 'other')).toBe(false);
    expect([await scope.violations(), await scope.seed]).toEqual([[], await sts.seed]);
    expect((await scope.waitForSession({ streamId: 'mine/1' })).state).toBe('active');
    const [first] = [await scope.entries().next()];
    expect([first?.value?.event, (await scope.format()).includes('other')]).toEqual(['connect', false]);
    await scope.pushBackpressure({ severity: 'low', action: 'none' });
    await scope.pushError({ code: 'TIMEOUT' });
    const expected = await scope.expectEvent({ event: 'backpressure' });
    await scope.cut({ at: 'now', how: 'transport-close' });
    expect([await expected.isMet, await mine.next('disconnect')]).toEqual([true, 'transport close']);
    await expect(scope).toHaveReceived('fragment:data', {}, { times: 1 });
    await scope.clearErrorRules();
    await scope.verify();
    await scope.close();
    expect((await refusal(async () => await scope.setDelay(5))).code).toBe('CLOSED');
    expect((await scope.sessions).length).toBe(1);
  });

  it('verifies a scope at the end of its block, and disconnects its workers', async () => {
    const sts = await handle(place);
    let worker: TestWorker | undefined;
    const { code, message } = await rejection(
      (async () => {
        await using scope = await sts.scope({ streamId: 'mine/' });
        worker = await begin(sts, 'mine/1');
        await scope.expectEvent({ event: 'stream:pause' });
      })(),
    );
    expect([code, message.split('\n')[0]]).toEqual(['VERIFY_FAILED', '`await using` found 1 unmet expectation.']);
    expect(await worker?.next('disconnect')).toBe('io server disconnect');
  });

  it('is verified at the end of its block, unless the test has failed already', async () => {
    const block = async (use: (sts: AnyEchoSts) => Promise<unknown>) => {
      await using sts = await handle(place);
      await sts.expectEvent({ event: 'stream:pause' });
      await use(sts);
    };
    expect((await rejection(block(async () => {}))).message).toMatch(/^`await using` found 1 unmet expectation\./);
    await block(async (sts) => rejection(sts.waitFor('stream:end', { timeoutMs: 1 })));
    await block(async (sts) => rejection(sts.verify()));
    const goesOn = block(async (sts) => {
      await rejection(sts.verify());
      await sts.expectEvent({ event: 'stream:resume' });
    });
    expect((await rejection(goesOn)).message).toMatch(/^`await using` found 2 unmet expectations\./);
  });

  it('is judged by the matchers, which tell why', async () => {
    const sts = await handle(place);
    const worker = await begin(sts);
    await send(worker, 0, 1);
    await expect(sts).toHaveReceived('fragment:data', { sequence_number: 1 }, { times: 1 });
    await expect(sts).not.toHaveReceived('fragment:data', { sequence_number: 2 });
    await expect(sts).toHaveEchoedInOrder();
    await expect(sts).toHaveEchoedInOrder({ except: [1] });
    expect(() => expect(sts).toHaveEchoedInOrder({ except: [-1] })).toThrow('`except.0` expected');
    await expect(sts).toHaveNoViolations();
    await expect(sts).not.toHaveCompleted();
    const failure = async (assertion: () => unknown) => {
      const error = await Promise.resolve()
        .then(assertion)
        .catch((reason: unknown) => reason);
      return String(error).split('\n')[0];
    };
    const texts = [
      await failure(() => expect(sts).toHaveCompleted()),
      await failure(() => expect(sts).not.toHaveEchoedInOrder()),
      await failure(() => expect(sts).not.toHaveNoViolations()),
      await failure(() => expect(sts).toHaveReceived('stream:end')),
    ];
    worker.send('stream:start');
    await sts.idle();
    texts.push(await failure(() => expect(sts).toHaveNoViolations()));
    await expect(sts).toHaveNoViolations({ allow: ['unknown-event'] });
    expect(texts).toEqual([
      'Error: expected every stream to have completed, but the only one has not: "stream-1" (active)',
      'Error: expected some result to have come out of order or without the audio that was received, but all were as they should be',
      'Error: expected some violation of the protocol, but there is none',
      'Error: expected the service to have received `stream:end` at least once, but it has received none',
      'Error: expected no violations of the protocol, but there is 1: `unknown-event`',
    ]);
  });

  it('refuses what is not as documented, in the same words', async () => {
    const sts = await handle(place);
    const attempts: (() => unknown)[] = [
      () => sts.setDelay(-1),
      () => sts.addErrorRule({ when: {}, code: 'TIMEOUT', times: Number.NaN }),
      () => sts.cut({ at: 'now', how: 'reset', times: 0 }),
      () => sts.timeline({ limit: Number.POSITIVE_INFINITY }),
      () => sts.scope({} as ScopeOptions),
      () => sts.restart({ downForMs: -1 }),
      () => sts.entries({ sequenceNumber: -1 }).next(),
    ];
    const messages = await Promise.all(attempts.map(async (attempt) => (await refusal(attempt)).message));
    expect(messages).toEqual([
      expect.stringMatching(/^`delayMs` expected .+, got -1\.$/),
      '`times` expected an integer ≥ 1, or Infinity, got NaN.',
      '`times` expected an integer ≥ 1, or Infinity, got 0.',
      '`limit` expected an integer ≥ 0, got Infinity.',
      expect.stringMatching(/^`options` expected `streamId` or `workerId`, got neither/),
      '`downForMs` expected an integer from 0 to 2147483647, got -1.',
      '`sequenceNumber` expected an integer ≥ 0, got -1.',
    ]);
    expect((await refusal(() => sts.setDelay(-1))).code).toBe('INVALID_OPTION');
  });

  it('has functions that work without it', async () => {
    const { setDelay, waitForSession, timeline, reset, close } = await handle(place);
    await setDelay(1);
    await reset();
    expect([await timeline(), (await rejection(waitForSession({ timeoutMs: 1 }))).code]).toEqual([[], 'WAIT_TIMEOUT']);
    await close('what a runner passes');
  });

  it('rejects its waits and ends its iterations when it is closed, which may happen twice', async () => {
    const sts = await handle(place);
    const waits = [rejection(sts.waitFor('stream:end')), rejection(sts.waitForSession()), sts.entries().next()];
    await Promise.all([sts.close(), sts.close(), sts[Symbol.asyncDispose]()]);
    await sts.close();
    const [wait, forSession, step] = await Promise.all(waits);
    expect([wait, forSession]).toMatchObject([{ code: 'CLOSED' }, { code: 'CLOSED' }]);
    expect(step).toEqual({ value: undefined, done: true });
    expect((await refusal(() => sts.setDelay(5))).code).toBe('CLOSED');
  });
});

it('this file uses every member that there is', () => {
  const text = readFileSync(import.meta.filename, 'utf8');
  const inOtherWords = ['scene', 'provedNothing', 'bodyEnded', 'dispose'];
  const names = Object.values(MEMBERS).flatMap((members) => Object.keys(members));
  const unused = names.filter((name) => !inOtherWords.includes(name) && !new RegExp(`\\.${name}\\b`).test(text));
  expect(unused).toEqual([]);
});
