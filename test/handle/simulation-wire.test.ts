/** The test-only events, by a client that only knows the wire (PROTOCOL §2, §6.12–6.13). */

import { describe, expect, it } from 'vitest';
import { type ScriptedWorker, useScriptedFixtures } from '../support/scripted-fixture.js';
import { fragment, outcome, type Payload, send } from '../support/worker.js';

const { start, join } = useScriptedFixtures();
const ALWAYS = { error_code: 'TIMEOUT', probability: 1 };

/** An open stream of its own. */
async function open(streamId = 'stream-1'): Promise<ScriptedWorker> {
  const worker = await join(await start());
  await worker.init({ stream_id: streamId });
  return worker;
}

/** The control connection of a test in another process, and a worker with a stream. */
async function openWithControl(): Promise<{ control: ScriptedWorker; worker: ScriptedWorker }> {
  const sts = await start();
  const [control, worker] = [await join(sts), await join(sts)];
  await worker.init();
  return { control, worker };
}

/** Sends a test-only event; answers what its callback got, which was emitted as well. */
async function configure(worker: ScriptedWorker, event: string, payload?: unknown): Promise<Payload> {
  const reply = await worker.ask(event, payload);
  expect(await worker.next(`${event}:ack`)).toStrictEqual(reply);
  return reply;
}

describe('config:error_simulation', () => {
  const EVENT = 'config:error_simulation';

  it.each<[string, object, string]>([
    ['a sequence number', { trigger: 'sequence_number', value: 2 }, '0 1 2! 3 4 5'],
    ['a fragment id', { trigger: 'fragment_id', value: 'fragment-3' }, '0 1 2 3! 4 5'],
    ['every nth fragment', { trigger: 'nth_fragment', value: 2 }, '0 1! 2 3! 4 5!'],
    ['probability 1', { trigger: 'probability', value: 1 }, '0! 1! 2! 3! 4! 5!'],
    ['probability 0', { trigger: 'probability', value: 0 }, '0 1 2 3 4 5'],
    ['probability without a trigger', { probability: 1 }, '0! 1! 2! 3! 4! 5!'],
    ['so many hits', { probability: 1, times: 2 }, '0! 1! 2 3 4 5'],
  ])('sets rules for %s', async (_, rule, expected) => {
    const worker = await open();
    const rules = [{ ...rule, error_code: 'TIMEOUT' }];
    expect(await configure(worker, EVENT, { enabled: true, rules })).toStrictEqual({
      status: 'accepted',
      rules_count: 1,
    });
    await send(worker, 0, 1, 2, 3, 4, 5);
    expect(outcome(worker)).toBe(expected);
  });

  it('says what the rule says, and otherwise what the protocol says of the code', async () => {
    const worker = await open();
    const told = { error_code: 'GPU_OOM', error_message: 'no room', retryable: false, stage: 'tts', delay_ms: 20 };
    const rules = [{ ...told, trigger: 'sequence_number', value: 0 }, ALWAYS];
    expect(await configure(worker, EVENT, { enabled: true, rules })).toMatchObject({ rules_count: 2 });
    await send(worker, 0, 1);
    for (const _ of [0, 1]) await worker.next('fragment:processed');
    expect(worker.all('fragment:processed').map(({ error }) => error)).toStrictEqual([
      { code: 'GPU_OOM', message: 'no room', retryable: false, stage: 'tts' },
      { code: 'TIMEOUT', message: 'Simulated error', retryable: true },
    ]);
    expect(worker.all('fragment:ack')[0].estimated_completion_ms).toBe(20);
  });

  it('replaces the rules of before, and drops them when it is not enabled', async () => {
    const worker = await open();
    const atZero = { ...ALWAYS, trigger: 'sequence_number', value: 0 };
    await configure(worker, EVENT, { enabled: true, rules: [ALWAYS] });
    await configure(worker, EVENT, { enabled: true, rules: [atZero, atZero] });
    await send(worker, 0, 1);
    await configure(worker, EVENT, { enabled: true, rules: [ALWAYS] });
    const reply = await configure(worker, EVENT, { rules: [ALWAYS] });
    await send(worker, 2);
    expect([outcome(worker), reply]).toEqual(['0! 1 2', { status: 'accepted', rules_count: 0 }]);
  });

  it('is for its own stream alone, or for the one it names', async () => {
    const sts = await start();
    const [worker, other] = [await join(sts), await join(sts)];
    await worker.init();
    await other.init({ stream_id: 'stream-2' });
    await configure(other, EVENT, { enabled: true, rules: [ALWAYS] });
    await send(worker, 0);
    await configure(other, EVENT, { enabled: true, rules: [ALWAYS], stream_id: 'stream-1' });
    await send(worker, 1);
    expect([outcome(worker), sts.errorRules]).toEqual(['0 1!', []]);
  });

  it('steers a stream from a connection without one', async () => {
    const { control, worker } = await openWithControl();
    await configure(control, EVENT, { enabled: true, rules: [ALWAYS], stream_id: 'stream-1' });
    await send(worker, 0);
    await configure(control, EVENT, { stream_id: 'stream-1' });
    await send(worker, 1);
    expect(outcome(worker)).toBe('0! 1');
  });

  it('with the scope "server" is for every stream, now and later, behind the rules of the stream', async () => {
    const sts = await start();
    const [control, worker] = [await join(sts), await join(sts)];
    await worker.init();
    await configure(control, EVENT, { enabled: true, scope: 'server', rules: [ALWAYS] });
    const own = { trigger: 'sequence_number', value: 1, error_code: 'GPU_OOM' };
    await configure(worker, EVENT, { enabled: true, rules: [own] });
    const later = await join(sts);
    await later.init({ stream_id: 'stream-2' });
    later.send('fragment:data', fragment(0, { stream_id: 'stream-2' }));
    await send(worker, 0, 1);
    const codes = worker.all('fragment:processed').map(({ error }) => error.code);
    expect([codes, (await later.next('fragment:processed')).error.code]).toEqual([['TIMEOUT', 'GPU_OOM'], 'TIMEOUT']);
    expect(sts.errorRules).toMatchObject([{ hits: 2, rule: { when: { probability: 1 }, code: 'TIMEOUT' } }]);
    await configure(control, EVENT, { enabled: false, scope: 'server' });
    await send(worker, 2);
    expect([outcome(worker), sts.errorRules]).toEqual(['0! 1! 2', []]);
  });

  it.each([[{}], [{ stream_id: 'stream-9' }]])('gets STREAM_NOT_FOUND where no stream is meant: %j', async (target) => {
    const { control, worker } = await openWithControl();
    const config = { enabled: true, rules: [ALWAYS], ...target };
    const reply = await control.ask(EVENT, config);
    expect(reply).toStrictEqual({ error: await control.next('error') });
    expect(reply.error).toMatchObject({ code: 'STREAM_NOT_FOUND', ...target });
    await send(worker, 0);
    expect([outcome(worker), control.all(`${EVENT}:ack`)]).toEqual(['0', []]);
  });

  const atZero = { trigger: 'sequence_number', value: 0, error_code: 'TIMEOUT' };

  it.each<[field: string, config: unknown]>([
    ['payload', undefined],
    ['payload', 'off'],
    ['enabled', { enabled: 'yes' }],
    ['scope', { enabled: true, scope: 'world' }],
    ['stream_id', { enabled: true, stream_id: '' }],
    ['rules', { enabled: true, rules: atZero }],
    ['rules.0', { enabled: true, rules: [null] }],
    ['rules.1.error_code', { enabled: true, rules: [atZero, { ...atZero, error_code: 'OWN' }] }],
    ['rules.0.error_code', { enabled: true, rules: [{ probability: 1 }] }],
    ['rules.0.trigger', { enabled: true, rules: [{ error_code: 'TIMEOUT' }] }],
    ['rules.0.trigger', { enabled: true, rules: [{ ...atZero, trigger: 'moon' }] }],
    ['rules.0.value', { enabled: true, rules: [{ ...atZero, value: '0' }] }],
    ['rules.0.value', { enabled: true, rules: [{ ...atZero, trigger: 'nth_fragment' }] }],
    ['rules.0.probability', { enabled: true, rules: [{ ...ALWAYS, probability: 2 }] }],
    ['rules.0.retryable', { enabled: true, rules: [{ ...ALWAYS, retryable: 1 }] }],
    ['rules.0.stage', { enabled: true, rules: [{ ...ALWAYS, stage: 'vad' }] }],
    ['rules.0.delay_ms', { enabled: true, rules: [{ ...ALWAYS, delay_ms: -1 }] }],
    ['rules.0.times', { enabled: true, rules: [{ ...ALWAYS, times: 0 }] }],
  ])('is rejected by its `%s` and changes nothing: %j', async (field, config) => {
    const worker = await open();
    await configure(worker, EVENT, { enabled: true, rules: [{ ...atZero, value: 1 }] });
    const reply = await configure(worker, EVENT, config);
    expect(reply).toStrictEqual({
      status: 'rejected',
      rules_count: 0,
      message: expect.stringContaining(`\`${field}\` `),
    });
    await send(worker, 0, 1);
    expect([outcome(worker), worker.all('error')]).toEqual(['0 1!', []]);
  });
});

describe('config:processing_delay', () => {
  const EVENT = 'config:processing_delay';

  it('sets the delay of fragments of this stream that arrive from then on', async () => {
    const sts = await start();
    const [worker, other] = [await join(sts), await join(sts)];
    for (const each of [worker, other]) await each.init();
    worker.send('fragment:data', fragment(0));
    expect(await configure(worker, EVENT, { delay_ms: 25 })).toStrictEqual({ status: 'accepted', delay_ms: 25 });
    for (const each of [worker, other]) await send(each, each === worker ? 1 : 0);
    const estimates = [worker, other].map((each) => each.all('fragment:ack').map((ack) => ack.estimated_completion_ms));
    expect(estimates).toEqual([[0, 25], [0]]);
  });

  it.each([
    ['delay_ms', {}],
    ['delay_ms', { delay_ms: -1 }],
    ['delay_ms', { delay_ms: 600_001 }],
    ['delay_ms', { delay_ms: 1.5 }],
    ['payload', null],
  ])('is rejected by its `%s` and changes nothing: %j', async (field, config) => {
    const worker = await open();
    const reply = await configure(worker, EVENT, config);
    expect(reply).toStrictEqual({ status: 'rejected', message: expect.stringContaining(`\`${field}\` `) });
    await send(worker, 0);
    expect(worker.all('fragment:ack')[0].estimated_completion_ms).toBe(0);
  });
});

describe('config:backpressure', () => {
  const EVENT = 'config:backpressure';
  const signals = (worker: ScriptedWorker) =>
    worker.all('backpressure').map((signal) => `${signal.severity} ${signal.action} ${signal.current_inflight}`);

  it.each([
    [{ threshold: 2 }, ['high pause 2', 'low none 0']],
    [{ threshold: 1, severity: 'medium', action: 'slow_down' }, ['medium slow_down 1', 'low none 0']],
    [{}, ['low none 2', 'high pause 3', 'low none 0']],
  ])('with %j tells of the load and releases again', async (config, expected) => {
    const worker = await open();
    const reply = await configure(worker, EVENT, { enabled: true, ...config });
    // Held behind the missing 0, so that they are in flight together.
    await send(worker, 1, 2, 0);
    expect([reply, signals(worker)]).toEqual([{ status: 'accepted' }, expected]);
  });

  it('says nothing more when it is not enabled, once it has released', async () => {
    const worker = await open();
    await configure(worker, EVENT, { enabled: true, threshold: 1 });
    await send(worker, 1);
    await configure(worker, EVENT, { enabled: false });
    await send(worker, 2, 0);
    expect(signals(worker)).toEqual(['high pause 1', 'low none 1']);
  });

  it.each([
    ['enabled', {}],
    ['threshold', { enabled: true, threshold: 0 }],
    ['severity', { enabled: true, severity: 'extreme' }],
    ['action', { enabled: true, action: 'run' }],
  ])('is rejected by its `%s` and changes nothing: %j', async (field, config) => {
    const worker = await open();
    const reply = await configure(worker, EVENT, config);
    expect(reply).toStrictEqual({ status: 'rejected', message: expect.stringContaining(`\`${field}\` `) });
    await send(worker, 1, 2, 0);
    expect(signals(worker)).toEqual([]);
  });
});

describe('simulate:disconnect', () => {
  const EVENT = 'simulate:disconnect';

  it('tells when, and then the server disconnects that socket', async () => {
    const sts = await start();
    const [worker, other] = [await join(sts), await join(sts)];
    await worker.init();
    const { message, disconnect_at_ms, ...reply } = await configure(worker, EVENT, { delay_ms: 30, reason: 'a drill' });
    await send(worker, 0);
    expect([reply, message]).toStrictEqual([{ status: 'scheduled' }, expect.stringMatching(/./)]);
    expect(await worker.next('disconnect')).toBe('io server disconnect');
    await other.settled();
    const session = await sts.waitForSession({ streamId: 'stream-1', state: 'closed' });
    expect([outcome(worker), other.isConnected, sts.connections]).toEqual(['0', true, 1]);
    expect(session.closedAt).toBeGreaterThanOrEqual(disconnect_at_ms);
    expect(disconnect_at_ms).toBeGreaterThanOrEqual(Number(session.readyAt) + 30);
  });

  it.each([{}, { stream_id: 'stream-1' }])('is at once without a delay: %j', async (payload) => {
    const worker = await open();
    expect(await configure(worker, EVENT, payload)).toMatchObject({ status: 'scheduled' });
    expect(await worker.next('disconnect')).toBe('io server disconnect');
  });

  it('needs no stream', async () => {
    const worker = await join(await start());
    await configure(worker, EVENT, {});
    expect(await worker.next('disconnect')).toBe('io server disconnect');
  });

  it.each([
    ['STREAM_NOT_FOUND', { stream_id: 'stream-9' }],
    ['INVALID_CONFIG', { delay_ms: -1 }],
    ['INVALID_CONFIG', { reason: 5 }],
    ['INVALID_CONFIG', undefined],
  ])('gets %s and stays where it says %j', async (code, payload) => {
    const worker = await open();
    const reply = await worker.ask(EVENT, payload);
    expect(reply).toStrictEqual({ error: await worker.next('error') });
    expect(reply.error.code).toBe(code);
    await send(worker, 0);
    expect([outcome(worker), worker.all(`${EVENT}:ack`)]).toEqual(['0', []]);
  });
});
