/** README and `docs/`: tables are held against the code, snippets compile and run, links lead somewhere. */

import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CUT_FORMS, CUT_PHASES, ERROR_CODES, TRANSITIONS, VIOLATIONS } from 'echo-sts/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ECHO_STS_ERROR_CODES } from '../../src/checks/errors.js';
import { FAULTS } from '../../src/core/faults.js';
import { DIRECTIONS } from '../../src/timeline/event-names.js';
import { CONTROL_EVENTS } from '../../src/wire/test-events.js';
import { memberReader } from '../support/members.js';
import {
  anchorsIn,
  linksIn,
  type Page,
  ROOT,
  readPage,
  readPages,
  type Snippet,
  tableNames,
  tablesIn,
} from '../support/page.js';
import { runTsc, runTypeScript, runVitest } from '../support/run.js';

/** Its own, for other test files run at the same time. */
const FOLDER = 'test/tmp/pages';
const PAGES = readPages();

/** What each table says: whole rows, or only what stands in the first column. */
const TABLES: Readonly<Record<string, { readonly rows: string[][] } | { readonly names: readonly string[] }>> = {
  transitions: { rows: transitions() },
  'error codes': {
    rows: Object.entries(ERROR_CODES).map(([code, { severity, retryable, means }]) => [
      `\`${code}\``,
      severity,
      retryable ? 'yes' : 'no',
      means,
    ]),
  },
  'EchoStsError codes': { rows: Object.entries(ECHO_STS_ERROR_CODES).map(([code, means]) => [`\`${code}\``, means]) },
  'fragment faults': { names: Object.keys(FAULTS) },
  violations: { rows: Object.entries(VIOLATIONS).map(([kind, { means }]) => [`\`${kind}\``, means]) },
  notes: { names: Object.keys(DIRECTIONS).filter((name) => DIRECTIONS[name as 'connect'].includes('note')) },
  'test-only events': { names: Object.keys(CONTROL_EVENTS) },
  'cut phases': { names: CUT_PHASES },
  'cut forms': { rows: Object.entries(CUT_FORMS).map(([how, { means }]) => [`\`${how}\``, means]) },
};
/** Of what has no types of its own. */
const DECLARATIONS = ['test/matchers/runners.d.ts', 'src/server/prom-client.d.ts'].map((file) => join(ROOT, file));
/** Held by the tests of the page that they are on. */
const ELSEWHERE = ['options', 'flags', 'environment', 'log levels', 'pages', 'metrics'];
/** `members of X`: the first column names what the type X declares. */
const MEMBERS = ['EchoSts', 'Sessions', 'Observed', 'Scope', 'SessionSnapshot', 'FragmentRecord'];

beforeAll(() => {
  for (const page of PAGES) {
    mkdirSync(join(ROOT, folderOf(page)), { recursive: true });
    for (const { file, code } of page.snippets) writeFileSync(join(ROOT, folderOf(page), file), code);
  }
});
afterAll(() => rmSync(join(ROOT, FOLDER), { recursive: true, force: true }));

describe('the tables', () => {
  it.each(Object.entries(TABLES))('of %s say what the code says', (name, wanted) => {
    const tables = PAGES.flatMap((page) => tablesIn(page, name));
    expect(tables.length).toBeGreaterThan(0);
    for (const [head = [], ...rows] of tables) {
      if ('names' in wanted) expect(rows.map(([first = '']) => first.replaceAll('`', ''))).toEqual(wanted.names);
      // The head of the transitions is made of states.
      else expect(name === 'transitions' ? [head, ...rows] : rows).toEqual(wanted.rows);
    }
  });

  it('are all known', () => {
    const names = PAGES.flatMap(tableNames);
    const known = [...Object.keys(TABLES), ...ELSEWHERE, ...MEMBERS.map((type) => `members of ${type}`)];
    expect(names.filter((name) => !known.includes(name))).toEqual([]);
  });

  it('of members name what there is, and leave nothing out', () => {
    const membersOf = memberReader();
    const shown = MEMBERS.map((type) => [type, PAGES.flatMap((page) => membersShown(page, type)).sort()]);
    expect(shown).toEqual(MEMBERS.map((type) => [type, membersOf(type).sort()]));
  }, 60_000);
});

describe('the links', () => {
  it.each(PAGES)('of $path lead to files and headings that exist', (page) => {
    const dead = linksIn(page).filter(({ to, anchor }) => {
      if (!existsSync(join(ROOT, to))) return true;
      return anchor !== undefined && !anchorsIn(to === page.path ? page : readPage(to)).includes(anchor);
    });
    expect(dead).toEqual([]);
  });

  it('lead from the README or another page to every page', () => {
    const linked = PAGES.flatMap(linksIn).map(({ to }) => to);
    expect(PAGES.map(({ path }) => path).filter((path) => path !== 'README.md' && !linked.includes(path))).toEqual([]);
  });
});

describe('the snippets', () => {
  it('have nothing that TypeScript objects to', async () => {
    const config = {
      extends: join(ROOT, 'tsconfig.json'),
      compilerOptions: { noUnusedLocals: false, noUnusedParameters: false, rootDir: ROOT },
      include: ['**/*.ts', ...DECLARATIONS],
    };
    writeFileSync(join(ROOT, FOLDER, 'tsconfig.json'), JSON.stringify(config));
    expect(await runTsc(FOLDER)).toBe('');
  }, 60_000);

  const withTests = PAGES.filter((page) => tests(page).length > 0);
  it.each(withTests)(
    'of $path that are test files pass',
    async (page) => {
      const files = tests(page).map(({ file }) => `${folderOf(page)}/${file}`);
      const printed = await runVitest(...files);
      expect(printed).toMatch(new RegExp(`Test Files +${files.length} passed \\(${files.length}\\)`));
    },
    120_000,
  );

  it.each(scripts(PAGES))(
    'of $path print in $file what their comments say',
    async ({ path, code, prints }) => {
      const printed = await runTypeScript(path);
      const promised = [...code.matchAll(/console\.log\(.*\); \/\/ (.*)$/gm)].map(([, text = '']) => text);
      expect(promised.length + (prints === undefined ? 0 : 1)).toBeGreaterThan(0);
      if (prints !== undefined) expect(printed).toContain(prints);
      else expect(shortened(printed.trimEnd().split('\n'), promised)).toEqual(promised);
    },
    60_000,
  );

  it.each(failing(PAGES))(
    'of $path in $file fail as they are said to',
    async ({ path, kind, prints = '' }) => {
      const run = kind === 'test' ? runVitest(path) : runTypeScript(path);
      const printed = await run.then(
        () => 'it did not fail',
        (error: Error) => error.message,
      );
      expect(prints).not.toBe('');
      expect(printed).toContain(prints.trimEnd());
    },
    60_000,
  );
});

/** Each cell may name several, in backticks; of a function only the name counts. */
function membersShown(page: Page, type: string): string[] {
  return tablesIn(page, `members of ${type}`).flatMap(([, ...rows]) =>
    rows.flatMap(([cell = '']) => [...cell.matchAll(/`(\w+|\[[\w.]+\])/g)].map(([, name = '']) => name)),
  );
}

function transitions(): string[][] {
  const events = Object.keys(TRANSITIONS.initializing) as (keyof typeof TRANSITIONS.initializing)[];
  const rows = events.map((event) => [
    `\`${event}\``,
    ...Object.values(TRANSITIONS).map((row) => (row[event] === 'renew' ? 'a new session' : row[event])),
  ]);
  return [['', ...Object.keys(TRANSITIONS).map((state) => `\`${state}\``)], ...rows];
}

function folderOf({ path }: Page): string {
  return `${FOLDER}/${path.replace('docs/', '').replace('.md', '').toLowerCase()}`;
}

function tests({ snippets }: Page): Snippet[] {
  return snippets.filter(({ kind, isMeantToFail }) => kind === 'test' && !isMeantToFail);
}

function scripts(pages: readonly Page[]) {
  return placed(pages).filter(({ kind, isMeantToFail }) => kind === 'script' && !isMeantToFail);
}

function failing(pages: readonly Page[]) {
  return placed(pages).filter(({ isMeantToFail }) => isMeantToFail);
}

/** With the path to run each by. */
function placed(pages: readonly Page[]) {
  return pages.flatMap((page) =>
    page.snippets.map((snippet) => ({ ...snippet, path: `${folderOf(page)}/${snippet.file}` })),
  );
}

/** A promise that ends in … says only how the line begins. */
function shortened(printed: readonly string[], promised: readonly string[]): string[] {
  return printed.map((line, index) => {
    const beginning = promised[index]?.match(/^(.*?) ?…$/)?.[1];
    return beginning !== undefined && line.startsWith(beginning) ? (promised[index] ?? '') : line;
  });
}
