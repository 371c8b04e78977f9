/** The ordinary life of a stream. */

import { describe, expect, it } from 'vitest';
import { ack, complete, error, outline, processed, ready, transcript } from '../support/expected.js';
import { useScriptedFixtures } from '../support/scripted-fixture.js';
import { audioOf, bytesOf, readSpeech } from '../support/speech.js';
import { fragment, init } from '../support/worker.js';

const { start, join } = useScriptedFixtures();
const END = { stream_id: 'stream-1' };

describe('a stream', () => {
  it('may be empty', async () => {
    const worker = await join(await start());
    await worker.init();
    worker.send('stream:end', END);
    await worker.next('stream:complete');
    expect(transcript(worker)).toStrictEqual([
      ['stream:ready', ready()],
      ['stream:complete', complete(0)],
    ]);
  });

  it('is emitted in the order of its sequence numbers, whatever the order of arrival', async () => {
    const worker = await join(await start());
    await worker.init();
    for (const number of [2, 0, 1]) worker.send('fragment:data', fragment(number));
    worker.send('stream:end', END);
    await worker.next('stream:complete');
    expect(transcript(worker)).toStrictEqual([
      ['stream:ready', ready()],
      ['fragment:ack', { fragment_id: 'fragment-2', status: 'queued', queue_position: 0 }],
      ['fragment:ack', ack(0)],
      ['fragment:ack', ack(1, { queue_position: 1 })],
      ['fragment:processed', processed(0)],
      ['fragment:processed', processed(1)],
      [
        'fragment:processed',
        processed(2, { processing_time_ms: expect.any(Number), stage_timings: expect.anything() }),
      ],
      ['stream:complete', complete(3, { statistics: expect.objectContaining({ success_count: 3 }) })],
    ]);
  });

  it('takes its time and counts it', async () => {
    const worker = await join(await start({ delayMs: 25 }));
    await worker.init();
    for (const number of [0, 1, 2]) worker.send('fragment:data', fragment(number));
    worker.send('stream:end', END);
    const { total_duration_ms, statistics } = await worker.next('stream:complete');
    const results = worker.all('fragment:processed');
    const times: number[] = results.map((result) => result.processing_time_ms).sort((a, b) => a - b);
    expect(results.map((result) => result.sequence_number)).toEqual([0, 1, 2]);
    expect(times[0]).toBeGreaterThanOrEqual(25);
    expect(total_duration_ms).toBeGreaterThanOrEqual(25);
    for (const { processing_time_ms, stage_timings } of results) {
      const { asr_ms, translation_ms, tts_ms } = stage_timings;
      expect(asr_ms + translation_ms + tts_ms).toBe(processing_time_ms);
    }
    expect(statistics).toStrictEqual({
      success_count: 3,
      partial_count: 0,
      failed_count: 0,
      avg_processing_time_ms: Math.round(times.reduce((sum, time) => sum + time, 0) / 3),
      p95_processing_time_ms: times[2],
    });
  });

  it('waits at stream:end for what is in flight', async () => {
    const worker = await join(await start({ delayMs: 25 }));
    await worker.init();
    worker.send('fragment:data', fragment(0));
    worker.send('stream:end', END);
    await worker.next('stream:complete');
    expect(outline(worker)).toEqual([
      'stream:ready',
      'fragment:ack fragment-0',
      'fragment:processed 0 success',
      'stream:complete',
    ]);
  });
});

describe('the audio', () => {
  it('comes back byte for byte: pcm', async () => {
    const pcm = readSpeech('speech-00.pcm_s16le');
    const worker = await join(await start());
    await worker.init({ config: { format: 'pcm_s16le', channels: 2 } });
    worker.send('fragment:data', fragment(0, { audio: audioOf('pcm_s16le', pcm, 1000) }));
    const { dubbed_audio } = await worker.next('fragment:processed');
    expect(dubbed_audio).toStrictEqual(audioOf('pcm_s16le', pcm, 1000));
    expect(bytesOf(dubbed_audio).equals(pcm)).toBe(true);
  });

  it('keeps what it was not asked for, and gains no format it did not have', async () => {
    const { format, ...plain } = fragment(0).audio;
    const odd = { ...plain, gain_db: -3.5, nested: { list: [1, null, 'Ł'] } };
    const worker = await join(await start());
    await worker.init();
    worker.send('fragment:data', fragment(0, { audio: odd }));
    expect(await worker.next('fragment:processed')).toStrictEqual(processed(0, { dubbed_audio: odd }));
    expect(format).toBe('m4a');
  });

  it('may carry a pts_ns beyond what a double tells apart', async () => {
    const seen: unknown[] = [];
    const sts = await start({ transcript: ({ metadata }) => String(seen.push(metadata)) });
    const worker = await join(sts);
    await worker.init();
    const largest = JSON.stringify(fragment(0)).replace(/}$/, ',"metadata":{"pts_ns":9223372036854775807,"note":"n"}}');
    worker.sendText(`["fragment:data",${largest}]`);
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

describe('after stream:complete', () => {
  it('the server disconnects the worker, and the session can still be read', async () => {
    const sts = await start({ autoCloseMs: 20 });
    const worker = await join(sts);
    await worker.init();
    worker.send('stream:end', { ...END, reason: 'all said' });
    expect(await worker.next('disconnect')).toBe('io server disconnect');
    expect(outline(worker)).toEqual(['stream:ready', 'stream:complete', 'disconnect io server disconnect']);
    const session = await sts.waitForSession({ streamId: 'stream-1', state: 'closed' });
    expect(session).toMatchObject({ endReason: 'all said', closeReason: 'server namespace disconnect' });
    expect(Number(session.closedAt) - Number(session.completedAt)).toBeGreaterThanOrEqual(20);
  });

  it('late acks are taken and late fragments are refused', async () => {
    const sts = await start();
    const worker = await join(sts);
    await worker.init();
    worker.send('fragment:data', fragment(0));
    worker.send('stream:end', END);
    await worker.next('stream:complete');
    worker.send('fragment:ack', { fragment_id: 'fragment-0', status: 'applied', timestamp: 5 });
    worker.send('fragment:data', fragment(1));
    const refusal = { fragment_id: 'fragment-1', metadata: { state: 'completed' } };
    expect(await worker.next('error')).toStrictEqual(error('STREAM_NOT_FOUND', refusal));
    expect(sts.session('stream-1')?.acks).toMatchObject([{ fragmentId: 'fragment-0', status: 'applied' }]);
  });

  it('a new stream on the same connection is a new session, and is not hung up on', async () => {
    const sts = await start({ autoCloseMs: 30, delayMs: 60 });
    const worker = await join(sts);
    const first = await worker.init();
    worker.send('stream:end', END);
    const second = await worker.init({ stream_id: 'stream-2' });
    worker.send('fragment:data', fragment(0, { stream_id: 'stream-2' }));
    await worker.next('fragment:processed');
    expect(outline(worker)).toEqual([
      'stream:ready',
      'stream:complete',
      'stream:ready',
      'fragment:ack fragment-0',
      'fragment:processed 0 success',
    ]);
    expect(sts.sessions.map(({ sessionId, streamId, state }) => [sessionId, streamId, state])).toEqual([
      [second.session_id, 'stream-2', 'active'],
      [first.session_id, 'stream-1', 'completed'],
    ]);
  });
});

describe('a reconnecting worker', () => {
  it('begins its stream afresh at 0, and the newest session owns the id', async () => {
    const sts = await start();
    const before = await join(sts);
    await before.init();
    before.send('fragment:data', fragment(0));
    await before.next('fragment:processed');
    before.close();
    await sts.waitForSession({ streamId: 'stream-1', state: 'closed' });
    const after = await join(sts);
    const { session_id } = await after.init();
    after.send('fragment:data', fragment(0));
    await after.next('fragment:processed');
    expect(sts.session('stream-1')).toMatchObject({ sessionId: session_id, state: 'active', totalFragments: 1 });
    expect(sts.sessions.map(({ streamId, state }) => [streamId, state])).toEqual([
      ['stream-1', 'active'],
      ['stream-1', 'closed'],
    ]);
  });

  it('need not wait until its old connection is gone', async () => {
    const sts = await start();
    const [before, after] = [await join(sts), await join(sts)];
    await before.init();
    before.send('fragment:data', fragment(0));
    await before.next('fragment:processed');
    const { session_id } = await after.init();
    for (const worker of [after, before]) worker.send('fragment:data', fragment(worker === after ? 0 : 1));
    expect([await after.next('fragment:processed'), await before.next('fragment:processed')]).toMatchObject([
      { sequence_number: 0 },
      { sequence_number: 1 },
    ]);
    expect(sts.session('stream-1')?.sessionId).toBe(session_id);
  });
});

it('a session answers stream:init with the smaller of both ceilings of max_inflight', async () => {
  const worker = await join(await start({ maxInflight: 4 }));
  expect(await worker.init({ max_inflight: 9 })).toStrictEqual(ready({ max_inflight: 4 }));
  worker.send('stream:end', END);
  expect(await worker.init({ ...init(), max_inflight: 2 })).toStrictEqual(ready({ max_inflight: 2 }));
});
