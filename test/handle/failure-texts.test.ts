/** What a test shows when it waits in vain: a person has to know the cause from the text alone. Read them as a whole. */

import { type EchoStsError, manualClock } from 'echo-sts';
import { expect, it } from 'vitest';
import { nextTurn } from '../../src/clock/clock.js';
import { watchHost } from '../support/host.js';
import { type ScriptedFixture, type ScriptedWorker, useScriptedFixtures } from '../support/scripted-fixture.js';
import { fragment } from '../support/worker.js';

watchHost();
const { start, join } = useScriptedFixtures();
const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/;
const STREAM = { stream_id: 'news-1' };
const soon = { timeoutMs: 20 };

type Case = (sts: ScriptedFixture, worker: () => Promise<ScriptedWorker>) => Promise<unknown>;

/** Fails by a wait in vain. */
const CASES: Readonly<Record<string, Case>> = {
  'nothing-connected': (sts) => sts.waitFor('fragment:data', soon),

  'no-stream-begun': async (sts) => {
    await join(sts);
    await sts.waitFor('stream:init', soon);
  },

  'wrong-stream': async (sts, worker) => {
    const { send } = await active(worker);
    await send(0);
    await sts.waitFor('fragment:processed', { times: 1 });
    await sts.waitFor('fragment:processed', { streamId: 'news-2', ...soon });
  },

  'other-sequence-number': async (sts, worker) => {
    const { send } = await active(worker);
    for (const number of [0, 1, 2]) await send(number);
    await sts.waitFor('fragment:processed', { times: 3 });
    await sts.waitFor('fragment:processed', { sequenceNumber: 4, ...soon });
  },

  'two-wrong-fields': async (sts, worker) => {
    const { send } = await active(worker);
    await send(0);
    await sts.waitFor('fragment:processed');
    await sts.waitFor('fragment:data', {
      where: { fragment_id: 'fragment-0', sequence_number: 0, audio: { channels: 1, hash: 'deadbeef' } },
      ...soon,
    });
  },

  'where-says-no': async (sts, worker) => {
    const { send } = await active(worker);
    await send(0);
    await sts.waitFor('fragment:processed');
    await sts.waitFor('fragment:processed', { where: ({ status }) => status === 'partial', ...soon });
  },

  'came-two-of-three-times': async (sts, worker) => {
    const { send } = await active(worker);
    for (const number of [0, 1]) await send(number);
    await sts.waitFor('fragment:processed', { times: 2 });
    await sts.waitFor('fragment:processed', { times: 3, ...soon });
  },

  'malformed-instead': async (sts, worker) => {
    const { worker: sender } = await active(worker);
    sender.send('fragment:data', { ...fragment(0, STREAM), sequence_number: 'zero', audio: undefined });
    await sts.waitFor('malformed');
    await sts.waitFor('fragment:data', soon);
  },

  'misspelt-event': async (sts, worker) => {
    const { worker: sender } = await active(worker);
    sender.send('fragment:dta', fragment(0, STREAM));
    await sts.waitFor('unknown');
    await sts.waitFor('fragment:data', soon);
  },

  'misspelt-event-long-ago': async (sts, worker) => {
    const { worker: sender } = await active(worker);
    sender.send('fragment:dta', fragment(0, STREAM));
    const events = Array.from({ length: 12 }, (_, index) => (index % 2 === 0 ? 'stream:pause' : 'stream:resume'));
    for (const event of events) sender.send(event, STREAM);
    await sts.waitFor('stream:resume', { times: 6 });
    await sts.waitFor('fragment:processed', soon);
  },

  'sequence-number-as-text-long-ago': async (sts, worker) => {
    const { worker: sender, send } = await active(worker);
    for (const number of [0, 1])
      sender.send('fragment:data', { ...fragment(number, STREAM), sequence_number: String(number) });
    for (const number of [0, 1, 2]) await send(number);
    await sts.waitFor('fragment:processed', { times: 3 });
    await sts.waitFor('stream:end', soon);
  },

  'numbers-go-on-in-the-next-session': async (sts, worker) => {
    const first = await active(worker);
    for (const number of [0, 1, 2]) await first.send(number);
    await sts.waitFor('fragment:processed', { times: 3 });
    first.worker.close();
    const second = await active(worker);
    for (const number of [3, 4]) await second.send(number);
    await sts.waitFor('fragment:processed', { times: 5, ...soon });
  },

  'number-held-in-the-next-session': async (sts, worker) => {
    const first = await active(worker);
    await first.send(0);
    await sts.waitFor('fragment:processed');
    first.worker.close();
    const second = await active(worker);
    await second.send(1);
    await sts.waitFor('fragment:processed', { times: 2, ...soon });
  },

  'told-to-go-on-and-silent': async (sts, worker) => {
    const { send } = await active(worker);
    await send(0);
    sts.pushBackpressure({ severity: 'high', action: 'pause' });
    sts.pushBackpressure({ severity: 'low', action: 'none' });
    await sts.waitFor('fragment:processed', { times: 2, ...soon });
  },

  'result-dropped': async (sts, worker) => {
    sts.addErrorRule({ when: { sequenceNumber: 1 }, fault: 'drop' });
    const { send } = await active(worker);
    for (const number of [0, 1]) await send(number);
    await sts.waitFor('fragment:processed', { times: 2, ...soon });
  },

  'refused-before-the-stream': async (sts) => {
    const sender = await join(sts);
    sender.send('fragment:data', fragment(0, STREAM));
    await sts.waitFor('error');
    await sts.waitFor('fragment:processed', soon);
  },

  'field-by-another-name': async (sts, worker) => {
    const { send } = await active(worker);
    await send(0);
    await sts.waitFor('fragment:processed');
    const where: object = { sequenceNumber: 0 };
    await sts.waitFor('fragment:processed', { where, ...soon });
  },

  'clock-not-advanced': async (sts, worker) => {
    sts.setDelay(8000);
    const { send } = await active(worker);
    await send(0);
    await sts.waitFor('fragment:ack');
    await sts.waitFor('fragment:processed', soon);
  },

  'waits-behind-a-gap': async (sts, worker) => {
    const { send } = await active(worker);
    for (const number of [0, 2]) await send(number);
    await sts.waitFor('fragment:ack', { sequenceNumber: 2 });
    await sts.waitFor('fragment:processed', { sequenceNumber: 2, ...soon });
  },

  'worker-has-gone': async (sts, worker) => {
    const { worker: sender, send } = await active(worker);
    await send(0);
    await sender.next('fragment:processed');
    sender.close();
    await sts.waitFor('disconnect');
    await sts.waitFor('stream:end', { streamId: 'news-1', ...soon });
  },

  'session-in-another-state': async (sts, worker) => {
    await active(worker);
    await sts.waitForSession({ streamId: 'news-1', state: 'completed', ...soon });
  },

  'session-paused': async (sts, worker) => {
    sts.setDelay(8000);
    const { worker: sender, send } = await active(worker);
    await send(0);
    sender.send('stream:pause', { ...STREAM });
    await sts.waitForSession({ state: 'paused' });
    await sts.waitForSession({ state: 'completed', ...soon });
  },

  'session-that-does-not-complete': async (sts, worker) => {
    sts.setDelay(8000);
    const { worker: sender, send } = await active(worker);
    for (const number of [0, 2]) await send(number);
    sender.send('stream:end', { ...STREAM });
    await sts.waitForSession({ state: 'ending' });
    await sts.waitForSession({ streamId: 'news-1', state: 'completed', ...soon });
  },

  'session-gone-too-soon': async (sts, worker) => {
    const { worker: sender } = await active(worker);
    sender.close();
    await sts.waitForSession({ state: 'closed' });
    await sts.waitForSession({ streamId: 'news-1', state: 'completed', ...soon });
  },

  'session-of-another-stream': async (sts, worker) => {
    await active(worker);
    await sts.waitForSession({ streamId: 'news-2', ...soon });
  },

  'dropped-long-ago': async (sts, worker) => {
    const { send } = await active(worker);
    for (const number of [0, 1, 2, 3, 4, 5, 6]) await send(number);
    await sts.waitFor('fragment:processed', { sequenceNumber: 6 });
    await sts.waitFor('fragment:processed', { sequenceNumber: 0, ...soon });
  },

  'idle-with-something-in-flight': async (sts, worker) => {
    sts.setDelay(8000);
    const { send } = await active(worker);
    for (const number of [0, 1]) await send(number);
    await sts.waitFor('fragment:ack', { sequenceNumber: 1 });
    await sts.idle({ timeoutMs: 50 });
  },

  'idle-with-a-worker-that-does-not-read': async (sts, worker) => {
    const { worker: sender, send } = await active(worker);
    sender.peer.stopReading();
    await send(0);
    await sts.idle({ timeoutMs: 50 });
  },
};

async function active(join: () => Promise<ScriptedWorker>) {
  const worker = await join();
  await worker.init(STREAM);
  /** Each in a turn of its own. */
  const send = async (number: number) => {
    worker.send('fragment:data', fragment(number, STREAM));
    await nextTurn();
  };
  return { worker, send };
}

it.each(Object.entries(CASES))('the text says why: %s', async (name, run) => {
  const sts = await start({ clock: manualClock(), seed: 'of this test', timeline: { limit: 18 } });
  const error: EchoStsError = await run(sts, () => join(sts)).then(
    () => expect.unreachable('there is nothing to fail for'),
    (reason) => reason,
  );
  expect(error).toMatchObject({ name: 'EchoStsError', code: 'WAIT_TIMEOUT' });
  expect(error.message).not.toMatch(UUID);
  expect(error.message.split('\n').filter((line) => line.length > 124)).toEqual([]);
  await expect(`${error.message}\n`).toMatchFileSnapshot(`../approved/wait-${name}.txt`);
});
