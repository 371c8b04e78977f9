/** Good payloads at the wrong moment or on the wrong connection, and workers that vanish (PROTOCOL §4, §6.4, §6.7–6.10, §6.16). */

import { describe, expect, it } from 'vitest';
import { nextTurn } from '../../src/clock/clock.js';
import { ack, error, outline, processed, transcript } from '../support/expected.js';
import { watchHost } from '../support/host.js';
import { Neighbour } from '../support/neighbour.js';
import { useScriptedFixtures } from '../support/scripted-fixture.js';
import { fragment, init } from '../support/worker.js';

watchHost();
const { start, join } = useScriptedFixtures();
const STREAM = { stream_id: 'stream-1' };
const ACK = { fragment_id: 'fragment-0', status: 'received', timestamp: 1 };

describe('before stream:init', () => {
  it('every other event is refused, and the stream can still begin', async () => {
    const sts = await start();
    const worker = await join(sts);
    const neighbour = new Neighbour(await join(sts));
    worker.send('fragment:data', fragment(0));
    worker.send('fragment:ack', ACK);
    for (const event of ['stream:pause', 'stream:resume', 'stream:end']) worker.send(event, STREAM);
    await worker.init();
    const metadata = { state: 'initializing' };
    const { stream_id, ...aboutNoStream } = error('STREAM_NOT_FOUND', { fragment_id: 'fragment-0', metadata });
    expect(transcript(worker).slice(0, -1)).toStrictEqual([
      ['error', { stream_id, ...aboutNoStream }],
      ['error', aboutNoStream],
      ...Array(3).fill(['error', error('STREAM_NOT_FOUND', { metadata })]),
    ]);
    worker.send('fragment:data', fragment(0));
    expect(await worker.next('fragment:processed')).toStrictEqual(processed(0));
    await neighbour.hasNoticedNothing();
  });
});

describe("another stream's stream_id", () => {
  it('is refused in every event, also when that stream exists, and reaches nobody', async () => {
    const sts = await start();
    const worker = await join(sts);
    const neighbour = new Neighbour(await join(sts));
    await neighbour.speaks();
    await worker.init();
    for (const stream_id of ['neighbour', 'nobody', 'STREAM-1', 'stream-1 ', '__proto__']) {
      worker.send('fragment:data', fragment(0, { stream_id }));
      for (const event of ['stream:pause', 'stream:resume', 'stream:end']) worker.send(event, { stream_id });
      const metadata = { state: 'active' };
      const refused = [
        ['error', error('STREAM_NOT_FOUND', { stream_id, fragment_id: 'fragment-0', metadata })],
        ...Array(3).fill(['error', error('STREAM_NOT_FOUND', { stream_id, metadata })]),
      ];
      await worker.settled();
      expect(transcript(worker).slice(-4)).toStrictEqual(refused);
    }
    expect(sts.session('stream-1')).toMatchObject({ state: 'active', totalFragments: 0 });
    await neighbour.hasNoticedNothing();
  });
});

describe('stream:init', () => {
  it('is refused while a stream is open: active, paused or ending', async () => {
    const sts = await start({ delayMs: 100 });
    const worker = await join(sts);
    await worker.init();
    worker.send('fragment:data', fragment(0));
    worker.send('stream:init', init({ stream_id: 'stream-2' }));
    worker.send('stream:pause', STREAM);
    worker.send('stream:init', init());
    worker.send('stream:end', STREAM);
    worker.send('stream:init', init());
    await worker.next('stream:complete');
    expect(outline(worker)).toEqual([
      'stream:ready',
      'fragment:ack fragment-0',
      'error INVALID_CONFIG error',
      'error INVALID_CONFIG error',
      'error INVALID_CONFIG error',
      'fragment:processed 0 success',
      'stream:complete',
    ]);
    expect(worker.all('error')).toStrictEqual([
      error('INVALID_CONFIG', { stream_id: 'stream-2', metadata: { state: 'active' } }),
      error('INVALID_CONFIG', { metadata: { state: 'paused' } }),
      error('INVALID_CONFIG', { metadata: { state: 'ending' } }),
    ]);
    expect(sts.sessions).toHaveLength(1);
  });
});

describe('after stream:end', () => {
  it('all but acks is refused, and stream:complete comes once', async () => {
    const worker = await join(await start({ delayMs: 100 }));
    await worker.init();
    worker.send('fragment:data', fragment(0));
    for (const event of ['stream:end', 'stream:end', 'stream:pause', 'stream:resume']) worker.send(event, STREAM);
    worker.send('fragment:data', fragment(1));
    worker.send('fragment:ack', ACK);
    await worker.next('stream:complete');
    worker.send('stream:end', STREAM);
    await worker.settled();
    expect(outline(worker)).toEqual([
      'stream:ready',
      'fragment:ack fragment-0',
      ...Array(4).fill('error STREAM_NOT_FOUND error'),
      'fragment:processed 0 success',
      'stream:complete',
      'error STREAM_NOT_FOUND error',
    ]);
    const states = worker.all('error').map((refusal) => refusal.metadata.state);
    expect(states).toEqual(['ending', 'ending', 'ending', 'ending', 'completed']);
  });

  it('what is held behind a gap comes out in order', async () => {
    const worker = await join(await start());
    await worker.init();
    for (const number of [2, 1]) worker.send('fragment:data', fragment(number));
    worker.send('stream:end', STREAM);
    await worker.next('stream:complete');
    expect(outline(worker).slice(3)).toEqual([
      'fragment:processed 1 success',
      'fragment:processed 2 success',
      'stream:complete',
    ]);
  });
});

describe('a fragment', () => {
  it('that repeats an id or a number, or leaps ahead, is refused and the others flow', async () => {
    const worker = await join(await start());
    await worker.init();
    const sent = [
      fragment(0),
      fragment(0),
      fragment(0, { fragment_id: 'again' }),
      fragment(1, { fragment_id: 'fragment-0' }),
      fragment(4),
      fragment(1),
    ];
    for (const payload of sent) {
      worker.send('fragment:data', payload);
      await nextTurn();
    }
    const refusal = (received: number, expected: number, fragment_id: string) => {
      const metadata = { expected_sequence_number: expected, received_sequence_number: received };
      return ['error', error('INVALID_SEQUENCE', { fragment_id, metadata })];
    };
    expect(transcript(worker).slice(1)).toStrictEqual([
      ['fragment:ack', ack(0)],
      ['fragment:processed', processed(0)],
      refusal(0, 1, 'fragment-0'),
      refusal(0, 1, 'again'),
      refusal(1, 1, 'fragment-0'),
      refusal(4, 1, 'fragment-4'),
      ['fragment:ack', ack(1)],
      ['fragment:processed', processed(1)],
    ]);
  });

  it('that waits behind a gap for too long comes out after one error that names what is missing', async () => {
    const worker = await join(await start());
    await worker.init({ max_inflight: 5, timeout_ms: 1000 });
    for (const number of [4, 2]) worker.send('fragment:data', fragment(number));
    const refusal = await worker.next('error');
    worker.send('fragment:data', fragment(5));
    worker.send('stream:end', STREAM);
    await worker.next('stream:complete');
    expect(outline(worker).slice(3)).toEqual([
      'error INVALID_SEQUENCE error',
      'fragment:processed 2 success',
      'fragment:processed 4 success',
      'fragment:ack fragment-5',
      'fragment:processed 5 success',
      'stream:complete',
    ]);
    expect(refusal).toStrictEqual(error('INVALID_SEQUENCE', { metadata: { missing_sequence_numbers: [0, 1, 3] } }));
  });
});
