/**
 * Fifty tests on one server at once, each in a scope of its own: none sees another, and with one seed each comes out the
 * same however they are shuffled: in two runs in `npm test`, in ten in `npm run test:slow`.
 */

import { createEchoSts, type EchoSts, type Scope } from 'echo-sts';
import { expect, it } from 'vitest';
import { connect, fragment, type Payload, type TestWorker } from '../support/client.js';
import { generator, shuffled } from '../support/shuffle.js';

const TESTS = 50;
const FRAGMENTS = 8;

/** What a test with this number sets up. */
const SETUPS: ((scope: Scope) => void)[] = [
  (scope) => {
    scope.addErrorRule({ when: { probability: 0.4 }, code: 'TIMEOUT' });
    scope.setDelay({ min: 0, max: 4 });
  },
  (scope) => {
    scope.addErrorRule({ when: { everyNth: 3 }, code: 'GPU_OOM', times: 2 });
    scope.addErrorRule({ when: { probability: 0.3 }, fault: 'duplicate', after: 1 });
  },
  (scope) => {
    scope.addErrorRule({ when: { sequenceNumber: 6 }, code: 'MODEL_ERROR', as: 'partial' });
    scope.addErrorRule({ when: { probability: 0.5 }, code: 'QUEUE_FULL', as: 'error-event' });
    scope.setDelay({ p50: 1, p99: 5 });
  },
  (scope) => {
    scope.cut({ at: 'before-processed', how: 'transport-close', sequenceNumber: 5 });
    scope.addErrorRule({ when: { sequenceNumber: 99 }, code: 'TIMEOUT' });
    scope.setDelay({ min: 1, max: 3 });
  },
  (scope) => {
    scope.cut({ at: 'before-complete', how: 'server-disconnect' });
    scope.addErrorRule({ when: ({ sequenceNumber }) => sequenceNumber % 4 === 1, code: 'OWN', retryable: false });
    scope.setDelay(({ sequenceNumber }) => (sequenceNumber * 7) % 5);
  },
];

/** The setup that cuts in the middle of a stream. */
const CUT_AMID = 3;

/** To be called where tests are defined. */
export function itComesOutTheSame(runs: number): void {
  it(`${TESTS} tests at once come out the same in ${runs} shuffled runs`, { timeout: runs * 10_000 }, async () => {
    const numbers = Array.from({ length: TESTS }, (_, number) => number);
    const random = generator(1);
    const first = await runAll(numbers);
    // Chance makes them differ from each other, or they could not differ between runs.
    const outcomes = new Set(first.map((result) => JSON.stringify(result).replaceAll(/test-\d+/g, 'test')));
    expect(outcomes.size).toBeGreaterThan(TESTS / 2);
    for (let run = 1; run < runs; run += 1) expect(await runAll(shuffled(numbers, random))).toEqual(first);
  });
}

/** Sends one after the other, with so many under way at most; ends when its connection does, or its stream. */
async function work(worker: TestWorker, stream_id: string, window: number): Promise<void> {
  await worker.init({ stream_id, worker_id: `worker of ${stream_id}` });
  const gone = worker.next('disconnect');
  const send = (number: number) => {
    const fragment_id = `${stream_id}/${number}`;
    worker.send('fragment:data', fragment(number, { stream_id, fragment_id }));
    return settledFragment(worker, fragment_id);
  };
  const results: Promise<unknown>[] = [];
  for (let number = 0; number < FRAGMENTS && worker.socket.connected; number += 1) {
    await Promise.race([gone, results[number - window]]);
    results.push(send(number));
  }
  await Promise.race([gone, Promise.all(results)]);
  // Out of manners, but always in the same way.
  worker.send('fragment:data', fragment(FRAGMENTS + 9, { stream_id, fragment_id: 'too far' }));
  worker.send('good:bye', {});
  worker.send('stream:end', { stream_id });
  await Promise.race([gone, worker.next('stream:complete')]);
}

/** Resolves with the result, or with the error in its place. */
function settledFragment(worker: TestWorker, fragmentId: string): Promise<void> {
  return new Promise((resolve) => {
    const look = (event: string, payload: Payload) => {
      const isResult = event === 'fragment:processed' || event === 'error';
      if (!isResult || payload.fragment_id !== fragmentId) return;
      worker.socket.offAny(look);
      resolve();
    };
    worker.socket.onAny(look);
  });
}

/** One test: what came of its fragments, its rules, its expectations and its worker's manners. */
async function runTest(sts: EchoSts, number: number): Promise<unknown> {
  const name = `test-${number}`;
  // The beginning of others too: `test-1` is one of `test-10-a`.
  const scope = sts.scope({ streamId: name });
  SETUPS[number % SETUPS.length]?.(scope);
  const expectations = [
    scope.expect({ event: 'connect', times: 1 }),
    scope.expect({ event: 'fragment:processed', where: { status: 'failed' }, times: { atLeast: 1, atMost: 3 } }),
    scope.expect({ event: 'fragment:data', where: ({ stream_id }) => stream_id !== `${name}-a`, times: 0 }),
  ];
  const worker = await connect(sts.url);
  // What is under way when its connection is cut depends on nothing but the time that messages take.
  await work(worker, `${name}-a`, number % SETUPS.length === CUT_AMID ? 1 : 3);
  const verdict = await scope.verify().then(
    () => 'as expected',
    ({ message }: Error) => message.split('\n').slice(0, 1),
  );
  const results = worker.received.filter(({ event }) => event === 'fragment:processed' || event === 'error');
  const result = {
    sessions: scope.sessions.map(({ streamId }) => streamId),
    results: results.map(({ event, payload }) => [event, payload.fragment_id, payload.status, payload.error?.code]),
    fragments: scope.session(`${name}-a`)?.fragments.map(({ fragmentId, status }) => [fragmentId, status]),
    hits: scope.errorRules.map(({ hits }) => hits),
    expectations: expectations.map(({ hits, isMet }) => [hits, isMet]),
    violations: scope.violations().map(({ kind, message, entries }) => [kind, message, entries.length]),
    verdict,
  };
  await scope.close();
  worker.close();
  return result;
}

/** All tests in this order, at once. Answers what came of each, by its number. */
async function runAll(order: readonly number[]): Promise<unknown[]> {
  await using sts = await createEchoSts({
    seed: 'of all runs',
    errorRules: [{ when: { probability: 0.1 }, code: 'RATE_LIMIT' }],
  });
  const results: unknown[] = [];
  await Promise.all(
    order.map(async (number) => {
      results[number] = await runTest(sts, number);
    }),
  );
  await sts.verify();
  return results;
}
