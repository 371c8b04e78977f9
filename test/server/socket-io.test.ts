/** What is answered to workers, once for each subject, over a real socket.io-client: the rest is tested on a scripted peer. */

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fragment, init, type Payload, type TestWorker } from '../support/client.js';
import { ack, complete, outline, processed, ready, transcript } from '../support/expected.js';
import { watchHost } from '../support/host.js';
import { Neighbour } from '../support/neighbour.js';
import { useServers } from '../support/servers.js';

watchHost();
const { start, join } = useServers();
const STREAM = { stream_id: 'stream-1' };
const END = STREAM;
const ACK = { fragment_id: 'fragment-0', status: 'received', timestamp: 1 };
const BINARY = Buffer.from('binary');

const speech = [0, 1, 2, 3, 4].map((number) => read(`speech-0${number}.m4a`));

describe('a stream', () => {
  it('goes from stream:init to stream:complete', async () => {
    const worker = await join(await start());
    await worker.init();
    worker.send('fragment:data', fragment(0));
    worker.send('fragment:data', fragment(1));
    worker.send('stream:end', END);
    await worker.next('stream:complete');
    expect(transcript(worker)).toStrictEqual([
      ['stream:ready', ready()],
      ['fragment:ack', ack(0)],
      ['fragment:processed', processed(0)],
      ['fragment:ack', ack(1)],
      ['fragment:processed', processed(1)],
      ['stream:complete', complete(2)],
    ]);
  });

  it('brings audio back byte for byte: m4a', async () => {
    const worker = await join(await start());
    await worker.init({ max_inflight: 5 });
    const sent = speech.map((bytes, number) => fragment(number, { audio: audio('m4a', bytes, 6000) }));
    for (const payload of sent) worker.send('fragment:data', payload);
    worker.send('stream:end', END);
    await worker.next('stream:complete');
    const dubbed = worker.all('fragment:processed').map((result) => result.dubbed_audio);
    expect(dubbed).toStrictEqual(sent.map((payload) => payload.audio));
    expect(dubbed.map((audio, number) => speech[number]?.equals(bytesOf(audio)))).toEqual(speech.map(() => true));
  });

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

function read(name: string): Buffer {
  return readFileSync(new URL(`../../examples/audio/${name}`, import.meta.url));
}

function audio(format: string, bytes: Buffer, duration_ms: number) {
  return { format, sample_rate_hz: 48000, channels: 2, duration_ms, data_base64: bytes.toString('base64') };
}

function bytesOf(audio: Payload): Buffer {
  return Buffer.from(audio.data_base64, 'base64');
}

/** Each event with what its callback got. */
async function replies(worker: TestWorker, ...sent: [event: string, ...args: unknown[]][]) {
  return Promise.all(sent.map(async ([event, ...args]) => [event, await worker.ask(event, ...args)]));
}

describe('a callback', () => {
  it('gets the direct answer, which is emitted as well', async () => {
    const worker = await join(await start());
    const got = await replies(
      worker,
      ['stream:init', init()],
      ['fragment:data', fragment(0)],
      ['fragment:ack', ACK],
      ['stream:pause', STREAM],
      ['stream:resume', STREAM],
      ['stream:end', STREAM],
      ['no:such:event', 1, 2],
    );
    expect(got).toStrictEqual([
      ['stream:init', ready()],
      ['fragment:data', ack(0)],
      ['fragment:ack', {}],
      ['stream:pause', {}],
      ['stream:resume', {}],
      ['stream:end', complete(1)],
      ['no:such:event', {}],
    ]);
    expect(outline(worker)).toEqual([
      'stream:ready',
      'fragment:ack fragment-0',
      'fragment:processed 0 success',
      'stream:complete',
    ]);
  });

  it('gets the error that ends the connection', async () => {
    const worker = await join(await start({ queueLimit: 1, queueFullLimit: 0 }));
    await worker.init();
    worker.send('fragment:data', fragment(1));
    const reply = await worker.ask('fragment:data', fragment(2)).catch(String);
    await worker.next('disconnect');
    expect(reply).toStrictEqual({ error: await worker.next('error') });
    expect(reply.error).toMatchObject({ code: 'QUEUE_FULL', severity: 'fatal' });
  });

  it('gets the stream:complete after which the server hangs up at once', async () => {
    const worker = await join(await start({ autoCloseMs: 0 }));
    await worker.init();
    const reply = await worker.ask('stream:end', STREAM).catch(String);
    expect(await worker.next('disconnect')).toBe('io server disconnect');
    expect(reply).toStrictEqual(complete(0));
  });

  it("of a fragment whose acknowledgement a rule withholds is not called, and the next fragment's gets its own answer", async () => {
    const sts = await start({ errorRules: [{ when: { sequenceNumber: 1 }, fault: 'no-ack' }] });
    const worker = await join(sts);
    await worker.init();
    const replies: Payload[] = [];
    const reply = (number: number) => (answer: Payload) => replies.push([number, answer.fragment_id]);
    for (const number of [0, 1, 2]) worker.send('fragment:data', fragment(number), reply(number));
    const complete = await worker.ask('stream:end', END);
    expect(replies).toEqual([
      [0, 'fragment-0'],
      [2, 'fragment-2'],
    ]);
    expect(complete).toMatchObject({ total_fragments: 3 });
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

  it('is not one with unknown keys, whatever they hold', async () => {
    const worker = await join(await start());
    const extra = { extra: [null, { deep: BINARY }], constructor: 1, toString: null, hasOwnProperty: 'x' };
    worker.send('stream:init', init({ ...extra, config: extra }));
    worker.send('fragment:data', fragment(0, { ...extra, metadata: extra }));
    for (const event of ['stream:pause', 'stream:resume']) worker.send(event, { ...STREAM, ...extra });
    worker.send('fragment:ack', { fragment_id: 'fragment-0', status: 'applied', timestamp: 1, ...extra });
    worker.send('stream:end', { ...STREAM, ...extra });
    await worker.next('stream:complete');
    expect(outline(worker)).toEqual([
      'stream:ready',
      'fragment:ack fragment-0',
      'fragment:processed 0 success',
      'stream:complete',
    ]);
  });
});

describe('a worker that vanishes with fragments in flight', () => {
  it.each(['closes its socket', 'is cut off'])('%s: its session is closed and nobody else notices', async (how) => {
    const sts = await start({ delayMs: 600_000 });
    const worker = await join(sts);
    const other = await join(sts);
    await other.init({ stream_id: 'other' });
    await worker.init();
    for (const number of [0, 1, 2]) worker.send('fragment:data', fragment(number));
    await worker.settled();
    sts.setDelay(30);
    other.send('fragment:data', fragment(0, { stream_id: 'other' }));
    if (how === 'is cut off') worker.socket.io.engine.close();
    else worker.close();
    const closed = await sts.waitForSession({ streamId: 'stream-1', state: 'closed' });
    expect(closed).toMatchObject({
      inflight: 0,
      statistics: { successCount: 0 },
      closeReason: how === 'is cut off' ? 'transport close' : 'client namespace disconnect',
    });
    await other.next('fragment:processed');
    expect(outline(other)).toEqual(['stream:ready', 'fragment:ack fragment-0', 'fragment:processed 0 success']);
    expect([sts.connections, sts.session('stream-1')]).toEqual([1, closed]);
  });
});

describe('a full queue', () => {
  it('disconnects a worker that goes on sending after so many refusals in a row', async () => {
    const sts = await start({ queueLimit: 1, queueFullLimit: 3 });
    const worker = await join(sts);
    await worker.init();
    for (const number of [1, 2, 2, 2, 2, 2]) worker.send('fragment:data', fragment(number));
    expect(await worker.next('disconnect')).toBe('io server disconnect');
    expect(outline(worker)).toEqual([
      'stream:ready',
      'fragment:ack fragment-1',
      'error QUEUE_FULL warning',
      'error QUEUE_FULL warning',
      'error QUEUE_FULL warning',
      'error QUEUE_FULL fatal',
      'disconnect io server disconnect',
    ]);
    expect(await sts.waitForSession({ state: 'closed' })).toMatchObject({ errors: { length: 4 }, inflight: 0 });
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
