/** A server that is out of reach: refused connections, restarts, a crash; and `reset()`, which puts all of it back. */

import { type EchoSts, EchoStsError, type RefuseOptions } from 'echo-sts';
import { describe, expect, it } from 'vitest';
import { fragment, init, type TestWorker } from '../support/client.js';
import { dial } from '../support/raw-peer.js';
import { useServers } from '../support/servers.js';

const { start, join, knock } = useServers();
const PERSISTENT = { reconnection: true, reconnectionDelay: 1, reconnectionDelayMax: 5 };
const POLL = '/socket.io/?EIO=4&transport=polling';

/** What a promise rejects with. */
async function codeOf(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(EchoStsError);
  return (error as EchoStsError).code;
}

function statuses(worker: TestWorker): string[] {
  return worker.all('fragment:processed').map((result) => result.status);
}

/** A worker that begins its stream anew with every connection. */
async function joinPersistent(sts: EchoSts): Promise<TestWorker> {
  const worker = await join(sts, PERSISTENT);
  worker.socket.on('connect', () => worker.send('stream:init', init()));
  await worker.init();
  return worker;
}

describe('refuse()', () => {
  it.each([['websocket'], ['polling']])('answers the next %s connection with 503, and no other', async (transport) => {
    const sts = await start();
    sts.refuse();
    const refused = knock(sts.url, { transports: [transport] });
    const { context, description } = await refused.next('connect_error');
    expect(JSON.stringify([description, context?.status, description?.message])).toContain('503');
    await (await join(sts, { transports: [transport] })).init();
    expect(sts.sessions).toHaveLength(1);
  });

  it.each([429, 500])('answers as often and with the status that it is told: %i', async (status) => {
    const sts = await start();
    sts.refuse({ times: 2, status });
    const peer = await dial(sts.port);
    peer.upgrade('/socket.io/?EIO=4&transport=websocket');
    await peer.closed;
    const poll = async () => (await fetch(sts.url + POLL)).status;
    expect([await poll(), await poll()]).toEqual([status, 200]);
    expect(peer.received).toMatch(new RegExp(`^HTTP/1.1 ${status} [A-Z]`));
  });

  it('says in the answer who refuses', async () => {
    const sts = await start();
    sts.refuse();
    expect(await (await fetch(sts.url + POLL)).text()).toContain('`refuse()`');
  });

  it('leaves open connections and requests of theirs alone', async () => {
    const sts = await start();
    const worker = await join(sts, { transports: ['polling'] });
    sts.refuse({ times: 1 });
    await worker.init();
    await knock(sts.url).next('connect_error');
    await worker.settled();
  });

  it('is overcome by a worker that tries again', async () => {
    const sts = await start();
    sts.refuse({ times: 3 });
    const worker = knock(sts.url, PERSISTENT);
    await worker.next('connect');
    expect(worker.all('connect_error')).toHaveLength(3);
  });

  it.each([
    ['times', { times: 0 }],
    ['status', { status: 200 }],
    ['status', { status: 600 }],
    ['port', { port: 1 }],
  ])('refuses a wrong `%s`: %j', async (name, options) => {
    const sts = await start();
    expect(() => sts.refuse(options as RefuseOptions)).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTION', message: expect.stringMatching(`^\`${name}\` `) }),
    );
    await join(sts);
  });
});

describe('restart()', () => {
  it.each([{}, { downForMs: 30 }])('comes up on the same port, where workers begin again: %j', async (options) => {
    const sts = await start();
    const { port } = sts;
    const worker = await joinPersistent(sts);
    const [before] = sts.sessions;
    await sts.restart(options);
    expect(await worker.next('disconnect')).toBe('transport close');
    await worker.next('stream:ready');
    worker.send('fragment:data', fragment(0));
    expect((await worker.next('fragment:processed')).status).toBe('success');
    expect(sts.port).toBe(port);
    const states = sts.sessions.map(({ sessionId, state }) => [sessionId === before?.sessionId, state]);
    expect(states).toEqual([
      [false, 'active'],
      [true, 'closed'],
    ]);
  });

  it('can be done again, over polling too, and comes up for new workers', async () => {
    const sts = await start();
    for (const transports of [['polling'], ['websocket'], ['polling', 'websocket']]) {
      const worker = await join(sts, { transports });
      await sts.restart();
      await worker.next('disconnect');
    }
    await (await join(sts)).init();
    expect(sts.connections).toBe(1);
  });

  it('keeps rules, delay and cuts', async () => {
    const sts = await start({ errorRules: [{ when: { sequenceNumber: 0 }, code: 'TIMEOUT' }] });
    sts.addErrorRule({ when: {}, code: 'GPU_OOM' });
    sts.setDelay(7);
    const cut = sts.cut({ at: 'after-processed', how: 'transport-close', sequenceNumber: 1 });
    await sts.restart();
    const worker = await join(sts);
    await worker.init();
    for (const number of [0, 1]) worker.send('fragment:data', fragment(number));
    await worker.next('disconnect');
    expect(worker.all('fragment:processed').map(({ error }) => error.code)).toEqual(['TIMEOUT', 'GPU_OOM']);
    expect([worker.all('fragment:ack')[0].estimated_completion_ms, cut.hits]).toEqual([7, 1]);
  });

  it('does not take connections while it is down', async () => {
    const sts = await start();
    const restarting = sts.restart({ downForMs: 300 });
    await knock(sts.url).next('connect_error');
    await restarting;
    await join(sts);
  });

  it('ends with CLOSED when the fixture is closed meanwhile, and does not come up', async () => {
    const sts = await start();
    const worker = await join(sts);
    const restarted = codeOf(sts.restart({ downForMs: 3_600_000 }));
    await worker.next('disconnect');
    await sts.close();
    expect(await restarted).toBe('CLOSED');
    await knock(sts.url).next('connect_error');
  });

  it('may be overtaken by close() at once', async () => {
    const sts = await start();
    await join(sts);
    const restarted = codeOf(sts.restart());
    await sts.close();
    expect(await restarted).toBe('CLOSED');
    await knock(sts.url).next('connect_error');
  });

  it('may be called again meanwhile: the one follows the other', async () => {
    const sts = await start();
    const worker = await joinPersistent(sts);
    await Promise.all([sts.restart(), sts.restart()]);
    await worker.next('disconnect');
    await worker.next('stream:ready');
    expect(sts.connections).toBe(1);
  });

  it('refuses what is no time', async () => {
    const sts = await start();
    expect(await codeOf(sts.restart({ downForMs: -1 }))).toBe('INVALID_OPTION');
    await join(sts);
  });
});

describe('close({ abrupt: true })', () => {
  it.each([['websocket'], ['polling']])('tells nobody: over %s the connection breaks', async (transport) => {
    const sts = await start();
    const workers = [await join(sts, { transports: [transport] }), await join(sts, { transports: [transport] })];
    const before = process.uptime();
    await sts.close({ abrupt: true });
    expect(process.uptime() - before).toBeLessThan(1);
    const reasons = await Promise.all(workers.map((worker) => worker.next('disconnect')));
    expect(reasons).toEqual(Array(2).fill(transport === 'websocket' ? 'transport close' : 'transport error'));
    expect([sts.connections, sts.sessions.map(({ state }) => state)]).toEqual([0, ['closed', 'closed']]);
  });

  it('leaves a worker trying to come back, in vain', async () => {
    const sts = await start();
    const worker = await join(sts, PERSISTENT);
    await sts.close({ abrupt: true });
    const attempt = new Promise((resolve) => worker.socket.io.once('reconnect_error', resolve));
    expect(await worker.next('disconnect')).toBe('transport close');
    expect(await attempt).toBeInstanceOf(Error);
  });

  it('may be followed by close()', async () => {
    const sts = await start();
    await sts.close({ abrupt: true });
    await sts.close();
    expect(await codeOf(sts.restart())).toBe('CLOSED');
    for (const act of [() => sts.refuse(), () => sts.cut({ at: 'now', how: 'reset' })]) {
      expect(act).toThrow(expect.objectContaining({ code: 'CLOSED' }));
    }
  });
});

describe('reset()', () => {
  it('puts back rules, cuts, refusals, delay and backpressure', async () => {
    const sts = await start({ delayMs: 3, errorRules: [{ when: { sequenceNumber: 1 }, code: 'TIMEOUT', times: 1 }] });
    const used = await join(sts);
    await used.init();
    for (const number of [0, 1]) used.send('fragment:data', fragment(number));
    for (const _ of [0, 1]) await used.next('fragment:processed');
    sts.addErrorRule({ when: {}, fault: 'drop' });
    const cut = sts.cut({ at: 'connect', how: 'reset', times: 9 });
    sts.refuse({ times: 9 });
    sts.setDelay(600_000);
    sts.setBackpressure({ low: 0.1 });
    await sts.reset();
    const worker = await join(sts);
    await worker.init();
    for (const number of [0, 1]) worker.send('fragment:data', fragment(number));
    for (const _ of [0, 1]) await worker.next('fragment:processed');
    expect([statuses(used), statuses(worker)]).toEqual(Array(2).fill(['success', 'failed']));
    expect(worker.all('fragment:ack')[0].estimated_completion_ms).toBe(3);
    expect([worker.all('backpressure'), cut.hits, sts.errorRules.map(({ hits }) => hits)]).toEqual([[], 0, [1]]);
  });

  it('clears the rules of an option that is left out', async () => {
    const sts = await start();
    const rule = sts.addErrorRule({ when: {}, code: 'TIMEOUT' });
    await sts.reset();
    rule.remove();
    expect(sts.errorRules).toEqual([]);
  });
});
