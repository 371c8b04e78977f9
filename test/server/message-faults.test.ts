/** Faults on any message, and errors that are pushed, as a real socket.io-client sees them. */

import type { EchoStsOptions, MessageRule } from 'echo-sts';
import { manualClock } from 'echo-sts';
import { describe, expect, it } from 'vitest';
import { fragment, init, type TestWorker } from '../support/client.js';
import { watchHost } from '../support/host.js';
import { useServers } from '../support/servers.js';

watchHost();
const { start, join } = useServers();

/** A fixture on a manual clock with one rule, and a worker that is connected. */
async function withRule(rule: MessageRule, options: EchoStsOptions = {}) {
  const sts = await start({ clock: manualClock(), errorRules: [rule], ...options });
  return { sts, worker: await join(sts) };
}
const names = (worker: TestWorker) => worker.received.map(({ event }) => event).filter((event) => event !== 'connect');

describe('a stream:ready', () => {
  it('that is dropped never comes, and the stream goes on all the same', async () => {
    const { sts, worker } = await withRule({ on: 'stream:ready', fault: 'drop' });
    worker.send('stream:init', init());
    worker.send('fragment:data', fragment(0));
    await worker.next('fragment:processed');
    expect(names(worker)).toEqual(['fragment:ack', 'fragment:processed']);
    expect(sts.session('stream-1')?.state).toBe('active');
    await sts.verify();
  });

  it('that is late is overtaken by what comes meanwhile, and so is its callback', async () => {
    const { sts, worker } = await withRule({ on: 'stream:ready', fault: 'late', delayMs: 9000 });
    const answers: string[] = [];
    worker.send('stream:init', init(), ({ stream_id }: { stream_id: string }) => answers.push(stream_id));
    worker.send('fragment:data', fragment(0));
    await worker.next('fragment:processed');
    expect(answers).toEqual([]);
    await sts.clock.advance(9000);
    expect(names(worker)).toEqual(['fragment:ack', 'fragment:processed', 'stream:ready']);
    expect(answers).toEqual(['stream-1']);
  });

  it('that is malformed lacks its session and mistypes its limit', async () => {
    const { worker } = await withRule({ on: 'stream:ready', fault: 'malformed' });
    const ready = await worker.init();
    expect([ready.session_id, ready.max_inflight]).toEqual([undefined, '3']);
  });

  it('is changed on one stream alone where the rule names it', async () => {
    const { sts, worker } = await withRule({
      on: 'stream:ready',
      fault: 'drop',
      when: { streamId: 'other' },
      optional: true,
    });
    await worker.init();
    const other = await join(sts);
    other.send('stream:init', init({ stream_id: 'other' }));
    await other.settled();
    expect(names(other)).toEqual([]);
  });
});

describe('a fragment:ack', () => {
  it('that is dropped leaves its callback uncalled, and the next one is answered', async () => {
    const { worker } = await withRule({ on: 'fragment:ack', fault: 'drop', when: { sequenceNumber: 0 } });
    await worker.init();
    const acknowledged: string[] = [];
    for (const number of [0, 1]) {
      worker.send('fragment:data', fragment(number), (ack: { fragment_id: string }) =>
        acknowledged.push(ack.fragment_id),
      );
    }
    await worker.settled();
    expect(acknowledged).toEqual(['fragment-1']);
    expect(worker.all('fragment:ack').map(({ fragment_id }) => fragment_id)).toEqual(['fragment-1']);
  });
});

describe('a backpressure', () => {
  it('that is dropped leaves the worker uninformed, and nobody is blamed for it', async () => {
    const { sts, worker } = await withRule({ on: 'backpressure', fault: 'drop' }, { conduct: 'strict', delayMs: 10 });
    await worker.init();
    sts.pushBackpressure({ severity: 'high', action: 'pause' });
    worker.send('fragment:data', fragment(0));
    await sts.clock.advance(10);
    worker.send('stream:end', { stream_id: 'stream-1' });
    await worker.next('stream:complete');
    expect(worker.all('backpressure')).toEqual([]);
    await sts.verify();
  });
});

describe('a stream:complete', () => {
  it('that is doubled comes twice, and its callback once', async () => {
    const { worker } = await withRule({ on: 'stream:complete', fault: 'duplicate' });
    await worker.init();
    let calls = 0;
    worker.send('stream:end', { stream_id: 'stream-1' }, () => {
      calls += 1;
    });
    await worker.settled();
    expect([worker.all('stream:complete').length, calls]).toEqual([2, 1]);
  });

  it('that is late begins the linger when it is sent', async () => {
    const { sts, worker } = await withRule(
      { on: 'stream:complete', fault: 'late', delayMs: 1000 },
      { autoCloseMs: 500 },
    );
    await worker.init();
    worker.send('stream:end', { stream_id: 'stream-1' });
    await sts.clock.advance(1499);
    expect(names(worker)).toEqual(['stream:ready', 'stream:complete']);
    await sts.clock.advance(1);
    await worker.next('disconnect');
    expect(names(worker).at(-1)).toBe('disconnect');
  });
});

describe('an error', () => {
  it('that is malformed lacks its code, and its callback gets the same', async () => {
    const { worker } = await withRule({ on: 'error', fault: 'malformed' });
    const answer = await worker.socket.emitWithAck('stream:pause', { stream_id: 'nothing' });
    const [error] = worker.all('error');
    expect(error).toMatchObject({ retryable: 'false', severity: 'error' });
    expect(error).not.toHaveProperty('code');
    expect(answer).toEqual({ error });
  });

  it('that is dropped leaves the callback uncalled', async () => {
    const { worker } = await withRule({ on: 'error', fault: 'drop' });
    let isCalled = false;
    worker.send('stream:pause', { stream_id: 'nothing' }, () => {
      isCalled = true;
    });
    await worker.settled();
    expect([isCalled, worker.all('error')]).toEqual([false, []]);
  });
});

describe('what is shown of a rule on a message', () => {
  it('is a note, and the cause of the message', async () => {
    const { sts, worker } = await withRule({ on: 'stream:ready', fault: 'duplicate' });
    await worker.init();
    await worker.settled();
    const rule = 'rule 1 (every stream:ready → fault duplicate)';
    expect(sts.timeline({ event: 'rule' }).map(({ payload }) => payload)).toEqual([{ rule, on: 'stream:ready' }]);
    const causes = sts.timeline({ event: 'stream:ready' }).map(({ cause }) => cause);
    expect(causes).toEqual([2, 2].map((entry) => ({ entry, rule, fault: 'duplicate' })));
  });

  it('is that it never fired, with what it waited for', async () => {
    const { sts, worker } = await withRule({ on: 'stream:complete', fault: 'drop' });
    await worker.init();
    const { message } = await sts.verify().then(
      () => new Error('it was content'),
      (error: Error) => error,
    );
    expect(message).toContain('rule 1 (every stream:complete → fault drop) never fired');
    expect(message).toMatch(/came {6}no `stream:end`/);
  });
});

describe('pushError()', () => {
  it('sends an error to the stream that is named, or to all that are open', async () => {
    const sts = await start();
    const [one, two] = [await join(sts), await join(sts)];
    await one.init();
    await two.init({ stream_id: 'stream-2' });
    sts.pushError({ code: 'GPU_OOM', streamId: 'stream-2', fragmentId: 'f-9', metadata: { freeMb: 3 } });
    sts.pushError({ code: 'MINE', message: 'all of you', retryable: false, severity: 'warning' });
    await Promise.all([one.settled(), two.settled()]);
    const codes = (worker: TestWorker) => worker.all('error').map(({ code, stream_id }) => [code, stream_id]);
    expect([codes(one), codes(two)]).toEqual([
      [['MINE', 'stream-1']],
      [
        ['GPU_OOM', 'stream-2'],
        ['MINE', 'stream-2'],
      ],
    ]);
    expect(two.all('error')[0]).toMatchObject({
      message: 'Simulated error',
      severity: 'error',
      retryable: true,
      fragment_id: 'f-9',
      metadata: { free_mb: 3 },
    });
  });

  it('ends the connection where it is fatal, and of a scope reaches its sessions alone', async () => {
    const sts = await start();
    const scope = sts.scope({ streamId: 'stream-1' });
    const [mine, other] = [await join(sts), await join(sts)];
    await mine.init();
    await other.init({ stream_id: 'other' });
    scope.pushError({ code: 'TIMEOUT' });
    scope.pushError({ code: 'AUTH_FAILED', streamId: 'stream-1' });
    expect(await mine.next('disconnect')).toBe('io server disconnect');
    await other.settled();
    expect([mine.all('error').length, other.all('error').length]).toEqual([2, 0]);
  });
});
