/** What servers add to the CPU time of a vitest file, which imports everything anew. */

import { MILLISECONDS, type Row, ratioRow } from '../report.js';
import type { Side } from '../server-process.js';
import { interleave } from '../statistics.js';
import { FILES, VitestProjects } from '../vitest-projects.js';

const DEFAULT_ROUNDS = 5;

export async function* testFiles(rounds = DEFAULT_ROUNDS): AsyncGenerator<Row> {
  await using projects = await VitestProjects.write();
  // A run without servers directly before each, for the speed of a machine drifts.
  const added = async (side: Side) => {
    const without = await projects.cpuOf('none');
    return ((await projects.cpuOf(side)) - without) / FILES;
  };
  // The first round reads the files from the disk.
  const [, ...pairs] = await interleave(rounds + 1, added);
  yield ratioRow('CPU that four servers add to a vitest file', pairs, MILLISECONDS);
}
