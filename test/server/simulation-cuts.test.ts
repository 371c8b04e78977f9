/** Connections that break on purpose: every phase in every way, seen from the worker (issue 3, §5). */

import { type CutForm, type CutOptions, type CutPhase, EchoStsError, type EchoStsOptions } from 'echo-sts';
import { describe, expect, it } from 'vitest';
import { fragment, init, type TestWorker } from '../support/client.js';
import { serversUntil, useServers } from '../support/servers.js';

const { start, join } = useServers();
const END = { stream_id: 'stream-1' };

/** What a stream of one fragment says, in its order. */
const CONVERSATION = ['stream:ready', 'fragment:ack', 'fragment:processed', 'stream:complete'];

/** How much of it is said before each phase. */
const PHASES: Readonly<Record<CutPhase, number>> = {
  connect: 0,
  'before-ready': 0,
  'after-ready': 1,
  'after-ack': 2,
  'before-processed': 2,
  'after-processed': 3,
  'before-complete': 3,
  now: 3,
};

/** How much of it is said in answer to what has been read by then, when the server stops reading in that phase. */
const ANSWERED: Readonly<Record<CutPhase, number>> = {
  connect: 0,
  'before-ready': 1,
  'after-ready': 1,
  'after-ack': 3,
  'before-processed': 4,
  'after-processed': 4,
  'before-complete': 4,
  now: 3,
};

interface Form {
  /** Why the worker is disconnected. */
  readonly reason: RegExp;
  /** How much of the conversation is said all the same. */
  readonly said: (phase: CutPhase) => number;
  /** The heartbeat decides, so it has to be quick. */
  readonly isQuiet?: true;
}

const FORMS: Readonly<Record<CutForm, Form>> = {
  'server-disconnect': { reason: /^io server disconnect$/, said: (phase) => PHASES[phase] },
  'transport-close': { reason: /^transport close$/, said: (phase) => PHASES[phase] },
  reset: { reason: /^transport (close|error)$/, said: (phase) => PHASES[phase] },
  'half-open': { reason: /^ping timeout$/, said: (phase) => PHASES[phase], isQuiet: true },
  // The server does not read the worker's heartbeat either, and sends no more of its own.
  stall: { reason: /^ping timeout$/, said: (phase) => ANSWERED[phase], isQuiet: true },
  'mute-pings': { reason: /^ping timeout$/, said: () => CONVERSATION.length, isQuiet: true },
};

const QUICK_HEARTBEAT = { pingIntervalMs: 100, pingTimeoutMs: 200 };
const PAIRS = keys(PHASES).flatMap((at) => keys(FORMS).map((how) => [at, how] as const));

function keys<Key extends string>(table: Readonly<Record<Key, unknown>>): Key[] {
  return Object.keys(table) as Key[];
}

/** The names of the messages that came, without those of the connection itself. */
function heard(worker: TestWorker): string[] {
  return worker.received.map(({ event }) => event).filter((event) => !['connect', 'disconnect'].includes(event));
}

function optionsFor(how: CutForm): EchoStsOptions {
  return FORMS[how].isQuiet ? QUICK_HEARTBEAT : {};
}

/** Says all that a worker has to say, in one breath. */
function sendStream(worker: TestWorker): void {
  worker.send('stream:init', init());
  worker.send('fragment:data', fragment(0));
  worker.send('stream:end', END);
}

// Half of them wait for a heartbeat: they wait side by side.
describe.concurrent.each(PAIRS)('a cut %s by %s', (at, how) => {
  const { reason, said } = FORMS[how];

  it('lets the worker hear what was said before, nothing after, and see the connection go', async ({
    onTestFinished,
    expect,
  }) => {
    const { start, join } = serversUntil(onTestFinished);
    const sts = await start(optionsFor(how));
    const planned = at === 'now' ? undefined : sts.cut({ at, how });
    const worker = await join(sts);
    if (at === 'now') {
      await worker.init();
      worker.send('fragment:data', fragment(0));
      await worker.next('fragment:processed');
    }
    const cut = planned ?? sts.cut({ at, how });
    if (at === 'now') worker.send('stream:end', END);
    else sendStream(worker);
    expect(await worker.next('disconnect')).toMatch(reason);
    expect(heard(worker)).toEqual(CONVERSATION.slice(0, said(at)));
    const session = await sts.waitForSession({ state: 'closed' });
    expect([cut.hits, sts.connections, session.inflight, session.errors]).toEqual([1, 0, 0, []]);
  });
});

describe.each(keys(FORMS))('a cut by %s', (how) => {
  it('leaves other connections alone', async () => {
    const sts = await start(optionsFor(how));
    const [cut, bystander] = [await join(sts), await join(sts)];
    await bystander.init({ stream_id: 'stream-2' });
    sts.cut({ at: 'after-ack', how, streamId: 'stream-1' });
    sendStream(cut);
    await cut.next('disconnect');
    bystander.send('fragment:data', fragment(0, { stream_id: 'stream-2' }));
    bystander.send('stream:end', { stream_id: 'stream-2' });
    await bystander.next('stream:complete');
    expect(heard(bystander)).toEqual(CONVERSATION);
    expect(bystander.all('disconnect')).toEqual([]);
  });

  it('is told in the session, whose id is free for a worker that comes back', async () => {
    const sts = await start(optionsFor(how));
    sts.cut({ at: 'after-processed', how });
    const worker = await join(sts);
    sendStream(worker);
    await worker.next('disconnect');
    const session = await sts.waitForSession({ streamId: 'stream-1', state: 'closed' });
    expect(session).toMatchObject({ fragments: [{ sequenceNumber: 0, status: 'success' }] });
    const again = await join(sts);
    sendStream(again);
    await again.next('stream:complete');
    expect(heard(again)).toEqual(CONVERSATION);
  });
});

it('a stall fills the buffers of a worker that goes on sending', async () => {
  const sts = await start({ pingIntervalMs: 100, pingTimeoutMs: 500 });
  const worker = await join(sts);
  await worker.init();
  const websocket = Reflect.get(worker.socket.io.engine.transport, 'ws');
  const cut = sts.cut({ at: 'after-processed', how: 'stall' });
  worker.send('fragment:data', fragment(0));
  await worker.next('fragment:processed');
  const metadata = { padding: 'x'.repeat(8 * 1024 * 1024) };
  for (const number of [1, 2]) worker.send('fragment:data', fragment(number, { metadata }));
  await worker.next('disconnect');
  expect(websocket.bufferedAmount).toBeGreaterThan(1024 * 1024);
  expect([cut.hits, sts.session('stream-1')?.totalFragments]).toEqual([1, 1]);
});

describe('a cut is made', () => {
  const FOUR = [0, 1, 2, 3];
  const results = (worker: TestWorker) => worker.all('fragment:processed').map((result) => result.sequence_number);

  it.each([
    // All four have come together: no result was out.
    ['after-ack', []],
    ['before-processed', [0, 1]],
    ['after-processed', [0, 1, 2]],
  ] as const)('%s of the fragment with the sequenceNumber alone', async (at, expected) => {
    const sts = await start();
    const cut = sts.cut({ at, how: 'transport-close', sequenceNumber: 2 });
    const worker = await join(sts);
    await worker.init();
    for (const number of FOUR) worker.send('fragment:data', fragment(number));
    await worker.next('disconnect');
    expect([results(worker), cut.hits]).toEqual([expected, 1]);
  });

  it('on the connection of the streamId alone', async () => {
    const sts = await start();
    const cut = sts.cut({ at: 'after-ready', how: 'transport-close', streamId: 'stream-2', times: 9 });
    const [spared, meant] = [await join(sts), await join(sts)];
    sendStream(spared);
    await spared.next('stream:complete');
    meant.send('stream:init', init({ stream_id: 'stream-2' }));
    await meant.next('disconnect');
    expect([cut.hits, heard(spared), heard(meant)]).toEqual([1, CONVERSATION, ['stream:ready']]);
  });

  it('on connect by the X-Stream-ID, for there is no stream yet', async () => {
    const sts = await start();
    sts.cut({ at: 'connect', how: 'server-disconnect', streamId: 'stream-2' });
    const spared = await join(sts, { extraHeaders: { 'X-Stream-ID': 'stream-1' } });
    const meant = await join(sts, { extraHeaders: { 'X-Stream-ID': 'stream-2' } });
    await meant.next('disconnect');
    await spared.settled();
    expect([spared.socket.connected, sts.connections]).toEqual([true, 1]);
  });

  it('now on the connection of the streamId alone', async () => {
    const sts = await start();
    const [spared, meant] = [await join(sts), await join(sts)];
    await spared.init();
    await meant.init({ stream_id: 'stream-2' });
    sts.cut({ at: 'now', how: 'server-disconnect', streamId: 'stream-2' });
    await meant.next('disconnect');
    await spared.settled();
    expect([spared.socket.connected, sts.connections]).toEqual([true, 1]);
  });

  it.each([
    [{ times: 2 }, 2],
    [{}, 3],
  ])('now on so many connections as `times` says, or on all, and on none to come: %j', async (times, count) => {
    const sts = await start();
    const workers = [await join(sts), await join(sts), await join(sts)];
    const cut = sts.cut({ at: 'now', how: 'transport-close', ...times });
    await Promise.all(workers.slice(0, count).map((worker) => worker.next('disconnect')));
    for (const spared of [...workers.slice(count), await join(sts)]) await spared.settled();
    expect([cut.hits, sts.connections]).toEqual([count, 4 - count]);
  });

  it('so often as `times` says, on a worker that comes back each time', async () => {
    const sts = await start();
    const cut = sts.cut({ at: 'after-ack', how: 'transport-close', times: 2 });
    const worker = await join(sts, { reconnection: true, reconnectionDelay: 1, reconnectionDelayMax: 1 });
    worker.socket.on('connect', () => sendStream(worker));
    sendStream(worker);
    await worker.next('stream:complete');
    expect(heard(worker)).toEqual([...Array(2).fill(['stream:ready', 'fragment:ack']), CONVERSATION].flat());
    expect([cut.hits, worker.all('disconnect')]).toEqual([2, ['transport close', 'transport close']]);
  });

  it('after every result, each time on another message, as long as the connection stays', async () => {
    const sts = await start();
    const cut = sts.cut({ at: 'after-processed', how: 'mute-pings', times: 3 });
    const worker = await join(sts);
    await worker.init();
    for (const number of FOUR) worker.send('fragment:data', fragment(number));
    await worker.settled();
    expect([results(worker), cut.hits]).toEqual([FOUR, 3]);
  });

  it('not at all once it is removed', async () => {
    const sts = await start();
    const cuts = CONVERSATION.map(() => sts.cut({ at: 'after-ready', how: 'transport-close' }));
    cuts[0]?.remove();
    cuts[0]?.remove();
    cuts[1]?.[Symbol.dispose]();
    {
      using _cut = sts.cut({ at: 'after-ready', how: 'transport-close' });
    }
    for (const cut of cuts.slice(2)) cut.remove();
    const worker = await join(sts);
    sendStream(worker);
    await worker.next('stream:complete');
    expect([heard(worker), cuts.map(({ hits }) => hits)]).toEqual([CONVERSATION, [0, 0, 0, 0]]);
  });
});

describe('a cut over polling', () => {
  it.each([
    ['server-disconnect', /^io server disconnect$/],
    ['transport-close', /^transport (close|error)$/],
    ['reset', /^transport (close|error)$/],
  ] as const)('by %s is seen as over WebSocket', async (how, reason) => {
    const sts = await start();
    const cut = sts.cut({ at: 'after-ack', how, sequenceNumber: 0 });
    const worker = await join(sts, { transports: ['polling'] });
    await worker.init();
    worker.send('fragment:data', fragment(0));
    expect(await worker.next('disconnect')).toMatch(reason);
    expect(heard(worker)).toEqual(['stream:ready', 'fragment:ack']);
    await sts.waitForSession({ state: 'closed' });
    expect([cut.hits, sts.connections]).toEqual([1, 0]);
  });

  it.each(['server-disconnect', 'transport-close', 'reset'] as const)('now by %s is seen', async (how) => {
    const sts = await start();
    const worker = await join(sts, { transports: ['polling'] });
    await worker.init();
    sts.cut({ at: 'now', how });
    await worker.next('disconnect');
    await sts.waitForSession({ state: 'closed' });
    expect(sts.connections).toBe(0);
  });
});

describe('a cut that is not as documented', () => {
  const good: CutOptions = { at: 'connect', how: 'transport-close' };

  it.each([
    ['at', {}],
    ['at', { ...good, at: 'after-lunch' }],
    ['how', { ...good, how: 'gently' }],
    ['streamId', { ...good, streamId: '' }],
    ['sequenceNumber', { ...good, at: 'after-ack', sequenceNumber: -1 }],
    ['sequenceNumber', { ...good, sequenceNumber: 0 }],
    ['sequenceNumber', { ...good, at: 'now', sequenceNumber: 0 }],
    ['sequenceNumber', { ...good, at: 'after-ready', sequenceNumber: 0 }],
    ['times', { ...good, times: 0 }],
    ['when', { ...good, when: 'later' }],
    ['cut', null],
  ])('is refused by its `%s` and cuts nothing', async (name, options) => {
    const sts = await start();
    const attempt = () => sts.cut(options as CutOptions);
    expect(attempt).toThrow(EchoStsError);
    expect(attempt).toThrow(expect.objectContaining({ code: 'INVALID_OPTION' }));
    expect(attempt).toThrow(new RegExp(`^\`${name}\` |got the unknown name \`${name}\`\\.$`));
    const worker = await join(sts);
    sendStream(worker);
    await worker.next('stream:complete');
    expect(heard(worker)).toEqual(CONVERSATION);
  });
});
