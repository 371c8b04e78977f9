/** What a worker sends that its connection does not survive: who has ended it, and for what. */

import type { EchoSts, EchoStsOptions, ViolationKind } from 'echo-sts';
import { describe, expect, it } from 'vitest';
import { fragment, init } from '../support/client.js';
import { watchHost } from '../support/host.js';
import { type Poller, poll } from '../support/poller.js';
import { dialSocketIo, frame, type RawPeer } from '../support/raw-peer.js';
import { useServers } from '../support/servers.js';

watchHost();
const { start, join } = useServers();

const OPTIONS: EchoStsOptions = { maxMessageBytes: 10_000, delayMs: 600_000, conduct: 'strict' };
const event = (name: string, payload: object) => `2${JSON.stringify([name, payload])}`;
const LARGE = event('fragment:data', fragment(1, { metadata: { text: 'x'.repeat(12_000) } }));

/** The disconnect and what it is put down to; with a fragment in flight nothing but the breach is a violation. */
async function expectBreach(sts: EchoSts, kind: ViolationKind, reason: RegExp, message: RegExp): Promise<void> {
  const { payload } = await sts.waitFor('disconnect');
  expect(payload).toEqual({ by: 'fixture', reason: expect.stringMatching(reason) });
  expect(sts.violations()).toMatchObject([{ kind, message: expect.stringMatching(message) }]);
  expect(sts.violations()[0]?.entries.at(-1)?.event).toBe('disconnect');
}

describe('a message larger than `maxMessageBytes`', () => {
  const size = 1 + LARGE.length;

  it('ends a WebSocket, with limit, size and cure', async () => {
    const sts = await start(OPTIONS);
    const worker = await join(sts);
    await worker.init();
    worker.send('fragment:data', fragment(0));
    await worker.next('fragment:ack');
    worker.socket.io.engine.write(LARGE);
    const reason = new RegExp(`^a message of ${size} bytes arrived, and \`maxMessageBytes\` is 10000$`);
    await expectBreach(sts, 'oversized-message', reason, /the connection was closed; send shorter fragments, or give/);
    await expect(sts.verify()).rejects.toThrow(/oversized-message/);
  });

  it('ends it when it comes in several frames, with what had come until then', async () => {
    const { sts, peer } = await raw();
    peer.write(frame('4'.padEnd(8000, 'x'), { opcode: 1, isFinal: false }));
    peer.write(frame('x'.repeat(8000), { opcode: 0, isFinal: true }));
    await expectBreach(sts, 'oversized-message', /^a message of 16000 bytes arrived/, /send shorter fragments/);
  });

  it.each<[string, (poller: Poller, sts: EchoSts) => Promise<unknown>, RegExp]>([
    ['with a length', (poller) => poller.post(`4${LARGE}`), new RegExp(`^a message of ${size} bytes arrived`)],
    [
      'in chunks',
      (poller, sts) => postInChunks(sts.url, poller.sid, `4${LARGE}`),
      /^a message of more than 10000 bytes/,
    ],
  ])('ends a polling session, %s', async (_, post, reason) => {
    const { sts, poller } = await polling();
    const answered = post(poller, sts);
    await expectBreach(sts, 'oversized-message', reason, /send shorter fragments/);
    await answered;
  });

  it("is nobody's fault where it just fits", async () => {
    const sts = await start({ ...OPTIONS, delayMs: 0, maxMessageBytes: size });
    const worker = await join(sts);
    await worker.init();
    worker.send('fragment:data', fragment(0));
    worker.socket.io.engine.write(LARGE);
    expect(await worker.next('fragment:processed')).toMatchObject({ sequence_number: 0 });
    expect(await worker.next('fragment:processed')).toMatchObject({ sequence_number: 1 });
    expect(sts.violations()).toEqual([]);
  });
});

describe('a packet that nobody reads', () => {
  it.each<[string, (peer: RawPeer) => void, RegExp]>([
    ['for engine.io', (peer) => peer.send('x'), /^received a packet that is unknown to engine\.io$/],
    [
      'for Socket.IO',
      (peer) => peer.send('49'),
      /^received a packet that is unknown to Socket\.IO \(unknown packet type 9\)$/,
    ],
    [
      'of no JSON',
      (peer) => peer.send('42[x'),
      /^received a packet that is unknown to Socket\.IO \(invalid payload\)$/,
    ],
    ['of no event', (peer) => peer.send('42{}'), /^received a packet that is unknown to Socket\.IO/],
    [
      'of bytes that nobody announced',
      (peer) => peer.send(Buffer.from([1])),
      /^received a packet that is unknown to Socket\.IO/,
    ],
    [
      'against RFC 6455',
      (peer) => peer.write(frame('x', { opcode: 5, isFinal: true })),
      /^received a WebSocket frame that violates RFC 6455 \(Invalid WebSocket frame: invalid opcode 5\)$/,
    ],
  ])('%s, ends the connection', async (_, send, reason) => {
    const { sts, peer } = await raw();
    send(peer);
    await expectBreach(sts, 'unreadable-packet', reason, /, so the connection was closed; connect with a client of/);
  });

  it('of a request that engine.io refuses, ends the session', async () => {
    const { sts, poller } = await polling();
    const body = new Blob(['b'], { type: 'application/octet-stream' });
    await fetch(`${sts.url}/socket.io/?EIO=4&transport=polling&sid=${poller.sid}`, { method: 'POST', body });
    await expectBreach(
      sts,
      'unreadable-packet',
      /^received binary data in a request where engine\.io expects text$/,
      /was closed/,
    );
  });

  it('of two polls at once, ends the session', async () => {
    const { sts, poller } = await polling();
    await Promise.allSettled([poller.get(), poller.get()]);
    await expectBreach(sts, 'unreadable-packet', /^received a poll before the last one was answered$/, /was closed/);
  });
});

it.each([
  ['for another namespace', '42/other,["a"]'],
  ['to join twice', '40'],
])('a packet %s ends the connection, and is no violation', async (_, packet) => {
  const { sts, peer } = await raw();
  peer.send(packet);
  const reason = expect.stringMatching(
    /^received a packet for a namespace that the connection has not joined, or a second one/,
  );
  expect((await sts.waitFor('disconnect')).payload).toEqual({ by: 'fixture', reason });
  await sts.verify();
});

it('what a worker ends itself stays its own', async () => {
  const sts = await start({ delayMs: 600_000 });
  const worker = await join(sts);
  await worker.init();
  worker.send('fragment:data', fragment(0));
  await worker.next('fragment:ack');
  worker.socket.io.engine.close();
  expect((await sts.waitFor('disconnect')).payload).toMatchObject({ by: 'worker' });
  expect(sts.violations()).toMatchObject([{ kind: 'left-unanswered' }]);
});

it('an event by the name of `error` is no breach', async () => {
  const sts = await start();
  const worker = await join(sts);
  worker.send('error', { message: 'mine' });
  await sts.waitFor('unknown');
  worker.close();
  expect((await sts.waitFor('disconnect')).payload).toMatchObject({ by: 'worker' });
});

it('a worker that leaves and joins again and again leaves no listener behind', async () => {
  const { sts, peer } = await raw();
  for (let time = 2; time < 30; time += 1) {
    peer.send('41');
    await sts.waitFor('disconnect', { times: time - 1 });
    peer.send('40');
    await sts.waitFor('connect', { times: time });
  }
  peer.send('x');
  const last = await sts.waitFor('disconnect', { times: 29 });
  expect(last.payload).toMatchObject({ by: 'fixture' });
});

/** A stream with a fragment in flight, over a bare WebSocket. */
async function raw(): Promise<{ sts: EchoSts; peer: RawPeer }> {
  const sts = await start(OPTIONS);
  const peer = await dialSocketIo(sts.port);
  peer.send(`4${event('stream:init', init())}`);
  peer.send(`4${event('fragment:data', fragment(0))}`);
  await sts.waitFor('fragment:ack');
  return { sts, peer };
}

/** The same by polling. */
async function polling(): Promise<{ sts: EchoSts; poller: Poller }> {
  const sts = await start(OPTIONS);
  const poller = await poll(sts.url);
  await poller.post(`4${event('stream:init', init())}`);
  await poller.post(`4${event('fragment:data', fragment(0))}`);
  await poller.get();
  return { sts, poller };
}

/** Without a `content-length`. */
async function postInChunks(url: string, sid: string, text: string): Promise<void> {
  const body = new Blob([text]).stream();
  const path = `${url}/socket.io/?EIO=4&transport=polling&sid=${sid}`;
  await fetch(path, { method: 'POST', body, duplex: 'half' } as RequestInit).catch(() => {});
}
