/** What `verify()` says, as whole texts: `test/approved/verify-*.txt`. From the text alone a person must know the cause. */

import { type EchoStsOptions, manualClock } from 'echo-sts';
import { expect, it } from 'vitest';
import { nextTurn } from '../../src/clock/clock.js';
import { watchHost } from '../support/host.js';
import { rejection } from '../support/rejection.js';
import { useScriptedFixtures } from '../support/scripted-fixture.js';
import { fragment } from '../support/worker.js';

watchHost();
const { start, join } = useScriptedFixtures();

/** A fixture in which nothing is left to chance, and workers that say these things in this order. */
async function stage(options: EchoStsOptions = {}) {
  const sts = await start({ seed: 'of this test', clock: manualClock(), ...options });
  const worker = await join(sts);
  const begin = (stream_id: string, worker_id: string) => worker.init({ stream_id, worker_id });
  const send = (...numbers: number[]) => sendAs('lecture-7', ...numbers);
  /** Each in a turn of its own. */
  const sendAs = async (stream_id: string, ...numbers: number[]) => {
    for (const number of numbers) {
      worker.send('fragment:data', fragment(number, { stream_id }));
      await nextTurn();
    }
  };
  return { sts, worker, begin, send, sendAs };
}

/** The text; it is compared with the approved one. */
async function approve(verifying: Promise<void>, name: string): Promise<void> {
  const { code, message } = await rejection(verifying);
  expect(code).toBe('VERIFY_FAILED');
  await expect(`${message}\n`).toMatchFileSnapshot(`../approved/verify-${name}.txt`);
}

it('a missed expectation is reported with what came nearest and which field differed', async () => {
  const { sts, begin, send } = await stage();
  await begin('lecture-7', 'worker-a');
  sts.expectEvent({
    event: 'fragment:processed',
    sequenceNumber: 3,
    where: { status: 'success' },
    named: 'the last result',
  });
  await send(0, 1, 2);
  await approve(sts.verify(), 'missed');
});

it('a missed expectation of a payload is reported field by field', async () => {
  const { sts, worker, begin } = await stage();
  await begin('lecture-7', 'worker-a');
  sts.expectEvent({
    event: 'fragment:data',
    streamId: 'lecture-7',
    where: { audio: { sample_rate_hz: 48000, channels: 1 }, metadata: { language: 'de' } },
    times: { atLeast: 2 },
  });
  const { audio } = fragment(0);
  const sent = [
    { audio: { ...audio, channels: 1 }, metadata: { language: 'de' } },
    { audio: { ...audio, channels: 1 }, metadata: { language: 'en' } },
    { metadata: { language: 'en' } },
    {},
  ];
  for (const [number, overrides] of sent.entries()) {
    worker.send('fragment:data', fragment(number, { stream_id: 'lecture-7', ...overrides }));
    await nextTurn();
  }
  await approve(sts.verify(), 'missed-payload');
});

it('what came, but not often enough, is reported with what came and with what came near it', async () => {
  const { sts, begin, send } = await stage({ errorRules: [{ when: { sequenceNumber: 0 }, code: 'TIMEOUT' }] });
  await begin('lecture-7', 'worker-a');
  sts.expectEvent({ event: 'fragment:processed', where: { status: 'success' }, times: 3 });
  await send(0, 1, 2);
  await approve(sts.verify(), 'too-few');
});

it('what is right about which fragment it is comes nearer than another fragment', async () => {
  const { sts, begin, send } = await stage({ errorRules: [{ when: { sequenceNumber: 0 }, code: 'TIMEOUT' }] });
  await begin('lecture-7', 'worker-a');
  sts.expectEvent({
    event: 'fragment:processed',
    where: { fragment_id: 'fragment-0', status: 'success', error: undefined },
    named: 'the first result',
  });
  await send(0, 1, 2);
  await approve(sts.verify(), 'nearest-fragment');
});

it('what only the other side has said is reported as such, with what came instead', async () => {
  const { sts, begin, send } = await stage();
  await begin('lecture-7', 'worker-a');
  sts.expectEvent({ event: 'fragment:ack', direction: 'in' });
  await send(0, 1);
  await approve(sts.verify(), 'other-direction');
});

it('what came too often is reported with what came', async () => {
  const { sts, begin, send } = await stage({
    errorRules: [{ when: { sequenceNumber: 1 }, code: 'TIMEOUT', times: 3 }],
  });
  await begin('lecture-7', 'worker-a');
  sts.expectEvent({ event: 'fragment:data', sequenceNumber: 1, times: { atMost: 2 }, named: 'one retry at most' });
  await send(0, 1, 1, 1);
  await approve(sts.verify(), 'too-often');
});

it('a worker that never came is reported as such', async () => {
  const { sts, worker } = await stage();
  worker.close();
  await sts.reset();
  sts.expectEvent({ event: 'stream:init' });
  await approve(sts.verify(), 'no-worker');
});

it('a `where` function that threw is reported with what it threw', async () => {
  const { sts, begin, send } = await stage();
  await begin('lecture-7', 'worker-a');
  sts.expectEvent({
    event: 'fragment:data',
    where: ({ metadata }) => (metadata as { language: string }).language === 'de',
  });
  await send(0);
  await approve(sts.verify(), 'where-threw');
});

it('rules and cuts that never fired are reported in words', async () => {
  const { sts, begin, send } = await stage({ errorRules: [{ when: { sequenceNumber: 5 }, code: 'GPU_OOM' }] });
  await begin('lecture-7', 'worker-a');
  sts.addErrorRule({ when: { fragmentId: 'fragment-9' }, fault: 'drop' });
  sts.addErrorRule({ when: () => true, code: 'TIMEOUT', times: 2 });
  sts.addErrorRule({ when: { everyNth: 2 }, code: 'TIMEOUT' });
  sts.cut({ at: 'after-ack', how: 'reset', sequenceNumber: 4 });
  await send(0, 1, 2);
  await approve(sts.verify(), 'unused');
});

it('violations are reported with their evidence', async () => {
  const { sts, begin, send } = await stage({ conduct: 'strict', delayMs: 50 });
  await begin('lecture-7', 'worker-a');
  await send(0, 1, 1, 2, 3);
  await approve(sts.verify(), 'violations');
});

it('violations of one kind are reported once for a stream, with where the others happened', async () => {
  const { sts, worker, begin, send } = await stage({ conduct: 'strict' });
  await begin('lecture-7', 'worker-a');
  await send(0);
  for (const number of Array(100).keys())
    worker.send('fragment:ack', { fragment_id: `fragment-${100 + number}`, status: 'applied', timestamp: 1 });
  await send(0);
  const other = await join(sts);
  await other.init({ stream_id: 'lecture-8' });
  other.send('fragment:ack', { fragment_id: 'fragment-0', status: 'applied', timestamp: 1 });
  await approve(sts.verify(), 'many-violations');
});

it('cuts that never happened are reported with what came instead', async () => {
  const { sts, begin, send } = await stage();
  await begin('lecture-7', 'worker-a');
  sts.cut({ at: 'connect', how: 'reset' });
  sts.cut({ at: 'before-ready', how: 'reset', streamId: 'lecture-8' });
  sts.cut({ at: 'before-processed', how: 'reset', streamId: 'lecture-8' });
  sts.cut({ at: 'before-complete', how: 'stall' });
  await send(0, 1, 2);
  await approve(sts.verify(), 'unused-cuts');
});

it('streams without a scope are reported to the fixture', async () => {
  const { sts, worker, begin, send } = await stage();
  sts.scope({ streamId: 'test-1-' });
  await begin('lecture-7', 'worker-a');
  await send(0);
  const careless = await join(sts);
  careless.send('stream:init', { worker_id: 'worker-b', config: {} });
  await careless.next('error');
  await worker.next('fragment:processed');
  await approve(sts.verify(), 'unclaimed');
});

it('a scope reports its own sessions, and those that nobody claims', async () => {
  const { sts, begin } = await stage();
  const mine = sts.scope({ streamId: 'test-1-' });
  const other = sts.scope({ streamId: 'test-2-' });
  await begin('lecture-7', 'worker-a');
  const workers = [await join(sts), await join(sts)];
  for (const [index, worker] of workers.entries()) {
    await worker.init({ stream_id: `test-${index + 1}-a`, worker_id: `worker-${index + 1}` });
    worker.send('fragment:data', fragment(0, { stream_id: `test-${index + 1}-a` }));
    await nextTurn();
    await worker.next('fragment:processed');
  }
  other.expectEvent({ event: 'fragment:data', sequenceNumber: 7 });
  mine.expectEvent({ event: 'fragment:data', sequenceNumber: 1 });
  mine.addErrorRule({ when: { sequenceNumber: 1 }, code: 'TIMEOUT' });
  await approve(mine.verify(), 'scope');
});

it('a scope without a session says what it claims, beside what came instead', async () => {
  const { sts, begin } = await stage();
  const scope = sts.scope({ streamId: 'lecture_7', workerId: 'worker-a' });
  await begin('lecture-7', 'worker-a');
  scope.expectEvent({ event: 'stream:init' });
  scope.addErrorRule({ when: {}, code: 'TIMEOUT' });
  await approve(scope.verify(), 'scope-without-session');
});

it('several failures are reported at once, each in a section of its own', async () => {
  const { sts, begin, send } = await stage({ conduct: 'strict' });
  await begin('lecture-7', 'worker-a');
  sts.expectEvent({ event: 'stream:end' });
  sts.expectEvent({ event: 'error', times: 0 });
  sts.addErrorRule({ when: { everyNth: 10 }, code: 'TIMEOUT' });
  await send(0, 1, 5);
  await approve(sts.verify(), 'several');
});

it('at the end of a block it says who has asked', async () => {
  const { sts, begin } = await stage();
  await begin('lecture-7', 'worker-a');
  sts.expectEvent({ event: 'stream:end' });
  await approve(sts[Symbol.asyncDispose](), 'await-using');
});
