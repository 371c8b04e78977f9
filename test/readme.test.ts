/** The README's tables are held against the code, and its snippets run. */

import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createEchoSts } from 'echo-sts';
import { CUT_FORMS, CUT_PHASES, ERROR_CODES, FAULTS, TRANSITIONS, VIOLATIONS } from 'echo-sts/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ECHO_STS_ERROR_CODES } from '../src/errors.js';
import { toSettings } from '../src/settings.js';
import { DIRECTIONS } from '../src/timeline/event-names.js';
import { CONTROL_EVENTS } from '../src/wire/control-events.js';
import { runTsc, runTypeScript, runVitest, runVitestInVain } from './support/run.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const TMP = `${ROOT}test/tmp`;
const README = readFileSync(`${ROOT}README.md`, 'utf8');
const SNIPPETS = [...README.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, code = '']) => code);
const [, WORKER = ''] = README.match(/^<!-- file: worker\.ts -->\n```ts\n([\s\S]*?)^```$/m) ?? [];
const RECIPES = [...README.matchAll(/^### Recipe: .+\n\n```ts\n([\s\S]*?)^```$/gm)].map(([, code = '']) => code);
/** All but the first screen and what belongs to the recipes: test files and scripts. */
const OTHERS = SNIPPETS.slice(1).filter((code) => code !== WORKER && !RECIPES.includes(code));
const TESTS = OTHERS.filter((code) => code.includes("from 'vitest'"));
const SCRIPTS = OTHERS.filter((code) => !TESTS.includes(code));
/** What a session is made with besides the options. */
const NO_OPTIONS = ['rules', 'rulesOf', 'cuts', 'scopeOf'];

beforeAll(() => mkdirSync(TMP, { recursive: true }));
afterAll(() => rmSync(TMP, { recursive: true, force: true }));

describe('the README', () => {
  it('shows the table of transitions as it is, events down and states across', () => {
    const events = Object.keys(TRANSITIONS.initializing) as (keyof typeof TRANSITIONS.initializing)[];
    const rows = events.map((event) => [
      `\`${event}\``,
      ...Object.values(TRANSITIONS).map((row) => (row[event] === 'renew' ? 'a new session' : row[event])),
    ]);
    const states = Object.keys(TRANSITIONS).map((state) => `\`${state}\``);
    expect(tableWithHead('transitions')).toEqual([['', ...states], ...rows]);
  });

  it('shows the wire error codes as they are', () => {
    const rows = Object.entries(ERROR_CODES).map(([code, { severity, retryable, means }]) => [
      `\`${code}\``,
      severity,
      retryable ? 'yes' : 'no',
      means,
    ]);
    expect(table('error codes')).toEqual(rows);
  });

  it('shows the codes of EchoStsError as they are', () => {
    expect(table('EchoStsError codes')).toEqual(
      Object.entries(ECHO_STS_ERROR_CODES).map(([code, means]) => [`\`${code}\``, means]),
    );
  });

  it('shows every option with its default', () => {
    const settings = Object.entries(toSettings({})).filter(([name]) => !NO_OPTIONS.includes(name));
    const defaults = {
      ...Object.fromEntries(settings.map(([name, value]) => [name, shownDefault(value)])),
      backpressure: 'false',
      reorderWindow: 'max_inflight',
      seed: 'a random one',
      auth: 'everybody may',
      transcript: 'fragment <n>',
      clock: '"real"',
    };
    const shown = Object.fromEntries(
      table('options').map(([name = '', value = '']) => [unquote(name), unquote(value)]),
    );
    expect(shown).toEqual(defaults);
  });

  it('shows the error of a wrong option as it is', async () => {
    const [, promised] = README.match(/^``EchoStsError: (.*)``, with `INVALID_OPTION`/m) ?? [];
    await expect(createEchoSts({ capacity: 0 })).rejects.toThrow(expect.objectContaining({ message: promised }));
  });

  it('shows every fragment fault', () => {
    expect(names('fragment faults')).toEqual(Object.keys(FAULTS));
  });

  it('shows every violation as it is', () => {
    expect(table('violations')).toEqual(Object.entries(VIOLATIONS).map(([kind, { means }]) => [`\`${kind}\``, means]));
  });

  it('shows every note', () => {
    const notes = Object.entries(DIRECTIONS).filter(([, directions]) => directions.includes('note'));
    expect(names('notes')).toEqual(notes.map(([name]) => name));
  });

  it('shows what the failing example prints, to the letter', async () => {
    const printed = await runVitestInVain('examples/failing.test.ts');
    const [, failure] = printed.match(/^(EchoStsError: [\s\S]*?)\n ❯ /m) ?? [];
    expect(output('failing.test.ts')).toBe(`${failure?.trimEnd()}\n`);
  });

  it('shows the diagram of the timeline as it is', async () => {
    const [script = ''] = SCRIPTS.filter((code) => code.includes('sts.timeline({ event'));
    writeFileSync(`${TMP}/format.ts`, script.replace('await sts.close();', 'console.log(sts.format());\n$&'));
    const printed = await runTypeScript('test/tmp/format.ts');
    expect(printed).toContain(output('format'));
    expect(output('format').split('\n').length).toBeGreaterThan(5);
  });

  it.each(TESTS.map((code, index) => [index + 1, code]))('has a test file %i that passes', async (number, code) => {
    writeFileSync(`${TMP}/file-${number}.test.ts`, code);
    expect(await runVitest(`test/tmp/file-${number}.test.ts`)).toContain('1 passed');
  });

  it('shows every test-only event', () => {
    expect(names('test-only events')).toEqual(Object.keys(CONTROL_EVENTS));
  });

  it('shows every point at which a connection can be cut', () => {
    expect(names('cut phases')).toEqual([...CUT_PHASES]);
  });

  it('shows the ways of cutting a connection as they are', () => {
    expect(table('cut forms')).toEqual(Object.entries(CUT_FORMS).map(([how, { means }]) => [`\`${how}\``, means]));
  });

  it('names nothing in the handle that is not there, and leaves nothing out', async () => {
    const sts = await createEchoSts();
    const section = README.slice(README.indexOf('## The handle'), README.indexOf('The functions are bound'));
    const named = [...section.matchAll(/^\| (`.*?) \|/gm)].flatMap(([, cell = '']) =>
      [...cell.matchAll(/`([a-z]\w*)/gi)].map(([, name = '']) => name),
    );
    const actual = ['url', 'port', 'connections', 'sessions', 'errorRules', 'seed', ...Object.keys(sts)];
    expect(named.sort()).toEqual(actual.sort());
    await sts.close();
  });

  it('links to files that exist', () => {
    const links = [...README.matchAll(/\]\(([\w./-]+)\)/g)].map(([, link = '']) => link);
    expect(links.length).toBeGreaterThan(5);
    expect(links.filter((link) => !existsSync(`${ROOT}${link}`))).toEqual([]);
  });

  it('links to headings that exist', () => {
    const anchors = [...README.matchAll(/\]\(#([\w-]+)\)/g)].map(([, anchor = '']) => anchor);
    const headings = [...README.matchAll(/^#+ (.*)$/gm)].map(([, text = '']) =>
      // As GitHub makes them: without punctuation.
      text
        .toLowerCase()
        .replaceAll(/[^\w\s-]/g, '')
        .replaceAll(' ', '-'),
    );
    expect(anchors.length).toBeGreaterThan(3);
    expect(anchors.filter((anchor) => !headings.includes(anchor))).toEqual([]);
  });

  it('shows on its first screen a complete vitest file of 15 to 20 lines, which passes', async () => {
    const [snippet = ''] = SNIPPETS;
    expect(linesOf(snippet).length).toBeGreaterThanOrEqual(15);
    expect(linesOf(snippet).length).toBeLessThanOrEqual(20);
    writeFileSync(`${TMP}/first.test.ts`, snippet);
    expect(await runVitest('test/tmp/first.test.ts')).toContain('✓ every fragment comes back');
  });

  it('has nine recipes of at most 15 lines, which pass', async () => {
    expect(RECIPES).toHaveLength(9);
    // Whoever reads them must not learn to sleep, nor to write what `waitFor` does.
    expect(RECIPES.filter((code) => /new Promise|sleep|waitUntil|setTimeout\(resolve/.test(code))).toEqual([]);
    const lines = RECIPES.flatMap(linesOf);
    expect(lines.filter((line) => line.length > 120)).toEqual([]);
    expect(RECIPES.filter((code) => linesOf(code).length > 15)).toEqual([]);
    writeFileSync(`${TMP}/worker.ts`, WORKER);
    RECIPES.forEach((code, index) => {
      writeFileSync(`${TMP}/recipe-${index + 1}.test.ts`, code);
    });
    const titles = RECIPES.map((code) => code.match(/^test.*\('(.*)', async/m)?.[1]?.replace('%i', '49'));
    const printed = await runVitest('test/tmp/recipe-');
    expect(titles.filter((title) => !printed.includes(`✓ ${title}`))).toEqual([]);
  }, 60_000);

  it('has nothing that TypeScript objects to', async () => {
    mkdirSync(`${TMP}/types`, { recursive: true });
    writeFileSync(`${TMP}/types/worker.ts`, WORKER);
    for (const [index, code] of SNIPPETS.entries()) writeFileSync(`${TMP}/types/snippet-${index}.ts`, code);
    const options = { noUnusedLocals: false, noUnusedParameters: false, rootDir: ROOT };
    const config = {
      extends: `${ROOT}tsconfig.json`,
      compilerOptions: options,
      include: ['*.ts', `${ROOT}test/matchers/runners.d.ts`],
    };
    writeFileSync(`${TMP}/types/tsconfig.json`, JSON.stringify(config));
    expect(await runTsc(`${TMP}/types`)).toBe('');
  }, 60_000);

  it.each(SCRIPTS.map((snippet, index) => [index + 1, snippet]))(
    'has a script %i that prints what its comments say',
    async (number, snippet) => {
      writeFileSync(`${TMP}/script-${number}.ts`, String(snippet));
      const printed = (await runTypeScript(`test/tmp/script-${number}.ts`)).trimEnd().split('\n');
      const promised = [...String(snippet).matchAll(/console\.log\(.*\); \/\/ (.*)$/gm)].map(([, text = '']) => text);
      expect(promised.length).toBeGreaterThan(0);
      expect(
        printed.map((line, index) => (isCut(promised[index]) ? line.slice(0, cut(promised[index]).length) : line)),
      ).toEqual(promised.map((text) => cut(text)));
    },
  );
});

/** The block of text under that marker. */
function output(name: string): string {
  const [, body = ''] = README.split(`<!-- output: ${name} -->\n\`\`\`text\n`);
  const [text = ''] = body.split('```');
  return text;
}

/** The rows of the table under that marker, the head first. */
function tableWithHead(name: string): string[][] {
  const [, body = ''] = README.split(`<!-- table: ${name} -->\n`);
  const [lines = ''] = body.split('\n\n');
  const [head = '', , ...rows] = lines.trim().split('\n');
  return [head, ...rows].map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

/** Without the head. */
function table(name: string): string[][] {
  return tableWithHead(name).slice(1);
}

/** The first column. */
function names(name: string): string[] {
  return table(name).map(([first = '']) => unquote(first));
}

/** Those that are not empty. */
function linesOf(code: string): string[] {
  return code.split('\n').filter((line) => line.trim() !== '');
}

function shownDefault(value: unknown): string {
  return value === Number.POSITIVE_INFINITY ? 'Infinity' : JSON.stringify(value);
}

function unquote(cell: string): string {
  return cell.replace(/^`|`$/g, '');
}

/** A promise that ends in … says only how the line begins. */
function isCut(promise = ''): boolean {
  return promise.endsWith('…');
}

function cut(promise = ''): string {
  return promise.replace(/ ?…$/, '');
}
