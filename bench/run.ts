/**
 * `npm run bench [-- PART…] [--rounds N] [--write]`: echo-sts against bare Socket.IO, in ratios of runs taken in turn.
 *
 * The numbers depend on the machine and on what else it does, so none of them is a claim and nothing here is a test:
 * read `median (lowest–highest)` of the ratios, and distrust a median whose ends are far apart. `--rounds` says how many
 * pairs of runs each part takes, `timeline` with each of its pairs of processes; `heap` has none. `--write` puts the rows
 * with a target into the README, and needs a run of all parts.
 */

import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { withTable } from './how-fast.js';
import { PARTS } from './parts.js';
import { printRow, printTargets, type Row } from './report.js';

const README = new URL('../README.md', import.meta.url);

const { names, rounds, write } = readArguments();
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
if (write) await writeFile(README, withTable(await readFile(README, 'utf8'), rows));

function readArguments(): { names: readonly string[]; rounds: number | undefined; write: boolean } {
  const options = { rounds: { type: 'string' }, write: { type: 'boolean', default: false } } as const;
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  const stranger = positionals.find((name) => !Object.hasOwn(PARTS, name));
  if (stranger !== undefined) throw new Error(`${stranger} is not a part; expected ${Object.keys(PARTS).join(', ')}.`);
  if (values.write && positionals.length > 0) throw new Error('--write expected a run of all parts; name none.');
  const rounds = values.rounds === undefined ? undefined : Number(values.rounds);
  if (rounds !== undefined && !(Number.isInteger(rounds) && rounds > 0)) {
    throw new Error(`--rounds ${values.rounds} is not a whole number of rounds.`);
  }
  return { names: positionals.length > 0 ? positionals : Object.keys(PARTS), rounds, write: values.write };
}
