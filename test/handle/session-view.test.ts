/** What `session()` and `waitForSession()` answer: a snapshot, with functions for what belongs to the session. */

import { inspect } from 'node:util';
import { type EchoStsError, manualClock, type SessionView } from 'echo-sts';
import { describe, expect, it } from 'vitest';
import { watchHost } from '../support/host.js';
import { type ScriptedFixture, type ScriptedWorker, useScriptedFixtures } from '../support/scripted-fixture.js';
import { fragment } from '../support/worker.js';

watchHost();
const { start, join } = useScriptedFixtures();

async function begin(sts: ScriptedFixture, stream_id: string): Promise<ScriptedWorker> {
  const worker = await join(sts);
  await worker.init({ stream_id });
  return worker;
}

function send(worker: ScriptedWorker, stream_id: string, number: number): void {
  worker.send('fragment:data', fragment(number, { stream_id }));
}

function viewOf(sts: ScriptedFixture, streamId: string): SessionView {
  const view = sts.session(streamId);
  if (view === undefined) throw new Error(`there is no stream ${streamId}`);
  return view;
}

const codeOf = ({ code }: EchoStsError) => code;

describe('a session', () => {
  it('is its snapshot to all who print, copy and compare it', async () => {
    const sts = await start();
    await begin(sts, 'news');
    const view = viewOf(sts, 'news');
    const [snapshot] = sts.sessions;
    expect(view).toStrictEqual(snapshot);
    expect({ ...view }).toStrictEqual({ ...snapshot });
    expect(structuredClone({ ...view })).toStrictEqual(structuredClone(snapshot));
    expect(JSON.parse(JSON.stringify(view))).toEqual(JSON.parse(JSON.stringify(snapshot)));
    expect(Object.keys(view)).toEqual(Object.keys(snapshot ?? {}));
    expect(inspect(view)).toBe(inspect(snapshot));
    expect(Object.isFrozen(view)).toBe(true);
    expect(sts.session('sports')).toBeUndefined();
  });

  it('has the functions of what belongs to it, which may be taken off it', async () => {
    const sts = await start();
    const workers = { news: await begin(sts, 'news'), sports: await begin(sts, 'sports') };
    for (const [name, worker] of Object.entries(workers)) send(worker, name, 0);
    await sts.waitFor('fragment:processed', { times: 2 });
    const { timeline, format, waitFor, entries, violations, idle } = viewOf(sts, 'news');
    const events = ['connect', 'stream:init', 'stream:ready', 'fragment:data', 'fragment:ack', 'fragment:processed'];
    expect(timeline().map(({ event, streamId }) => [event, streamId])).toEqual(events.map((event) => [event, 'news']));
    expect(timeline({ event: 'fragment:data', limit: 1 })).toMatchObject([{ payload: { stream_id: 'news' } }]);
    expect(timeline({ streamId: 'sports' })).toEqual([]);
    expect(format()).toContain('news');
    expect(format()).not.toContain('sports');
    expect(await waitFor('fragment:processed')).toMatchObject({ streamId: 'news' });
    for await (const { event, streamId } of entries({ direction: 'out' })) {
      expect(streamId).toBe('news');
      if (event === 'fragment:processed') break;
    }
    workers.sports.send('sports:only');
    await idle();
    await sts.waitFor('unknown');
    expect([violations().length, viewOf(sts, 'sports').violations().length]).toEqual([0, 1]);
  });

  it('waits for what is its own, whatever comes to others', async () => {
    const sts = await start();
    const [news, sports] = [await begin(sts, 'news'), await begin(sts, 'sports')];
    const wait = viewOf(sts, 'news').waitFor('fragment:processed', { times: 2 });
    const results = viewOf(sts, 'news').entries({ event: 'fragment:processed' });
    const next = results.next();
    for (const number of [0, 1, 2]) send(sports, 'sports', number);
    await sts.waitFor('fragment:processed', { streamId: 'sports', times: 3 });
    for (const number of [0, 1]) send(news, 'news', number);
    expect(await wait).toMatchObject({ streamId: 'news', sequenceNumber: 1 });
    expect((await next).value).toMatchObject({ streamId: 'news', sequenceNumber: 0 });
  });

  it('is that session and no later one of the same stream', async () => {
    const sts = await start();
    const before = await begin(sts, 'news');
    const first = await sts.waitForSession({ streamId: 'news' });
    before.close();
    await first.waitFor('disconnect');
    const after = await begin(sts, 'news');
    send(after, 'news', 0);
    const second = viewOf(sts, 'news');
    await second.waitFor('fragment:processed');
    expect(first.timeline().map(({ n }) => n)).toEqual([1, 2, 3, 4]);
    expect(second.timeline().map(({ n }) => n)).toEqual([5, 6, 7, 8, 9, 10]);
    expect(await first.waitFor('fragment:data', { timeoutMs: 1 }).catch(codeOf)).toBe('WAIT_TIMEOUT');
  });

  it('after `completed` on the same connection is another one', async () => {
    const sts = await start();
    const worker = await begin(sts, 'one');
    worker.send('stream:end', { stream_id: 'one' });
    await worker.next('stream:complete');
    await worker.init({ stream_id: 'two' });
    const events = (streamId: string) =>
      viewOf(sts, streamId)
        .timeline()
        .map(({ event }) => event);
    expect(events('one')).toEqual(['connect', 'stream:init', 'stream:ready', 'stream:end', 'stream:complete']);
    expect(events('two')).toEqual(['stream:init', 'stream:ready']);
  });

  it('reports itself alone when it is waited for in vain', async () => {
    const sts = await start({ clock: manualClock(), seed: 'of this test' });
    const [news, sports] = [await begin(sts, 'news'), await begin(sts, 'sports')];
    send(sports, 'sports', 0);
    send(news, 'news', 0);
    await sts.waitFor('fragment:processed', { times: 2 });
    const wait = viewOf(sts, 'news').waitFor('fragment:processed', { sequenceNumber: 1, timeoutMs: 1 });
    const { message } = (await wait.catch((error: EchoStsError) => error as Error)) as Error;
    expect(message).not.toContain('sports');
    expect(message).toContain('`sequenceNumber` is 0, expected 1');
  });

  it('of the past can be read after close(); its waits reject with RESET and CLOSED', async () => {
    const sts = await start();
    await begin(sts, 'news');
    const byReset = viewOf(sts, 'news').waitFor('error').catch(codeOf);
    await sts.reset();
    await begin(sts, 'news');
    const view = viewOf(sts, 'news');
    const byClose = view.waitFor('error').catch(codeOf);
    await sts.close();
    expect([await byReset, await byClose]).toEqual(['RESET', 'CLOSED']);
    expect(view.timeline().map(({ event }) => event)).toEqual(['connect', 'stream:init', 'stream:ready', 'disconnect']);
    expect(viewOf(sts, 'news').state).toBe('closed');
  });
});
