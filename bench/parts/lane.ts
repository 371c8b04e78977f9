/** What the fast lane saves the server: echo-sts against itself without the lane, both from source. */

import { compareCosts } from '../fragment-cost.js';
import { MICROSECONDS, type Row, ratioRow } from '../report.js';
import { each } from '../statistics.js';

const SIZE = { label: '128 KB', characters: 131_072, fragments: 300, warmUp: 20 };
const DEFAULT_ROUNDS = 15;
/** The servers are TypeScript. */
const NODE_OPTIONS = ['--import', import.meta.resolve('tsx')];

export async function* lane(rounds = DEFAULT_ROUNDS): AsyncGenerator<Row> {
  const kinds = { echo: 'source', bare: 'source-without-lane' } as const;
  const pairs = await compareCosts({ size: SIZE, rounds, uncounted: 1, kinds, nodeOptions: NODE_OPTIONS });
  const cpuTimes = each(pairs, (cost) => cost.cpuMicroseconds);
  const subject = `server CPU per fragment, ${SIZE.label}, against echo-sts (no lane)`;
  yield ratioRow(subject, cpuTimes, MICROSECONDS, undefined, 'no lane');
}
