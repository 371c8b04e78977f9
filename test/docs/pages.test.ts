/** README and `docs/`: tables are held against the code, and what they name is there. `snippets.test.ts` runs the snippets. */

import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CUT_FORMS, CUT_PHASES, ERROR_CODES, TRANSITIONS, VIOLATIONS } from 'echo-sts/core';
import { describe, expect, it } from 'vitest';
import { ECHO_STS_ERROR_CODES } from '../../src/checks/errors.js';
import { Backpressure, DEFAULT_LOAD_LEVELS } from '../../src/core/backpressure.js';
import { FAULTS } from '../../src/core/faults.js';
import { FAULT_KINDS, isSurvivable } from '../../src/explore/kinds.js';
import { DIRECTIONS } from '../../src/timeline/event-names.js';
import { TEST_EVENTS } from '../../src/wire/test-events.js';
import { memberReader } from '../support/members.js';
import {
  deadLinksIn,
  linksIn,
  type Page,
  pathsIn,
  ROOT,
  readPage,
  readPages,
  tableNames,
  tablesIn,
} from '../support/page.js';

const PAGES = readPages();

/** What a table says: whole rows, only what stands in the first column, or how each row starts. */
type Wanted =
  | { readonly rows: string[][] }
  | { readonly names: readonly string[] }
  | { readonly starts: readonly string[][] };

const TABLES: Readonly<Record<string, Wanted>> = {
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
  'message faults': { names: Object.keys(FAULTS).filter((name) => FAULTS[name as 'drop'].on.length > 1) },
  violations: { rows: Object.entries(VIOLATIONS).map(([kind, { means }]) => [`\`${kind}\``, means]) },
  notes: { names: Object.keys(DIRECTIONS).filter((name) => DIRECTIONS[name as 'connect'].includes('note')) },
  'test-only events': { names: Object.keys(TEST_EVENTS) },
  'reachable levels': { rows: [1, 2, 3, 4, 5, 6, 10].map(reachableLevels) },
  'cut phases': { names: CUT_PHASES },
  'fault kinds': { starts: FAULT_KINDS.map((kind) => [`\`${kind}\``, isSurvivable(kind) ? 'yes' : 'no']) },
  'cut forms': { rows: Object.entries(CUT_FORMS).map(([how, { means }]) => [`\`${how}\``, means]) },
};
/** Held by the tests of the page that they are on. */
const ELSEWHERE = ['options', 'flags', 'explore flags', 'environment', 'log levels', 'pages', 'metrics'];
/** `members of X`: the first column names what the type X declares. */
const MEMBERS = ['EchoSts', 'SessionGroup', 'Observed', 'Scope', 'SessionSnapshot', 'FragmentRecord'];

describe('the tables', () => {
  it.each(Object.entries(TABLES))('of %s say what the code says', (name, wanted) => {
    const tables = PAGES.flatMap((page) => tablesIn(page, name));
    expect(tables.length).toBeGreaterThan(0);
    for (const [head = [], ...rows] of tables) {
      if ('names' in wanted) expect(rows.map(([first = '']) => first.replaceAll('`', ''))).toEqual(wanted.names);
      else if ('starts' in wanted) expect(rows.map((row) => row.slice(0, 2))).toEqual(wanted.starts);
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
  it('of every page that the package has lead to files and headings that the package has', () => {
    const packed = packedFiles();
    expect(packed).toEqual(expect.arrayContaining(PAGES.map(({ path }) => path)));
    expect(deadLinksIn(packed)).toEqual([]);
  });

  it('lead from the README or another page to every page', () => {
    const linked = PAGES.flatMap(linksIn).map(({ to }) => to);
    expect(PAGES.map(({ path }) => path).filter((path) => path !== 'README.md' && !linked.includes(path))).toEqual([]);
  });
});

describe('the pages', () => {
  it.each(PAGES)('$path names no path that is not there', (page) => {
    expect(pathsIn(page).filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });

  it('say what every "PROTOCOL §" in the sources is', () => {
    const { text } = readPage('docs/protocol.md');
    const [, settled = ''] = text.split(/^## 6\. .*$/m);
    const [points = ''] = settled.split(/^## /m);
    const sections = [...text.matchAll(/^## (\d+)\. /gm)].map(([, section]) => section);
    const known = [...sections, ...[...points.matchAll(/^(\d+)\. /gm)].map(([, point]) => `6.${point}`)];
    const cited = sourceTexts().flatMap((source) =>
      [...source.matchAll(/§§?(\d[\d.]*\d|\d)(?:[–-](\d[\d.]*\d|\d))?/g)].flatMap(([, first, last]) => [first, last]),
    );
    // `§6.14–15` ends at §6.15.
    const whole = cited.map((each) => (/^\d\d|^[7-9]$/.test(each ?? '') ? `6.${each}` : each));
    expect(cited.length).toBeGreaterThan(100);
    expect(whole.filter((each) => each !== undefined && !known.includes(each))).toEqual([]);
  });
});

/** What npm would publish. */
function packedFiles(): string[] {
  const report = execFileSync('npm', ['pack', '--dry-run', '--ignore-scripts', '--json'], {
    cwd: ROOT,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [{ files }] = JSON.parse(report) as [{ files: { path: string }[] }];
  return files.map(({ path }) => path);
}

function sourceTexts(): string[] {
  const names = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' });
  return names.filter((name) => name.endsWith('.ts')).map((name) => readFileSync(join(ROOT, 'src', name), 'utf8'));
}

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

/** At how many in flight a worker is told what, as long as it keeps to `max_inflight`. */
function reachableLevels(maxInflight: number): string[] {
  const counts = Array.from({ length: maxInflight }, (_, at) => at + 1);
  const actionAt = (inflight: number) => new Backpressure().update(DEFAULT_LOAD_LEVELS, inflight, maxInflight)?.action;
  const cells = (['none', 'slow_down', 'pause'] as const).map((action) => {
    const at = counts.filter((inflight) => actionAt(inflight) === action);
    return at.length > 1 ? `${at[0]}–${at.at(-1)}` : at.join();
  });
  return [`${maxInflight}`, ...cells];
}
