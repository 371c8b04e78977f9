/**
 * `npm run test:mutation [-- FILE…]`: changes `src/core`, or these files of it, in small ways, one at a time, and counts the
 * changes that no test in `test/core` notices. Fails when there are too many, or when one is not in `survivors.json`.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Stryker } from '@stryker-mutator/core';

/** Of the changes, noticed by a test, per cent. */
const LEAST_SCORE = 97;

const FOLDER = fileURLToPath(new URL('.', import.meta.url));
const REPORT = join(FOLDER, '../../coverage/mutation/report.json');
/** How a change ends that a test has noticed: it fails, or does not come to an end. All else but these and the next counts for nothing. */
const NOTICED: readonly string[] = ['Killed', 'Timeout'];
const UNNOTICED: readonly string[] = ['Survived', 'NoCoverage'];

/** A change that makes no difference which a test could notice. */
interface Survivor {
  readonly file: string;
  /** The line of the source that it begins in. */
  readonly line: string;
  /** What is replaced, as far as it stands in that line. */
  readonly original: string;
  readonly replacement: string;
  /** Why it makes no difference. */
  readonly reason: string;
}

interface Place {
  readonly line: number;
  readonly column: number;
}

interface Mutant {
  readonly replacement: string;
  readonly status: string;
  readonly location: { readonly start: Place; readonly end: Place };
}

interface Report {
  readonly files: Readonly<Record<string, { readonly source: string; readonly mutants: readonly Mutant[] }>>;
}

const chosen = process.argv.slice(2);
const { files } = await mutate(chosen.length > 0 ? { mutate: chosen } : {});
const mutants = Object.values(files).flatMap((file) => file.mutants);
const noticed = mutants.filter(({ status }) => NOTICED.includes(status)).length;
const unnoticed = Object.entries(files).flatMap(([file, { source, mutants: own }]) =>
  own.filter(({ status }) => UNNOTICED.includes(status)).map((mutant) => nameOf({ file, ...textOf(mutant, source) })),
);
const survivors: readonly Survivor[] = JSON.parse(readFileSync(join(FOLDER, 'survivors.json'), 'utf8'));
const listed = survivors.filter(({ file }) => file in files).map(nameOf);
const total = noticed + unnoticed.length;
const score = (100 * noticed) / total;
const faults = [
  ...without(unnoticed, listed).map((name) => `No test notices, and it is not listed: ${name}`),
  ...without(listed, unnoticed).map((name) => `It is listed, but a test notices it, or it is gone: ${name}`),
  ...(score < LEAST_SCORE && chosen.length === 0 ? [`The score is below ${LEAST_SCORE} %.`] : []),
];
for (const line of [...faults, `${noticed} of ${total} changes noticed: ${score.toFixed(2)} %`])
  process.stdout.write(`${line}\n`);
process.exitCode = faults.length === 0 ? 0 : 1;

async function mutate(options: { mutate?: string[] }): Promise<Report> {
  await new Stryker({ configFile: join(FOLDER, 'stryker.config.json'), ...options }).runMutationTest();
  return JSON.parse(readFileSync(REPORT, 'utf8'));
}

function textOf({ location: { start, end }, replacement }: Mutant, source: string): Omit<Survivor, 'file' | 'reason'> {
  const text = source.split('\n')[start.line - 1] ?? '';
  const original = text.slice(start.column - 1, end.line === start.line ? end.column - 1 : undefined);
  return { line: text.trim(), original, replacement };
}

/** By what it changes rather than where: lines move. */
function nameOf({ file, line, original, replacement }: Omit<Survivor, 'reason'>): string {
  return `${file}: in \`${line}\`, \`${original}\` → ${replacement}`;
}

/** Each taken away as often as it is there. */
function without(names: readonly string[], others: readonly string[]): string[] {
  const left = [...others];
  return names.filter((name) => {
    const at = left.indexOf(name);
    if (at !== -1) left.splice(at, 1);
    return at === -1;
  });
}
