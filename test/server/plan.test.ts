/** What a plan does to connections: refused attempts and restarts, over websocket and over polling, seen from the worker. */

import { type EchoSts, manualClock, type PlannedPhase } from 'echo-sts';
import { describe, expect, it } from 'vitest';
import { startEchoSts } from '../../src/fixture/create-echo-sts.js';
import { fragment, init, type TestWorker } from '../support/client.js';
import { dial } from '../support/raw-peer.js';
import { useServers } from '../support/servers.js';

const { start, join, tryToConnect } = useServers();

const POLL = '/socket.io/?EIO=4&transport=polling';
/** A client whose upgrade from polling is broken off goes on only when its heartbeat is missing. */
const HEARTBEAT = { pingIntervalMs: 500, pingTimeoutMs: 1000 };
const PERSISTENT = { reconnection: true, reconnectionDelay: 1, reconnectionDelayMax: 5 };
const TRANSPORTS = [['websocket'], ['polling'], ['polling', 'websocket']];

const statuses = (sts: EchoSts) => sts.timeline({ event: 'refused' }).map(({ payload }) => payload.status);
const pollStatus = async (sts: EchoSts) => (await fetch(sts.url + POLL)).status;

/** What a stream of one fragment says, in its order. */
const CONVERSATION = ['stream:ready', 'fragment:ack', 'fragment:processed', 'stream:complete'];

/** How much of it is said before each phase. */
const PHASES: Readonly<Record<PlannedPhase, number>> = {
  connect: 0,
  'before-ready': 0,
  'after-ready': 1,
  'after-ack': 2,
  'before-processed': 2,
  'after-processed': 3,
  'before-complete': 3,
};
const PAIRS = (Object.keys(PHASES) as PlannedPhase[]).flatMap((at) =>
  TRANSPORTS.map((transports) => [at, transports.join(' and '), transports] as const),
);

function sendStream(worker: TestWorker): void {
  worker.send('stream:init', init());
  worker.send('fragment:data', fragment(0));
  worker.send('stream:end', { stream_id: 'stream-1' });
}

function said(worker: TestWorker): string[] {
  return worker.received.map(({ event }) => event).filter((event) => CONVERSATION.includes(event));
}

describe('a planned refusal', () => {
  it.each(TRANSPORTS.map((transports) => [transports.join(' and '), transports] as const))(
    'meets each attempt once: %s',
    async (_, transports) => {
      const sts = await start({ refusals: [{ times: 2, status: 429 }, { status: 500 }] });
      const worker = tryToConnect(sts.url, { ...PERSISTENT, transports });
      await worker.next('connect');
      expect(worker.all('connect_error')).toHaveLength(3);
      expect(statuses(sts)).toEqual([429, 429, 500]);
      await sts.verify();
    },
  );

  it('lets attempts pass first, and counts no request of an open connection', async () => {
    const sts = await start({ refusals: [{ after: 1, status: 410 }] });
    const worker = await join(sts, { transports: ['polling'] });
    await worker.init();
    await worker.settled();
    expect(statuses(sts)).toEqual([]);
    expect([await pollStatus(sts), await pollStatus(sts)]).toEqual([410, 200]);
  });

  it('counts an upgrade once, which is read again as an ordinary request', async () => {
    const sts = await start({
      refusals: [
        { after: 1, status: 410 },
        { after: 2, status: 418 },
      ],
    });
    const received: string[] = [];
    for (let attempt = 0; attempt < 4; attempt += 1) {
      const peer = await dial(sts.port);
      peer.upgrade('/socket.io/?EIO=4&transport=websocket');
      if (attempt === 1 || attempt === 2) await peer.closed;
      else await peer.until('HTTP/1.1 101');
      received.push(peer.received.slice(9, 12));
    }
    expect(received).toEqual(['101', '410', '418', '101']);
  });

  it('counts an upgrade to a server that only polls once', async () => {
    const sts = await start({ transports: ['polling'], control: true, refusals: [{ after: 1, status: 410 }] });
    const peer = await dial(sts.port);
    peer.upgrade('/socket.io/?EIO=4&transport=websocket');
    await peer.until('\r\n\r\n');
    expect([peer.received.slice(9, 12), await pollStatus(sts), await pollStatus(sts)]).toEqual(['400', 410, 200]);
  });

  it('says who refuses: the plan, or the test', async () => {
    const sts = await start({ refusals: [{}] });
    sts.refuse();
    const texts = [await (await fetch(sts.url + POLL)).text(), await (await fetch(sts.url + POLL)).text()];
    expect(texts).toEqual([
      'echo-sts refuses this connection, as requested by the test with `refuse()`.\n',
      'echo-sts refuses this connection, as planned in `refusals`.\n',
    ]);
    expect(sts.timeline({ event: 'refused' }).map(({ payload }) => payload.message)).toEqual([
      'as requested by the test with `refuse()`',
      'as planned in `refusals`',
    ]);
  });

  it('is put back by `reset()`, which ends one by hand', async () => {
    const sts = await start({ refusals: [{ after: 1, status: 410 }] });
    sts.refuse({ times: 5 });
    expect([await pollStatus(sts), await pollStatus(sts)]).toEqual([503, 503]);
    await sts.reset();
    expect([await pollStatus(sts), await pollStatus(sts), await pollStatus(sts)]).toEqual([200, 410, 200]);
  });

  it('does not meet pages, or other paths', async () => {
    const sts = await start({ refusals: [{}] });
    const pages = await Promise.all(['/health', '/metrics', '/elsewhere'].map((path) => fetch(sts.url + path)));
    expect(pages.map(({ status }) => status === 503)).toEqual([false, false, false]);
    expect(await pollStatus(sts)).toBe(503);
  });
});

describe.each(PAIRS)('a planned restart %s over %s', (at, _, transports) => {
  it('lets the worker get what was said before and nothing after, and come back', async () => {
    const sts = await start({ ...HEARTBEAT, restarts: [{ at }] });
    const { port } = sts;
    const worker = tryToConnect(sts.url, { ...PERSISTENT, transports });
    worker.socket.on('connect', () => sendStream(worker));
    await worker.next('disconnect');
    expect(said(worker)).toEqual(CONVERSATION.slice(0, PHASES[at]));
    await worker.next('stream:complete');
    expect(said(worker).slice(PHASES[at])).toEqual(CONVERSATION);
    const [note, ...others] = sts.timeline({ event: 'restart' });
    expect([note?.payload, others, sts.port]).toMatchObject([{ downForMs: 0, at }, [], port]);
    expect(sts.violations()).toEqual([]);
    await sts.verify();
  });

  it('does not outlive `close()`', async () => {
    const sts = await start({ ...HEARTBEAT, restarts: [{ at, downForMs: 600_000 }] });
    const worker = tryToConnect(sts.url, { transports });
    sendStream(worker);
    await worker.next('disconnect');
    await expect(fetch(sts.url + POLL)).rejects.toThrow('fetch failed');
    await sts.close();
  });
});

it('a planned restart that cannot come up again says why', async () => {
  const sts = await start({ restarts: [{ at: 'after-ready', downForMs: 500 }] });
  const worker = await join(sts);
  worker.send('stream:init', init());
  await worker.next('disconnect');
  await start({ port: sts.port });
  const { payload } = await sts.waitFor('restart', { where: ({ error }) => error !== undefined });
  expect(payload).toEqual({
    downForMs: 500,
    at: 'after-ready',
    streamId: 'stream-1',
    error: expect.stringMatching(/port/i),
  });
  expect(sts.format()).toMatch(/failed: /);
});

it.each([
  [0, ['sent-while-told-to-pause']],
  [100, []],
])(
  'a planned signal obliges a worker that has received it, until it is released: after %d ms',
  async (afterMs, kinds) => {
    const clock = manualClock();
    const pause = {
      at: 'after-ack',
      sequenceNumber: 0,
      severity: 'high',
      action: 'pause',
      releaseAfterMs: 100,
    } as const;
    const sts = await start({ clock, delayMs: 1000, signals: [pause] });
    const worker = await join(sts);
    await worker.init();
    worker.send('fragment:data', fragment(0));
    await worker.next('backpressure');
    await clock.advance(afterMs);
    worker.send('fragment:data', fragment(1));
    await sts.waitFor('fragment:data', { where: { sequence_number: 1 } });
    await clock.advance(100 - afterMs);
    expect(worker.all('backpressure').map(({ action }) => action)).toEqual(['pause', 'none']);
    expect(sts.violations().map(({ kind }) => kind)).toEqual(kinds);
  },
);

it('the code that starts a fixture reads how often each entry of the options has happened', async () => {
  const pause = { at: 'after-ack', severity: 'high', action: 'none' } as const;
  const { sts, planHits } = await startEchoSts({
    errorRules: [
      { when: { sequenceNumber: 7 }, code: 'TIMEOUT' },
      { when: {}, code: 'TIMEOUT' },
    ],
    cuts: [{ at: 'connect', how: 'reset', streamId: 'x' }],
    refusals: [{ after: 1 }, {}],
    restarts: [{ at: 'before-complete' }, { at: 'before-ready', streamId: 'x' }],
    signals: [{ ...pause, times: 5 }],
  });
  try {
    sts.apply({ signals: [pause] });
    expect(await pollStatus(sts)).toBe(503);
    expect(await pollStatus(sts)).toBe(503);
    const worker = await join(sts);
    sendStream(worker);
    await worker.next('disconnect');
    const hits = { errorRules: [0, 1], cuts: [0], refusals: [1, 1], restarts: [1, 0], signals: [1] };
    expect(planHits()).toEqual(hits);
    await sts.reset();
    const none = { errorRules: [0, 0], cuts: [0], refusals: [0, 0], restarts: [0, 0], signals: [0] };
    expect(planHits()).toEqual(none);
  } finally {
    await sts.close();
  }
});
