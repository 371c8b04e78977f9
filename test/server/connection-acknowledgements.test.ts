/** The callback of a client's `emit` is always called: with the direct answer, with the error, or with `{}` (PROTOCOL §6.12). */

import { describe, expect, it } from 'vitest';
import { error, outline } from '../support/expected.js';
import { type ScriptedWorker, useScriptedFixtures } from '../support/scripted-fixture.js';
import { fragment, init } from '../support/worker.js';

const { start, join } = useScriptedFixtures();
const STREAM = { stream_id: 'stream-1' };
const ACK = { fragment_id: 'fragment-0', status: 'received', timestamp: 1 };

/** Each event with what its callback got. */
async function replies(worker: ScriptedWorker, ...sent: [event: string, ...args: unknown[]][]) {
  return Promise.all(sent.map(async ([event, ...args]) => [event, await worker.ask(event, ...args)]));
}

describe('a callback', () => {
  it('of stream:end waits for stream:complete', async () => {
    const worker = await join(await start({ delayMs: 40 }));
    await worker.init();
    worker.send('fragment:data', fragment(0));
    const reply = await worker.ask('stream:end', STREAM);
    expect(reply).toStrictEqual(await worker.next('stream:complete'));
    expect(outline(worker)).toEqual([
      'stream:ready',
      'fragment:ack fragment-0',
      'fragment:processed 0 success',
      'stream:complete',
    ]);
  });

  it('of a second stream:end gets the refusal, the first one still its stream:complete', async () => {
    const worker = await join(await start({ delayMs: 100 }));
    await worker.init();
    worker.send('fragment:data', fragment(0));
    const [first, second] = await replies(worker, ['stream:end', STREAM], ['stream:end', STREAM]);
    expect(second).toStrictEqual([
      'stream:end',
      { error: error('STREAM_NOT_FOUND', { metadata: { state: 'ending' } }) },
    ]);
    expect(first).toMatchObject(['stream:end', { total_fragments: 1 }]);
  });

  it.each([
    ['stream:init', init()],
    ['fragment:data', fragment(0)],
    ['fragment:ack', ACK],
    ['stream:pause', STREAM],
    ['stream:resume', STREAM],
    ['stream:end', STREAM],
  ])('of a bad %s gets the error that is emitted as well', async (event, good) => {
    const worker = await join(await start());
    await worker.init();
    for (const bad of [[], [null], [good, good], ['text'], [{ ...good, stream_id: 5, fragment_id: 5 }]]) {
      const reply = await worker.ask(event, ...bad);
      expect(reply).toStrictEqual({ error: await worker.next('error') });
      const issue = { path: expect.stringMatching(/./), message: expect.stringMatching(/./) };
      expect(reply.error).toMatchObject({
        code: 'INVALID_CONFIG',
        metadata: { issues: expect.arrayContaining([issue]) },
      });
    }
  });

  it.each([
    ['fragment:data', fragment(0)],
    ['fragment:ack', ACK],
    ['stream:pause', STREAM],
    ['stream:resume', STREAM],
    ['stream:end', STREAM],
  ])('of a %s before stream:init gets STREAM_NOT_FOUND', async (event, payload) => {
    const worker = await join(await start());
    const reply = await worker.ask(event, payload);
    expect(reply).toStrictEqual({ error: await worker.next('error') });
    expect(reply.error).toMatchObject({ code: 'STREAM_NOT_FOUND', metadata: { state: 'initializing' } });
  });
});
