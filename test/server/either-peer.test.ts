/**
 * What holds for a worker on a scripted peer and on Socket.IO alike: the two are tried with the same tests, so that what the
 * other tests learn without a socket can be relied on.
 */

import { describe, expect, it } from 'vitest';
import { PEERS } from '../support/either-peer.js';
import { ack, complete, error, outline, processed, ready, transcript } from '../support/expected.js';
import { watchHost } from '../support/host.js';
import { Neighbour } from '../support/neighbour.js';
import { audioOf, bytesOf, readSpeech } from '../support/speech.js';
import { fragment, fragmentWith, init, type Payload, type Worker } from '../support/worker.js';

watchHost();

const STREAM = { stream_id: 'stream-1' };
const ACK = { fragment_id: 'fragment-0', status: 'received', timestamp: 1 };
const BINARY = Buffer.from('binary');
/** The largest audio that is taken: bytes. */
const LIMIT = 10_485_760;
const speech = [0, 1, 2, 3, 4].map((number) => readSpeech(`speech-0${number}.m4a`));

describe.each(PEERS)('on %s,', (_, useFixtures) => {
  const { start, join } = useFixtures();

  describe('a stream', () => {
    it('goes from stream:init to stream:complete', async () => {
      const worker = await join(await start());
      await worker.init();
      worker.send('fragment:data', fragment(0));
      await worker.next('fragment:processed');
      worker.send('fragment:data', fragment(1));
      worker.send('stream:end', STREAM);
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
      const sent = speech.map((bytes, number) => fragment(number, { audio: audioOf('m4a', bytes, 6000) }));
      for (const payload of sent) worker.send('fragment:data', payload);
      worker.send('stream:end', STREAM);
      await worker.next('stream:complete');
      const dubbed = worker.all('fragment:processed').map((result) => result.dubbed_audio);
      expect(dubbed).toStrictEqual(sent.map((payload) => payload.audio));
      expect(dubbed.map((audio, number) => speech[number]?.equals(bytesOf(audio)))).toEqual(speech.map(() => true));
    });
  });

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
      const complete = await worker.ask('stream:end', STREAM);
      expect(replies).toEqual([
        [0, 'fragment-0'],
        [2, 'fragment-2'],
      ]);
      expect(complete).toMatchObject({ total_fragments: 3 });
    });
  });

  describe('a payload', () => {
    it('may have unknown keys, whatever they hold', async () => {
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

  describe('large audio', () => {
    it('is taken up to 10 MiB, refused beyond, and its neighbours flow', async () => {
      const sts = await start();
      const worker = await join(sts);
      const neighbour = new Neighbour(await join(sts));
      await worker.init({ max_inflight: 10 });
      const largest = Buffer.alloc(LIMIT, 'audio').toString('base64');
      const tooLarge = Buffer.alloc(LIMIT + 1, 'audio').toString('base64');
      worker.send('fragment:data', fragmentWith(0, 'QUJD'));
      await worker.next('fragment:processed');
      worker.send('fragment:data', fragmentWith(1, tooLarge));
      worker.send('fragment:data', fragmentWith(1, largest));
      await neighbour.speaks();
      await worker.next('fragment:processed');
      worker.send('fragment:data', fragmentWith(2, 'QUJD'));
      worker.send('stream:end', { stream_id: 'stream-1' });
      await worker.next('stream:complete');
      expect(outline(worker)).toEqual([
        'stream:ready',
        'fragment:ack fragment-0',
        'fragment:processed 0 success',
        'error FRAGMENT_TOO_LARGE error',
        'fragment:ack fragment-1',
        'fragment:processed 1 success',
        'fragment:ack fragment-2',
        'fragment:processed 2 success',
        'stream:complete',
      ]);
      const metadata = { audio_bytes: LIMIT + 1, limit_bytes: LIMIT };
      expect(await worker.next('error')).toStrictEqual(
        error('FRAGMENT_TOO_LARGE', { fragment_id: 'fragment-1', metadata }),
      );
      expect(worker.all('fragment:processed')[1].dubbed_audio.data_base64 === largest).toBe(true);
      await neighbour.hasNoticedNothing();
    });

    it('is refused for its size before anything else is looked at', async () => {
      const worker = await join(await start());
      const data_base64 = '!'.repeat(13_981_020);
      const reply = await worker.ask('fragment:data', { stream_id: 7, audio: { data_base64 } }, 'extra');
      expect(reply.error).toMatchObject({ code: 'FRAGMENT_TOO_LARGE', severity: 'error', retryable: false });
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
      if (how === 'is cut off') worker.drop();
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
});

/** Each event with what its callback got. */
async function replies(worker: Worker, ...sent: [event: string, ...args: unknown[]][]) {
  return Promise.all(sent.map(async ([event, ...args]) => [event, await worker.ask(event, ...args)]));
}
