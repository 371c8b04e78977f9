/** What rules do to the messages about a fragment: every fault, as it is on the wire (issue 3, §4). */

import type { FaultRule } from 'echo-sts';
import { describe, expect, it } from 'vitest';
import { type ScriptedFixture, type ScriptedWorker, useScriptedFixtures } from '../support/scripted-fixture.js';
import { fragment, type Payload, send } from '../support/worker.js';

const { start, join } = useScriptedFixtures();
const END = { stream_id: 'stream-1' };
const SOUND = 'data:QUJDRA==';

/** What each message says, in their order. */
function heard(worker: ScriptedWorker): string[] {
  const messages = worker.received.filter(({ event }) => !['connect', 'disconnect'].includes(event));
  return messages.map(({ event, payload }) =>
    `${event} ${payload.sequence_number ?? payload.fragment_id ?? ''}`.trim(),
  );
}

/** What is said of three fragments, each without delay. */
const THREE = [0, 1, 2].flatMap((number) => [`fragment:ack fragment-${number}`, `fragment:processed ${number}`]);

/** A stream of three fragments, to its completion. */
async function streamThree(sts: ScriptedFixture): Promise<ScriptedWorker> {
  const worker = await join(sts);
  await worker.init();
  await send(worker, 0, 1, 2);
  worker.send('stream:end', END);
  await worker.next('stream:complete');
  return worker;
}

/** A fault of the second fragment. */
function atOne(fault: FaultRule['fault'], rest: Partial<FaultRule> = {}): { errorRules: [FaultRule] } {
  return { errorRules: [{ when: { sequenceNumber: 1 }, fault, ...rest } as FaultRule] };
}

/** The results of one fragment. */
function resultsOf(worker: ScriptedWorker, fragmentId = 'fragment-1'): Payload[] {
  return worker.all('fragment:processed').filter((result) => result.fragment_id === fragmentId);
}

function recordOf(sts: ScriptedFixture, number = 1) {
  return sts.session('stream-1')?.fragments[number];
}

describe('drop', () => {
  it('keeps the result back, and neither the next fragments nor the completion wait for it', async () => {
    const sts = await start(atOne('drop'));
    const worker = await streamThree(sts);
    const lines = THREE.filter((line) => line !== 'fragment:processed 1');
    expect(heard(worker)).toEqual(['stream:ready', ...lines, 'stream:complete']);
  });

  it('counts in the completion as taken, and as neither success nor failure', async () => {
    const sts = await start(atOne('drop'));
    const worker = await streamThree(sts);
    expect(worker.all('stream:complete')).toMatchObject([
      { total_fragments: 3, statistics: { success_count: 2, partial_count: 0, failed_count: 0 } },
    ]);
  });

  it('is told in the session', async () => {
    const sts = await start(atOne('drop'));
    await streamThree(sts);
    expect(recordOf(sts)).toMatchObject({ status: 'dropped', fault: 'drop', attempts: 1 });
    expect(sts.session('stream-1')).toMatchObject({ inflight: 0, statistics: { successCount: 2, droppedCount: 1 } });
  });

  it('of every fragment still lets the stream complete', async () => {
    const sts = await start({ errorRules: [{ when: {}, fault: 'drop' }] });
    const worker = await streamThree(sts);
    expect(worker.all('fragment:processed')).toEqual([]);
    expect(sts.session('stream-1')?.statistics).toMatchObject({ successCount: 0, droppedCount: 3 });
  });
});

describe('no-ack', () => {
  it('leaves the acknowledgement out, and the result comes', async () => {
    const sts = await start(atOne('no-ack'));
    const worker = await streamThree(sts);
    const lines = THREE.filter((line) => line !== 'fragment:ack fragment-1');
    expect(heard(worker)).toEqual(['stream:ready', ...lines, 'stream:complete']);
    expect(recordOf(sts)).toMatchObject({ status: 'success', fault: 'no-ack' });
  });
});

describe('duplicate', () => {
  it('sends the result twice, the same both times, and counts both', async () => {
    const sts = await start(atOne('duplicate'));
    const worker = await streamThree(sts);
    expect(heard(worker)).toEqual(['stream:ready', ...THREE.slice(0, 4), ...THREE.slice(3), 'stream:complete']);
    const [first, second] = resultsOf(worker);
    expect(second).toStrictEqual(first);
    expect(first).toMatchObject({ status: 'success', dubbed_audio: fragment(1).audio });
    expect(worker.all('stream:complete')).toMatchObject([{ total_fragments: 3, statistics: { success_count: 4 } }]);
    expect(recordOf(sts)).toMatchObject({ status: 'success', fault: 'duplicate', attempts: 1 });
  });
});

describe('corrupt', () => {
  it('alters every byte of the audio and nothing else', async () => {
    const sts = await start(atOne('corrupt'));
    const worker = await streamThree(sts);
    const [result] = resultsOf(worker);
    const [sound] = resultsOf(worker, 'fragment-0');
    const { data_base64, ...format } = result.dubbed_audio;
    const { data_base64: sent, ...formatSent } = fragment(1).audio;
    const [bytes, bytesSent] = [data_base64, sent].map((data) => [...Buffer.from(data, 'base64')]);
    expect([format, bytes?.length]).toEqual([formatSent, bytesSent?.length]);
    expect(bytes?.filter((byte, index) => byte === bytesSent?.[index])).toEqual([]);
    expect(Object.keys(result)).toEqual(Object.keys(sound));
    expect([result.status, `data:${sound.dubbed_audio.data_base64}`]).toEqual(['success', SOUND]);
    expect(recordOf(sts)).toMatchObject({ status: 'success', fault: 'corrupt' });
  });

  it('alters the same audio in the same way every time', async () => {
    const audio = async () => resultsOf(await streamThree(await start(atOne('corrupt'))))[0].dubbed_audio;
    expect(await audio()).toStrictEqual(await audio());
  });
});

describe('late', () => {
  it('adds to the delay and keeps the order', async () => {
    const sts = await start({ ...atOne('late', { delayMs: 200 }), delayMs: 2 });
    const worker = await streamThree(sts);
    expect(worker.all('fragment:processed').map((result) => result.sequence_number)).toEqual([0, 1, 2]);
    expect(worker.all('fragment:ack').map((ack) => ack.estimated_completion_ms)).toMatchObject([
      2,
      202,
      expect.toSatisfy((estimate: number) => estimate > 2 && estimate <= 202),
    ]);
    const [result] = resultsOf(worker);
    expect(result.processing_time_ms).toBeGreaterThanOrEqual(202);
    expect(recordOf(sts)).toMatchObject({ status: 'success', fault: 'late' });
  });
});

describe('out-of-order', () => {
  it('releases the result before those of its predecessors', async () => {
    const sts = await start({ ...atOne('out-of-order'), delayMs: 200 });
    const worker = await streamThree(sts);
    expect(worker.all('fragment:processed').map((result) => result.sequence_number)).toEqual([1, 0, 2]);
    expect(worker.all('fragment:ack').map((ack) => ack.fragment_id)).toEqual([
      'fragment-0',
      'fragment-1',
      'fragment-2',
    ]);
    expect(recordOf(sts)).toMatchObject({ status: 'success', fault: 'out-of-order' });
  });

  it('does not take the number for missing', async () => {
    const sts = await start({ errorRules: [{ when: { sequenceNumber: 0 }, fault: 'out-of-order' }] });
    const worker = await streamThree(sts);
    expect([heard(worker), worker.all('error')]).toEqual([['stream:ready', ...THREE, 'stream:complete'], []]);
  });
});

describe('malformed', () => {
  it('sends a result of which one required field is missing and one mistyped', async () => {
    const sts = await start(atOne('malformed'));
    const worker = await streamThree(sts);
    const [result] = resultsOf(worker);
    const [sound] = resultsOf(worker, 'fragment-0');
    expect(Object.keys(sound).filter((key) => !(key in result))).toEqual(['status']);
    expect(result).toMatchObject({ sequence_number: '1', dubbed_audio: fragment(1).audio });
    expect(recordOf(sts)).toMatchObject({ status: 'success', fault: 'malformed' });
  });
});

describe('silence', () => {
  it('keeps everything from the stream from then on, and what is done is recorded', async () => {
    const sts = await start({ ...atOne('silence'), autoCloseMs: 0 });
    const worker = await join(sts);
    await worker.init();
    await send(worker, 0, 1, 2, 2);
    worker.send('stream:end', END);
    expect(await worker.next('disconnect')).toBe('io server disconnect');
    expect(heard(worker)).toEqual(['stream:ready', ...THREE.slice(0, 2)]);
    expect(recordOf(sts)).toMatchObject({ status: 'dropped', fault: 'silence' });
    expect(sts.session('stream-1')).toMatchObject({ totalFragments: 3, errors: [{ code: 'INVALID_SEQUENCE' }] });
  });

  it('also keeps back what was in flight before it', async () => {
    const sts = await start({ ...atOne('silence'), delayMs: 150, autoCloseMs: 0 });
    const worker = await join(sts);
    await worker.init();
    for (const number of [0, 1]) worker.send('fragment:data', fragment(number));
    worker.send('stream:end', END);
    await worker.next('disconnect');
    expect(heard(worker)).toEqual(['stream:ready', 'fragment:ack fragment-0']);
  });

  it('is of that stream alone, and over when the worker comes back', async () => {
    const sts = await start(atOne('silence', { times: 1 }));
    const silenced = await join(sts);
    await silenced.init();
    await send(silenced, 0, 1);
    const worker = await streamThree(sts);
    expect(heard(worker)).toEqual(['stream:ready', ...THREE, 'stream:complete']);
    expect(heard(silenced)).toEqual(['stream:ready', ...THREE.slice(0, 2)]);
  });
});

describe('a fault', () => {
  it('hits so many fragments as `times` says, after so many as `after` says', async () => {
    const sts = await start();
    const rule = sts.addErrorRule({ when: {}, fault: 'drop', after: 1, times: 1 });
    const worker = await streamThree(sts);
    expect(worker.all('fragment:processed').map((result) => result.sequence_number)).toEqual([0, 2]);
    expect(rule).toMatchObject({ hits: 1, rule: { when: {}, fault: 'drop', after: 1, times: 1 } });
  });

  it('comes before an error when its rule does', async () => {
    const sts = await start(atOne('duplicate'));
    sts.addErrorRule({ when: {}, code: 'TIMEOUT' });
    const worker = await streamThree(sts);
    expect(worker.all('fragment:processed').map((result) => result.status)).toEqual([
      'failed',
      'success',
      'success',
      'failed',
    ]);
  });
});
