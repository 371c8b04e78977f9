/** Who sends how much: pause and resume, backpressure, the end of patience; and what a session records of its worker. */

import { describe, expect, it } from 'vitest';
import { nextTurn } from '../../src/clock/clock.js';
import { ack, error, outline, processed, ready, transcript } from '../support/expected.js';
import { useScriptedFixtures } from '../support/scripted-fixture.js';
import { fragment } from '../support/worker.js';

const { start, join } = useScriptedFixtures();
const STREAM = { stream_id: 'stream-1' };

describe('a paused stream', () => {
  it('emits what is in flight and takes nothing new until it is resumed', async () => {
    const sts = await start({ delayMs: 100 });
    const worker = await join(sts);
    await worker.init();
    worker.send('fragment:data', fragment(0));
    worker.send('stream:pause', { ...STREAM, reason: 'the film is paused' });
    worker.send('fragment:data', fragment(1));
    await worker.next('fragment:processed');
    const paused = await sts.waitForSession({ streamId: 'stream-1', state: 'paused' });
    worker.send('stream:resume', STREAM);
    worker.send('fragment:data', fragment(1));
    await worker.next('fragment:processed');
    expect(outline(worker)).toEqual([
      'stream:ready',
      'fragment:ack fragment-0',
      'error QUEUE_FULL warning',
      'fragment:processed 0 success',
      'fragment:ack fragment-1',
      'fragment:processed 1 success',
    ]);
    expect(await worker.next('error')).toStrictEqual(
      error('QUEUE_FULL', { fragment_id: 'fragment-1', metadata: { state: 'paused' } }),
    );
    expect([paused.state, paused.pauseReason, sts.session('stream-1')?.state]).toEqual([
      'paused',
      'the film is paused',
      'active',
    ]);
  });

  it('may be paused again, an active one resumed, and either ended', async () => {
    const worker = await join(await start());
    await worker.init();
    for (const event of ['resume', 'pause', 'pause', 'end']) worker.send(`stream:${event}`, STREAM);
    await worker.next('stream:complete');
    expect(outline(worker)).toEqual(['stream:ready', 'stream:complete']);
  });
});

describe('backpressure', () => {
  it('says pause once above max_inflight and none once back at it', async () => {
    const worker = await join(await start({ reorderWindow: 10 }));
    await worker.init({ max_inflight: 2 });
    // Held behind the missing 0, so that they are in flight together.
    for (const number of [1, 2, 3, 4, 0]) worker.send('fragment:data', fragment(number));
    await worker.settled();
    const over = { severity: 'high', current_inflight: 3, queue_depth: 3, action: 'pause', recommended_delay_ms: 1000 };
    const clear = { severity: 'low', current_inflight: 0, queue_depth: 0, action: 'none' };
    const held = (number: number, queue_position: number) => {
      const { estimated_completion_ms, ...rest } = ack(number, { queue_position });
      return ['fragment:ack', rest];
    };
    const late = { processing_time_ms: expect.any(Number), stage_timings: expect.anything() };
    expect(transcript(worker)).toStrictEqual([
      ['stream:ready', ready({ max_inflight: 2 })],
      held(1, 0),
      held(2, 1),
      held(3, 2),
      ['backpressure', { ...STREAM, ...over }],
      held(4, 3),
      ['fragment:ack', ack(0)],
      ['fragment:processed', processed(0)],
      ...[1, 2, 3, 4].map((number) => ['fragment:processed', processed(number, late)]),
      ['backpressure', { ...STREAM, ...clear }],
    ]);
  });

  it('is said again at the next crossing', async () => {
    const worker = await join(await start({ reorderWindow: 10 }));
    await worker.init({ max_inflight: 1 });
    for (const number of [1, 2, 0, 4, 5, 3]) {
      worker.send('fragment:data', fragment(number));
      await nextTurn();
    }
    expect(outline(worker).filter((line) => line.startsWith('backpressure'))).toEqual([
      'backpressure high pause 2',
      'backpressure low none 0',
      'backpressure high pause 2',
      'backpressure low none 0',
    ]);
  });
});

describe('a full queue', () => {
  it('refuses the fragment and says how full it is', async () => {
    const sts = await start({ queueLimit: 2 });
    const worker = await join(sts);
    await worker.init();
    // Held behind the missing 0.
    worker.send('fragment:data', fragment(1));
    worker.send('fragment:data', fragment(2));
    worker.send('fragment:data', fragment(3));
    await worker.settled();
    expect(await worker.next('error')).toStrictEqual(
      error('QUEUE_FULL', { fragment_id: 'fragment-3', metadata: { current_inflight: 2, queue_limit: 2 } }),
    );
    expect(sts.session('stream-1')).toMatchObject({ inflight: 2, totalFragments: 2, heldSequenceNumbers: [1, 2] });
  });

  it('takes a fragment again once a result is out', async () => {
    const sts = await start({ queueLimit: 1, delayMs: 100 });
    const worker = await join(sts);
    await worker.init();
    worker.send('fragment:data', fragment(0));
    worker.send('fragment:data', fragment(1));
    await worker.next('fragment:processed');
    worker.send('fragment:data', fragment(1));
    await worker.next('fragment:processed');
    expect(outline(worker)).toEqual([
      'stream:ready',
      'fragment:ack fragment-0',
      'error QUEUE_FULL warning',
      'fragment:processed 0 success',
      'fragment:ack fragment-1',
      'fragment:processed 1 success',
    ]);
  });

  it('has a limit of 20 in flight and of 50 refusals where no option says otherwise', async () => {
    const worker = await join(await start({ reorderWindow: 100 }));
    await worker.init();
    for (let number = 1; number <= 20 + 51; number += 1) worker.send('fragment:data', fragment(number));
    await worker.next('disconnect');
    expect(worker.all('fragment:ack')).toHaveLength(20);
    expect(worker.all('error').map(({ code, severity }) => `${code} ${severity}`)).toEqual([
      ...Array(50).fill('QUEUE_FULL warning'),
      'QUEUE_FULL fatal',
    ]);
  });
});

describe('a session records', () => {
  it('the handshake headers X-Stream-ID and X-Worker-ID', async () => {
    const sts = await start();
    const extraHeaders = { 'X-Stream-ID': 'stream-h', 'X-Worker-ID': 'worker-h' };
    await (await join(sts, { extraHeaders })).init();
    await (await join(sts)).init();
    const handshake = { streamId: 'stream-h', workerId: 'worker-h' };
    expect(sts.sessions.map((session) => session.handshake)).toEqual([{}, handshake]);
  });

  it("the worker's acks, whatever they are about", async () => {
    const sts = await start();
    const worker = await join(sts);
    await worker.init();
    worker.send('fragment:data', fragment(0));
    await worker.next('fragment:processed');
    for (const [fragment_id, status] of [
      ['fragment-0', 'received'],
      ['fragment-0', 'applied'],
      ['never-sent', 'received'],
    ]) {
      worker.send('fragment:ack', { fragment_id, status, timestamp: 7 });
    }
    await worker.settled();
    const receivedAt = expect.any(Number);
    expect(sts.session('stream-1')).toMatchObject({
      fragments: [{ fragmentId: 'fragment-0', status: 'success', ack: 'applied' }],
      acks: [
        { fragmentId: 'fragment-0', status: 'received', timestamp: 7, receivedAt },
        { fragmentId: 'fragment-0', status: 'applied', timestamp: 7, receivedAt },
        { fragmentId: 'never-sent', status: 'received', timestamp: 7, receivedAt },
      ],
    });
    expect(worker.all('error')).toEqual([]);
  });

  it('events that the protocol does not know, and says nothing to them', async () => {
    const sts = await start();
    const worker = await join(sts);
    await worker.init();
    worker.send('fragment:date', fragment(0));
    worker.send('');
    worker.send('error', { code: 'TIMEOUT' });
    worker.send('stream:ready', {}, 1, 'two');
    await worker.settled();
    expect(outline(worker)).toEqual(['stream:ready']);
    expect(sts.session('stream-1')?.unknownEvents).toEqual([
      'fragment:date',
      '',
      'error',
      'stream:ready',
      'test:settled',
    ]);
  });
});
