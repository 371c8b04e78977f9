/** What a test holds in its hand: what it sees of the sessions, and how it steers them. */

import { EchoStsError } from 'echo-sts';
import { describe, expect, it } from 'vitest';
import { UUID } from '../support/expected.js';
import { watchHost } from '../support/host.js';
import { type ScriptedWorker, useScriptedFixtures } from '../support/scripted-fixture.js';
import { fragment } from '../support/worker.js';

watchHost();
const { start, join } = useScriptedFixtures();
const STREAM = { stream_id: 'stream-1' };
const STREAM_1 = { streamId: 'stream-1' };
const TIME = expect.toSatisfy((time: unknown) => Number.isInteger(time) && Number(time) >= startedAt);
const startedAt = Date.now() - 1000;

/** The objects and lists in it, itself included, that could be changed. */
function unfrozen(value: unknown, path = 'it'): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const own = Object.isFrozen(value) ? [] : [path];
  return [...own, ...Object.entries(value).flatMap(([key, part]) => unfrozen(part, `${path}.${key}`))];
}

describe('a snapshot', () => {
  it('shows all about a session, as it is at that moment', async () => {
    const sts = await start({ maxInflight: 2 });
    const worker = await join(sts, { extraHeaders: { 'X-Stream-ID': 'h' } });
    const { session_id } = await worker.init({ config: { format: 'pcm_s16le' }, timeout_ms: 2000 });
    for (const number of [0, 2]) worker.send('fragment:data', fragment(number));
    worker.send('fragment:ack', { fragment_id: 'fragment-0', status: 'applied', timestamp: 5 });
    worker.send('stream:end', 'nonsense');
    worker.send('stream:pause', { ...STREAM, reason: 'lunch' });
    await worker.settled();
    const [session] = sts.sessions;
    expect(session).toStrictEqual({
      sessionId: session_id,
      streamId: 'stream-1',
      workerId: 'worker-1',
      handshake: { streamId: 'h' },
      state: 'paused',
      config: {
        sourceLanguage: 'en',
        targetLanguage: 'es',
        voiceProfile: 'default',
        chunkDurationMs: 1000,
        sampleRateHz: 48000,
        channels: 1,
        format: 'pcm_s16le',
      },
      maxInflight: 2,
      timeoutMs: 2000,
      inflight: 1,
      peakInflight: 2,
      expectedSequenceNumber: 1,
      heldSequenceNumbers: [2],
      totalFragments: 2,
      fragments: [
        {
          fragmentId: 'fragment-0',
          sequenceNumber: 0,
          status: 'success',
          attempts: 1,
          receivedAt: TIME,
          processedAt: TIME,
          ack: 'applied',
        },
        { fragmentId: 'fragment-2', sequenceNumber: 2, status: 'processing', attempts: 1, receivedAt: TIME },
      ],
      acks: [{ fragmentId: 'fragment-0', status: 'applied', timestamp: 5, receivedAt: TIME }],
      errors: [
        {
          errorId: expect.any(String),
          code: 'INVALID_CONFIG',
          message: expect.stringContaining('`stream:end`'),
          sentAt: TIME,
        },
      ],
      unknownEvents: ['test:settled'],
      forgotten: { fragments: 0, acks: 0, errors: 0, unknownEvents: 0 },
      statistics: {
        successCount: 1,
        partialCount: 0,
        failedCount: 0,
        droppedCount: 0,
        avgProcessingTimeMs: 0,
        p95ProcessingTimeMs: 0,
      },
      connectedAt: TIME,
      readyAt: TIME,
      pauseReason: 'lunch',
    });
    expect(sts.session('stream-1')).toStrictEqual(session);
  });

  it('is frozen through and through, alive or ended', async () => {
    const sts = await start();
    const [worker, left] = [await join(sts), await join(sts)];
    for (const each of [worker, left]) {
      await each.init({ config: { extra: { deep: [] } } });
      for (const number of [0, 2]) each.send('fragment:data', fragment(number));
      each.send('fragment:ack', { fragment_id: 'fragment-0', status: 'applied', timestamp: 5 });
      each.send('stream:end', 'nonsense');
      await each.settled();
    }
    left.close();
    const ended = await sts.waitForSession({ state: 'closed' });
    expect(unfrozen([sts.sessions, sts.session('stream-1'), ended])).toEqual(['it']);
    expect(() => (sts.sessions as unknown[]).pop()).toThrow(TypeError);
  });

  it('does not change with the session', async () => {
    const sts = await start();
    const worker = await join(sts);
    await worker.init();
    const before = sts.session('stream-1');
    const copy = structuredClone(before);
    worker.send('fragment:data', fragment(0));
    await worker.next('fragment:processed');
    expect([before, sts.session('stream-1')?.totalFragments]).toEqual([copy, 1]);
  });

  it('is there from the moment of the connection, without a stream', async () => {
    const sts = await start();
    await join(sts);
    expect(sts.sessions).toMatchObject([{ streamId: '', workerId: '', state: 'initializing', handshake: {} }]);
    expect(sts.sessions[0]?.sessionId).toMatch(UUID);
    expect([sts.session(''), sts.session('stream-1')]).toEqual([undefined, undefined]);
  });
});

it('a stream_id belongs to the session that began it last, whoever was connected first', async () => {
  const sts = await start();
  const [first, second, third] = [await join(sts), await join(sts), await join(sts)];
  const owners: (string | undefined)[] = [];
  const begin = async (worker: ScriptedWorker) => {
    const { session_id } = await worker.init();
    owners.push(session_id, sts.session('stream-1')?.sessionId, (await sts.waitForSession(STREAM_1)).sessionId);
  };
  for (const worker of [second, third, first]) await begin(worker);
  expect(owners.filter((owner, index) => owner !== owners[index - (index % 3)])).toEqual([]);
  expect(new Set(owners).size).toBe(3);
});

it('`connections` counts the workers that are connected now', async () => {
  const sts = await start();
  const counts = [sts.connections];
  const [first, second] = [await join(sts), await join(sts)];
  counts.push(sts.connections);
  await first.init();
  first.close();
  await sts.waitForSession({ streamId: 'stream-1', state: 'closed' });
  counts.push(sts.connections);
  await sts.reset();
  await second.next('disconnect');
  expect([...counts, sts.connections]).toEqual([0, 2, 1, 0]);
});

describe('setDelay()', () => {
  it('applies to fragments that arrive from then on, in streams old and new', async () => {
    const sts = await start({ delayMs: 600_000 });
    const estimates: number[] = [];
    const send = async (worker: ScriptedWorker, number: number) => {
      worker.send('fragment:data', fragment(number));
      estimates.push((await worker.next('fragment:ack')).estimated_completion_ms);
    };
    const [slow, old] = [await join(sts), await join(sts)];
    for (const worker of [slow, old]) await worker.init();
    await send(slow, 0);
    sts.setDelay(7);
    await send(old, 0);
    const young = await join(sts);
    await young.init();
    await send(young, 0);
    for (const worker of [old, young]) await worker.next('fragment:processed');
    sts.setDelay(0);
    await send(old, 1);
    expect(estimates).toEqual([600_000, 7, 7, 0]);
    expect(slow.all('fragment:processed')).toEqual([]);
  });

  it.each([-1, 600_001, 1.5, Number.NaN, '5', null, undefined, {}])(
    'refuses %s and leaves the delay',
    async (value) => {
      const sts = await start({ delayMs: 3 });
      const worker = await join(sts);
      await worker.init();
      const attempt = () => sts.setDelay(value as number);
      expect(attempt).toThrow(EchoStsError);
      expect(attempt).toThrow(/^`delayMs` expected an integer from 0 to 600000, .+ or a function, got .+\.$/);
      worker.send('fragment:data', fragment(0));
      expect((await worker.next('fragment:ack')).estimated_completion_ms).toBe(3);
    },
  );
});

it('its functions work without it', async () => {
  const { waitForSession, session, setDelay, reset, close, url } = await start();
  setDelay(1);
  const wait = waitForSession();
  const sts = await start();
  await (await join(sts)).init();
  expect(session('stream-1')).toBeUndefined();
  const outcome = wait.catch((reason: EchoStsError) => reason.code);
  await reset();
  await close();
  expect([await outcome, url.startsWith('http://127.0.0.1:')]).toEqual(['RESET', true]);
});
