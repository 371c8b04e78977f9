/** How control clients connect, reconnect and end: nothing is lost with a connection, and nothing is left behind. */

import { connectEchoSts, type EchoSts } from 'echo-sts';
import { describe, expect, it } from 'vitest';
import { ControlSession } from '../../src/control/control-session.js';
import { Waits } from '../../src/handle/waits.js';
import { fragment } from '../support/client.js';
import { useControlPeers } from '../support/control-peer.js';
import { useHandles } from '../support/handles.js';
import { watchHost } from '../support/host.js';
import { rejection } from '../support/rejection.js';
import { secondsOf } from '../support/seconds.js';

watchHost();
const { start, join, connect } = useHandles();
const { join: joinAsPeer } = useControlPeers();

describe('when the connection breaks', () => {
  it('a restart that was asked for over it is done, and all objects are still there', async () => {
    const sts = await start({ control: true });
    const remote = await connect(sts.controlUrl);
    const rule = await remote.addErrorRule({ when: {}, code: 'TIMEOUT', times: 1 });
    const expected = await remote.expectEvent({ event: 'fragment:data' });
    const entries = remote.entries({ event: 'fragment:data' });
    const step = entries.next();
    await remote.restart({ downForMs: 50 });
    const worker = await join(sts);
    await worker.init();
    worker.send('fragment:data', fragment(0));
    expect([(await step).value?.event, await rule.hits, await expected.isMet]).toEqual(['fragment:data', 1, true]);
    expect(sts.timeline({ event: 'restart' })).toHaveLength(1);
  });

  it('what was asked just before is carried out once, and what is asked meanwhile afterwards', async () => {
    const sts = await start({ control: true });
    const remote = await connect(sts.controlUrl);
    const before = Array.from({ length: 5 }, () => remote.addErrorRule({ when: {}, code: 'TIMEOUT' }));
    const wait = remote.waitFor('restart');
    await Promise.all([sts.restart({ downForMs: 50 }), ...before]);
    expect((await wait).payload.downForMs).toBe(50);
    const restarted = sts.restart({ downForMs: 50 });
    const after = remote.addErrorRule({ when: {}, code: 'GPU_OOM' });
    await restarted;
    expect((await (await after).rule).code).toBe('GPU_OOM');
    expect(sts.errorRules).toHaveLength(6);
  });

  it('a call whose answer was lost with it is answered over the next one, and was carried out once', async () => {
    const sts = await start({ control: true });
    const auth = { version: 1, client: 'c-1' };
    const peer = await joinAsPeer(sts.url, auth);
    const call = { on: 'fixture', name: 'addErrorRule', args: [{ when: {}, code: 'TIMEOUT' }], number: 1 };
    const first = await peer.say(call);
    peer.socket.io.engine.close();
    const again = await joinAsPeer(sts.url, { ...auth, isBack: true });
    expect([await again.say(call), sts.errorRules.length]).toEqual([first, 1]);
  });

  it('of two calls in flight the one that was answered is settled, and the other is answered later', async () => {
    const sts = await start({ control: true });
    const remote = await connect(sts.controlUrl);
    const wait = remote.waitFor('stream:init');
    const rule = await remote.addErrorRule({ when: {}, code: 'TIMEOUT' });
    await sts.restart();
    await (await join(sts)).init();
    expect([(await wait).event, await rule.hits, sts.errorRules.length]).toEqual(['stream:init', 0, 1]);
  });

  it('twice, each call is still carried out once', async () => {
    const sts = await start({ control: true });
    const remote = await connect(sts.controlUrl);
    const calls = Array.from({ length: 3 }, () => remote.addErrorRule({ when: {}, code: 'TIMEOUT' }));
    const waits = [remote.waitFor('restart'), remote.waitFor('restart', { times: 2 }), remote.waitFor('stream:init')];
    await sts.restart();
    await sts.restart();
    await (await join(sts)).init();
    const ends = (await Promise.all(waits)).map(({ event }) => event);
    await Promise.all(calls);
    expect([ends, sts.errorRules.length]).toEqual([['restart', 'restart', 'stream:init'], 3]);
  });

  it('a client that comes back in time finds its objects', async () => {
    const sts = await start({ control: true });
    const auth = { version: 1, client: 'c-1' };
    const peer = await joinAsPeer(sts.url, auth);
    const { ref } = await peer.call('fixture', 'addErrorRule', { when: {}, code: 'TIMEOUT' });
    peer.socket.io.engine.close();
    const again = await joinAsPeer(sts.url, { ...auth, isBack: true });
    expect(await again.call(ref.id, 'hits')).toEqual({ value: 0 });
    again.socket.disconnect();
    // It has left the namespace: its session has ended.
    const other = await joinAsPeer(sts.url, auth);
    expect((await other.call(ref.id, 'hits')).error.code).toBe('INVALID_OPTION');
  });

  it('for good, because the fixture is another now, everything is rejected', async () => {
    const first = await start({ control: true });
    const remote = await connect(first.controlUrl);
    const { port } = first;
    const wait = rejection(remote.waitFor('stream:end'));
    // As if the process had died, without a message to anybody.
    await crash(first);
    const second = await start({ control: true, port });
    expect(await wait).toMatchObject({
      code: 'DISCONNECTED',
      message: expect.stringMatching(/connect again\. `waitFor`/),
    });
    expect((await rejection(remote.sessions)).code).toBe('DISCONNECTED');
    expect(second.timeline()).toEqual([]);
  });
});

it('a handle whose fixture crashed is closed soon', async () => {
  const sts = await start({ control: true });
  const remote = await connect(sts.controlUrl);
  const wait = rejection(remote.waitFor('stream:end'));
  await crash(sts);
  expect(await secondsOf(remote.close)).toBeLessThan(2);
  expect((await wait).code).toBe('CLOSED');
});

describe('two control clients', () => {
  it('share the fixture, each with objects of its own', async () => {
    const sts = await start({ control: true });
    const [one, other] = [await connect(sts.controlUrl), await connect(sts.controlUrl)];
    const [mine, theirs] = [await one.scope({ streamId: 'one/' }), await other.scope({ streamId: 'other/' })];
    await one.addErrorRule({ when: {}, code: 'TIMEOUT' });
    for (const streamId of ['one/1', 'other/1']) await (await join(sts)).init({ stream_id: streamId });
    expect([(await other.errorRules).length, (await other.sessions).length]).toEqual([1, 2]);
    expect((await mine.sessions).map(({ streamId }) => streamId)).toEqual(['one/1']);
    const wait = rejection(theirs.waitFor('stream:end'));
    const still = rejection(other.waitFor('stream:pause'));
    await one.close();
    expect((await theirs.sessions).map(({ streamId }) => streamId)).toEqual(['other/1']);
    await other.close();
    expect([(await still).code, (await wait).code]).toEqual(['CLOSED', 'CLOSED']);
    expect([sts.errorRules.length, sts.connections]).toEqual([1, 0]);
  });

  it('verify at the end of their blocks, but for the one whose wait has failed', async () => {
    const sts = await start({ control: true });
    await sts.expectEvent({ event: 'stream:end' });
    const block = async (use: (remote: Awaited<ReturnType<typeof connect>>) => Promise<unknown>) => {
      await using remote = await connectEchoSts(sts.controlUrl);
      await use(remote);
    };
    await block((remote) => rejection(remote.waitFor('stream:end', { timeoutMs: 1 })));
    expect(await rejection(block(async () => {}))).toMatchObject({ code: 'VERIFY_FAILED' });
    expect(sts.connections).toBe(0);
  });
});

describe('a control client that ends', () => {
  it('takes its scopes with it, unverified, with the workers in them, and leaves the rest as it is', async () => {
    const sts = await start({ control: true });
    const remote = await connect(sts.controlUrl);
    const scope = await remote.scope({ streamId: 'mine/' });
    await scope.expectEvent({ event: 'stream:end' });
    const [mine, other] = [await join(sts), await join(sts)];
    await mine.init({ stream_id: 'mine/1' });
    await other.init({ stream_id: 'other' });
    await remote.setDelay(7);
    await remote.close();
    expect(await mine.next('disconnect')).toBe('io server disconnect');
    other.send('fragment:data', fragment(0, { stream_id: 'other' }));
    expect((await other.next('fragment:ack')).estimated_completion_ms).toBe(7);
    const { message } = await rejection(scope.sessions as Promise<unknown>);
    expect(message).toBe('The handle was closed; connect again with `connectEchoSts()`.');
  });

  it('ends its waits and iterations, and no others', async () => {
    const sts = await start({ control: true });
    const remote = await connect(sts.controlUrl);
    const view = (await join(sts)).init().then(() => remote.waitForSession());
    const waits = [
      remote.waitFor('stream:end'),
      (await view).waitFor('stream:end'),
      remote.waitForSession({ streamId: 'x' }),
    ];
    const [local, entries] = [sts.waitFor('stream:pause'), remote.entries({ event: 'stream:end' }).next()];
    const ended = Promise.allSettled(waits);
    await remote.close();
    expect((await ended).map((end) => end.status === 'rejected' && end.reason.code)).toEqual([
      'CLOSED',
      'CLOSED',
      'CLOSED',
    ]);
    expect(await entries).toEqual({ value: undefined, done: true });
    const worker = await join(sts);
    await worker.init({ stream_id: 'stream-2' });
    worker.send('stream:pause', { stream_id: 'stream-2' });
    expect((await local).event).toBe('stream:pause');
  });

  it('ends its waits where the fixture is: in the fixture, in a scope and in a session', async () => {
    const sts = await start({ control: true });
    const worker = await join(sts);
    await worker.init();
    const peer = await joinAsPeer(sts.url);
    const { ref: view } = await peer.call('fixture', 'session', 'stream-1');
    const { ref: scope } = await peer.call('fixture', 'scope', { streamId: 'mine/' });
    const options = { timeoutMs: 600_000 };
    const waits = ['fixture', scope.id, view.id].map((id) => peer.call(id, 'waitFor', 'stream:end', options));
    const local = sts.waitFor('stream:pause');
    await peer.call('fixture', 'close');
    const errors = (await Promise.all(waits)).map(({ error }) => error);
    const gone =
      'the control client was closed while `waitFor` waited for `stream:end`; await its promise before that.';
    expect(errors).toEqual(waits.map(() => ({ code: 'CLOSED', message: gone })));
    worker.send('stream:pause', { stream_id: 'stream-1' });
    expect((await local).event).toBe('stream:pause');
  });

  it('leaves nothing behind, even if its waits would have gone on for long', async () => {
    const sts = await start();
    const waits = new Waits();
    const ended: string[] = [];
    const scope = { close: async () => void ended.push('scope') };
    const entries = { next: () => new Promise(() => {}), return: async () => void ended.push('entries') };
    const fixtureFor = (beneficiary: object) => {
      const waitFor = () =>
        waits.for({
          ...{ owner: sts, beneficiary, called: waitFor, subject: 'it waited', timeoutMs: 600_000, explain: () => '' },
          watch: () => () => void ended.push('wait'),
        });
      return { scope: () => scope, entries: () => entries, waitFor } as unknown as EchoSts;
    };
    const session = new ControlSession({ fixtureFor, waits, verifyAtEnd: async () => {} });
    for (const name of ['scope', 'entries']) await session.answer({ on: 'fixture', name });
    const answer = session.answer({ on: 'fixture', name: 'waitFor' });
    await session.close();
    expect((await answer).error).toMatchObject({ code: 'CLOSED', message: expect.stringContaining('it waited') });
    expect(ended.toSorted()).toEqual(['entries', 'scope', 'wait']);
    expect((await session.answer({ on: 'fixture', name: 'waitFor' })).error?.code).toBe('INVALID_OPTION');
  });
});

/** Drops every connection without a message, and does not listen any more. */
async function crash(sts: EchoSts): Promise<void> {
  const restart = rejection(sts.restart({ downForMs: 600_000 }));
  await sts.close({ abrupt: true });
  await restart;
}
