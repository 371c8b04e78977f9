/** What a real socket.io-client does that a scripted peer cannot, and rules as it sees them. `either-peer.test.ts` tries both. */

import { describe, expect, it } from 'vitest';
import { fragment } from '../support/client.js';
import { processed } from '../support/expected.js';
import { watchHost } from '../support/host.js';
import { Neighbour } from '../support/neighbour.js';
import { useServers } from '../support/servers.js';

watchHost();
const { start, join } = useServers();
const STREAM = { stream_id: 'stream-1' };
const END = STREAM;
const BINARY = Buffer.from('binary');

describe('a stream', () => {
  it('may carry a pts_ns beyond what a double tells apart', async () => {
    const seen: unknown[] = [];
    const sts = await start({ transcript: ({ metadata }) => String(seen.push(metadata)) });
    const worker = await join(sts);
    await worker.init();
    const largest = JSON.stringify(fragment(0)).replace(/}$/, ',"metadata":{"pts_ns":9223372036854775807,"note":"n"}}');
    worker.socket.io.engine.write(`2["fragment:data",${largest}]`);
    worker.send('fragment:data', fragment(1, { metadata: { pts_ns: 2 ** 60, source_pts_ns: -(2 ** 60) } }));
    worker.send('stream:end', END);
    await worker.next('stream:complete');
    expect(seen).toStrictEqual([
      { pts_ns: 2 ** 63, note: 'n' },
      { pts_ns: 2 ** 60, source_pts_ns: -(2 ** 60) },
    ]);
    expect(worker.all('error')).toEqual([]);
  });
});

describe('a bad payload', () => {
  it('is refused with one error, emitted and acknowledged alike, and the stream goes on', async () => {
    const sts = await start();
    const worker = await join(sts);
    const neighbour = new Neighbour(await join(sts));
    await worker.init();
    const good = fragment(0);
    const bad = [
      [null],
      [5],
      ['text'],
      [[]],
      [BINARY],
      [],
      [good, good],
      [{ ...good, audio: BINARY }],
      [{ ...good, stream_id: 5 }],
    ];
    for (const args of bad) {
      const [reply, refusal] = await Promise.all([worker.ask('fragment:data', ...args), worker.next('error')]);
      expect(reply).toStrictEqual({ error: refusal });
      expect(refusal).toMatchObject({
        code: 'INVALID_CONFIG',
        metadata: { issues: [{ message: expect.any(String) }] },
      });
    }
    worker.send('fragment:data', good);
    expect(await worker.next('fragment:processed')).toStrictEqual(processed(0));
    await neighbour.hasNoticedNothing();
  });
});

describe('a session records', () => {
  it('the handshake headers X-Stream-ID and X-Worker-ID', async () => {
    const sts = await start();
    const extraHeaders = { 'X-Stream-ID': 'stream-h', 'X-Worker-ID': 'worker-h' };
    for (const transports of [['websocket'], ['polling']]) await (await join(sts, { extraHeaders, transports })).init();
    await (await join(sts)).init();
    const handshake = { streamId: 'stream-h', workerId: 'worker-h' };
    expect(sts.sessions.map((session) => session.handshake)).toEqual([{}, handshake, handshake]);
  });
});

describe('rules', () => {
  it.each(['AUTH_FAILED', 'TIMEOUT'] as const)('answer with the error %s in place of the result', async (code) => {
    const sts = await start({ errorRules: [{ when: {}, code, as: 'error-event' }] });
    const worker = await join(sts);
    await worker.init();
    worker.send('fragment:data', fragment(0));
    const isFatal = code === 'AUTH_FAILED';
    expect(await worker.next('error')).toMatchObject({ code, severity: isFatal ? 'fatal' : 'error' });
    if (isFatal) expect(await worker.next('disconnect')).toBe('io server disconnect');
    expect(worker.all('fragment:processed')).toEqual([]);
  });

  it('send a result twice, keep one back and damage one', async () => {
    const faults = ['duplicate', 'drop', 'corrupt'] as const;
    const errorRules = faults.map((fault, sequenceNumber) => ({ when: { sequenceNumber }, fault }));
    const worker = await join(await start({ errorRules }));
    await worker.init();
    for (const number of [0, 1, 2]) worker.send('fragment:data', fragment(number));
    worker.send('stream:end', END);
    await worker.next('stream:complete');
    const results = worker.all('fragment:processed');
    expect(results.map(({ sequence_number }) => sequence_number)).toEqual([0, 0, 2]);
    expect(results[2].dubbed_audio.data_base64).not.toBe(fragment(2).audio.data_base64);
  });

  it('can be set by a client that only knows the wire', async () => {
    const worker = await join(await start());
    await worker.init();
    const rules = [{ trigger: 'sequence_number', value: 1, error_code: 'TIMEOUT' }];
    const reply = await worker.ask('config:error_simulation', { enabled: true, rules });
    expect(await worker.next('config:error_simulation:ack')).toStrictEqual(reply);
    for (const number of [0, 1]) worker.send('fragment:data', fragment(number));
    await worker.settled();
    expect(worker.all('fragment:processed').map(({ status }) => status)).toEqual(['success', 'failed']);
  });
});
