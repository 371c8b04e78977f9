/** How long `explore` takes: a hundred runs of a worker that is correct, and from the first failure to the smallest plan. */

import { explore } from 'echo-sts/explore';
import { type Bug, StreamWorker } from '../../test/explore/worker.js';
import { MILLISECONDS, type Row, valueRow } from '../report.js';

const DEFAULT_ROUNDS = 5;
const SPEECH = Array.from({ length: 6 }, (_, n) => Buffer.alloc(6, n + 1).toString('base64'));
/** Each is found by a lost connection: one breaks the protocol then, the other hangs. */
const BUGS = ['numbers-on-after-reconnect', 'leaks-a-place'] as const satisfies readonly Bug[];

export async function* exploring(rounds = DEFAULT_ROUNDS): AsyncGenerator<Row> {
  const whole: number[] = [];
  for (let seed = 1; seed <= rounds; seed += 1) whole.push(await timed(seed, undefined));
  yield valueRow('100 runs of explore with six fragments', whole, MILLISECONDS);
  const shrinking: number[] = [];
  for (let seed = 1; seed <= rounds; seed += 1) {
    for (const bug of BUGS) shrinking.push(await timed(seed, bug));
  }
  yield valueRow('from the first failure of explore to its error', shrinking, MILLISECONDS);
}

/** With a bug, the time is that from the end of the first run that failed. */
async function timed(seed: number, bug: Bug | undefined): Promise<number> {
  const startedAt = performance.now();
  let failedAt: number | undefined;
  const exploration = explore(
    async (sts, { signal }) => {
      const worker = new StreamWorker({ url: sts.url, source: SPEECH, bug });
      let hasPassed = false;
      signal.addEventListener('abort', () => {
        worker.stop();
        if (!hasPassed) failedAt ??= performance.now();
      });
      const delivered = await worker.run();
      if (delivered.some((audio, index) => audio !== SPEECH[index])) throw new Error('A fragment is lost.');
      hasPassed = true;
    },
    { runs: bug === undefined ? 100 : 1000, seed, onReport: () => {} },
  );
  await exploration.catch((error: Error) => {
    if (bug === undefined) throw error;
  });
  return performance.now() - (failedAt ?? startedAt);
}
