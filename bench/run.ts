/**
 * `npm run bench [-- PART…] [--rounds N]`: echo-sts against bare Socket.IO, in ratios of runs taken in turn.
 *
 * The numbers depend on the machine and on what else it does, so none of them is a claim and nothing here is a test:
 * read `median (lowest–highest)` of the ratios, and distrust a median whose ends are far apart. `--rounds` says how many
 * pairs of runs each part takes, `timeline` with each of its pairs of processes; `heap` has none.
 */

import { parseArgs } from 'node:util';
import { cli } from './parts/cli.js';
import { close } from './parts/close.js';
import { control } from './parts/control.js';
import { cpu, timeline } from './parts/cpu.js';
import { format } from './parts/format.js';
import { heap } from './parts/heap.js';
import { coldImport } from './parts/import.js';
import { latency } from './parts/latency.js';
import { sessions } from './parts/sessions.js';
import { type Part, printRow, printTargets, type Row } from './report.js';

const PARTS: Readonly<Record<string, Part>> = {
  cpu,
  timeline,
  latency,
  import: coldImport,
  cli,
  close,
  sessions,
  heap,
  format,
  control,
};

const { names, rounds } = readArguments();
const rows: Row[] = [];
for (const [name, part] of Object.entries(PARTS)) {
  if (!names.includes(name)) continue;
  console.log(`\n${name}`);
  for await (const row of part(rounds)) {
    rows.push(row);
    printRow(row);
  }
}
printTargets(rows);

function readArguments(): { names: readonly string[]; rounds: number | undefined } {
  const { values, positionals } = parseArgs({ options: { rounds: { type: 'string' } }, allowPositionals: true });
  const stranger = positionals.find((name) => !Object.hasOwn(PARTS, name));
  if (stranger !== undefined) throw new Error(`${stranger} is not a part; expected ${Object.keys(PARTS).join(', ')}.`);
  const rounds = values.rounds === undefined ? undefined : Number(values.rounds);
  if (rounds !== undefined && !(Number.isInteger(rounds) && rounds > 0)) {
    throw new Error(`--rounds ${values.rounds} is not a whole number of rounds.`);
  }
  return { names: positionals.length > 0 ? positionals : Object.keys(PARTS), rounds };
}
