/**
 * `npm run docs:rooms`: draws the rooms of `src/` into `docs/contributing.md`, from the table in `rooms.ts`. With `--check` it
 * writes nothing, and fails when the page is not what it would write.
 */

import { readFile, writeFile } from 'node:fs/promises';
import { ROOMS } from './rooms.js';

const PAGE = new URL('contributing.md', import.meta.url);
const [BEGIN, END] = ['<!-- rooms: generated -->', '<!-- /rooms -->'];

const page = await readFile(PAGE, 'utf8');
const [head, rest = ''] = page.split(BEGIN);
const [, tail] = rest.split(END);
if (tail === undefined) throw new Error(`docs/contributing.md expected ${BEGIN} and ${END}; put them back.`);
const wanted = `${head}${BEGIN}\n${picture()}\n\n${table()}\n${END}${tail}`;
if (!process.argv.includes('--check')) await writeFile(PAGE, wanted);
else if (wanted !== page) throw new Error('docs/contributing.md is out of date: run `npm run docs:rooms`.');

/** Only the arrows that do not follow from others: the picture would be black with all of them. */
function picture(): string {
  const arrows = Object.entries(ROOMS).flatMap(([room, { imports }]) =>
    imports.filter((other) => !isImplied(imports, other)).map((other) => `    ${room} --> ${other}`),
  );
  return ['```mermaid', 'graph TD', ...arrows, '```'].join('\n');
}

function table(): string {
  const rows = Object.entries(ROOMS).map(
    ([room, { purpose, imports }]) => `| \`${room}\` | ${purpose} | ${imports.join(', ') || '–'} |`,
  );
  return ['| room | what is in it | may import |', '|---|---|---|', ...rows.reverse()].join('\n');
}

/** Whether one of the other imports leads there, too. */
function isImplied(imports: readonly string[], room: string): boolean {
  return imports.some((other) => other !== room && reaches(other, room));
}

function reaches(from: string, to: string): boolean {
  return (ROOMS[from]?.imports ?? []).some((next) => next === to || reaches(next, to));
}
