/**
 * What README, `docs/` and `examples/` show is run: all that are test files in one vitest, all scripts in one process, and
 * all are checked by the compiler in one program. Each is checked for itself. `test:pack` runs what is for jest.
 */

import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { objectionsTo } from '../support/compiler.js';
import { type Page, ROOT, readPage, readPages, type Snippet } from '../support/page.js';
import { type FileRun, runNode, runScripts, runVitestOnAll } from '../support/run.js';
import type { ScriptRun } from '../support/run-scripts.js';

/** Of this file alone: others run at the same time. */
const FOLDER = 'test/tmp/pages';
const PAGES = readPages();
const SNIPPETS = PAGES.flatMap(placed);
/** What pages import that show no worker of their own: that of the first test. */
const WORKER = readFileSync(join(ROOT, 'examples/first-test/worker.ts'), 'utf8');
const FAILING = 'examples/failing/worker.test.ts';
const FIRST = 'examples/first-test/worker.test.ts';
const EXPLORING = 'examples/explore/worker.test.ts';
const EXAMPLES = { tests: [FAILING, FIRST, EXPLORING, 'examples/vitest.test.ts'], script: 'examples/echo.ts' };

let files: Map<string, FileRun>;
let scripts: Map<string, ScriptRun>;
let objections = '';

beforeAll(async () => {
  for (const { path, code } of SNIPPETS.filter(isWritten)) {
    mkdirSync(join(ROOT, path, '..'), { recursive: true });
    writeFileSync(join(ROOT, path), code);
  }
  for (const page of PAGES.filter(importsTheWorker)) writeFileSync(join(ROOT, folderOf(page), 'worker.ts'), WORKER);
  const pathsOf = (kind: Snippet['kind']) =>
    SNIPPETS.filter((snippet) => snippet.kind === kind).map(({ path }) => path);
  objections = objectionsTo(SNIPPETS.filter(isWritten).map(({ path }) => join(ROOT, path)));
  [files, scripts] = await Promise.all([
    runVitestOnAll([...pathsOf('test'), ...EXAMPLES.tests]),
    runScripts([...pathsOf('script'), EXAMPLES.script]),
  ]);
}, 600_000);
afterAll(() => rmSync(join(ROOT, FOLDER), { recursive: true, force: true }));

describe('the snippets', () => {
  it('have nothing that TypeScript objects to', () => {
    expect(objections).toBe('');
  });

  const passing = SNIPPETS.filter(({ isMeantToFail }) => !isMeantToFail);
  it.each(passing.filter(({ kind }) => kind === 'test'))('of $page pass: $file', ({ path }) => {
    expect(files.get(path)).toEqual({ hasPassed: true, printed: expect.any(String) });
  });

  it.each(passing.filter(({ kind }) => kind === 'script'))(
    'of $page print what their comments say: $file',
    ({ path, code, prints }) => {
      const { printed, ...ended } = scripts.get(path) as ScriptRun;
      expect(ended).toEqual({ file: path, leftOpen: [] });
      const promised = [...code.matchAll(/console\.log\(.*\); \/\/ (.*)$/gm)].map(([, text = '']) => text);
      expect(promised.length + (prints === undefined ? 0 : 1)).toBeGreaterThan(0);
      if (prints !== undefined) expect(printed).toContain(prints);
      else expect(shortened(printed.trimEnd().split('\n'), promised)).toEqual(promised);
    },
  );

  it.each(SNIPPETS.filter(({ isMeantToFail }) => isMeantToFail))(
    'of $page fail as they are said to: $file',
    ({ path, kind, prints = '' }) => {
      const failure = kind === 'test' ? failed(path) : (scripts.get(path)?.error ?? 'it did not fail');
      expect(prints).not.toBe('');
      expect(failure).toContain(prints.trimEnd());
    },
  );
});

describe('an example', () => {
  it('is at most 60 lines long and opens with what it prints', () => {
    const names = readdirSync(join(ROOT, 'examples')).filter((name) => /\.(ts|mjs|cjs)$/.test(name));
    expect(names).toEqual(['echo.ts', 'jest.test.cjs', 'script.mjs', 'vitest.test.ts']);
    expect(names.filter((name) => read(name).trimEnd().split('\n').length > 60)).toEqual([]);
    expect(names.filter((name) => expectedLines(name).length < 2)).toEqual([]);
  });

  it('echo.ts, the demo, says that every echo came back byte for byte', () => {
    const { printed, ...ended } = scripts.get(EXAMPLES.script) as ScriptRun;
    expect(ended).toEqual({ file: EXAMPLES.script, leftOpen: [] });
    expectShown(printed, 'echo.ts');
    expect(printed.match(/fragment:processed {2}#\d {2}\d+ bytes, back after \d+ ms, byte for byte/g)).toHaveLength(5);
  });

  it('script.mjs runs in plain node', async () => {
    expectShown(await runNode('examples/script.mjs'), 'script.mjs');
  });

  it.each(['README.md', 'docs/first-test.md'])('failing/worker.test.ts prints what %s shows', (path) => {
    const [, failure = ''] = failed(FAILING).match(/^(EchoStsError: [\s\S]*?)\n {2}state /m) ?? [];
    const [, body = ''] = readPage(path).text.split(`<!-- output: failing/worker.test.ts -->\n\`\`\`text\n`);
    // Entries of the service may come in between.
    const loose = (text = '') => text.replace(/#\d+(?= [a-z]+:)/g, '#N').trimEnd();
    expect(loose(body.split('```')[0])).toBe(loose(failure));
  });

  it('failing/worker.ts is the worker of the first test, but for one character', () => {
    const [right, wrong] = ['#inFlight.size < this.#maxInflight', '#inFlight.size <= this.#maxInflight'];
    expect(read('failing/worker.ts')).toBe(WORKER.replace(right, wrong));
  });

  it('explore/worker.test.ts prints what its page shows', () => {
    const [, failure = ''] = failed(EXPLORING).match(/^(EchoStsError: [\s\S]*?)\n {4}state /m) ?? [];
    const [, body = ''] = readPage('docs/explore.md').text.split(
      `<!-- output: explore/worker.test.ts -->\n\`\`\`text\n`,
    );
    // Entries of the service may come in between.
    const loose = (text = '') => text.replace(/#\d+(?=[ ,]|$)/gm, '#N').trimEnd();
    expect(loose(body.split('```')[0])).toBe(loose(failure));
  });

  it('explore/worker.ts is the worker of the first test, but for one line', () => {
    const line = '    for (const fragment of this.#waiting) fragment.number = undefined;\n';
    expect(WORKER).toContain(line);
    expect(read('explore/worker.ts')).toBe(WORKER.replace(line, ''));
  });

  it('first-test passes', () => {
    const { hasPassed, printed } = files.get(FIRST) as FileRun;
    expect({ hasPassed, printed }).toEqual({ hasPassed: true, printed });
  });

  it('is on its page as it is', () => {
    const shown = SNIPPETS.filter(({ kind }) => kind === 'example');
    const names = new Set(shown.map(({ page, file }) => `${page} ${file}`));
    expect([...names]).toEqual([
      'README.md failing/worker.test.ts',
      'docs/explore.md explore/worker.test.ts',
      'docs/first-test.md first-test/worker.ts',
      'docs/first-test.md first-test/worker.test.ts',
    ]);
    for (const name of names) {
      const parts = shown.filter(({ page, file }) => `${page} ${file}` === name);
      const code = parts.map((part) => part.code.trimEnd()).join('\n\n');
      expect(`${code}\n`).toBe(read(name.split(' ')[1] ?? '').replace(/^\/\*\*.*\*\/\n\n/, ''));
    }
  });

  it('vitest.test.ts passes', () => {
    const { hasPassed, printed } = files.get('examples/vitest.test.ts') as FileRun;
    expect({ hasPassed, printed }).toEqual({ hasPassed: true, printed });
    expectShown(printed, 'vitest.test.ts');
  });
});

/** With the page it stands on, and the path to run it by. */
function placed(page: Page) {
  return page.snippets.map((snippet) => ({ ...snippet, page: page.path, path: `${folderOf(page)}/${snippet.file}` }));
}

/** An example is there already. */
function isWritten({ kind }: Snippet): boolean {
  return kind !== 'example';
}

function folderOf({ path }: Page): string {
  return `${FOLDER}/${path.replace('docs/', '').replace('.md', '').toLowerCase()}`;
}

function importsTheWorker({ snippets }: Page): boolean {
  return (
    snippets.some(({ kind, code }) => kind === 'test' && code.includes("'./worker.js'")) &&
    !snippets.some(({ file }) => file === 'worker.ts')
  );
}

/** What was printed of a test file that was meant to fail. */
function failed(file: string): string {
  const { hasPassed, printed } = files.get(file) as FileRun;
  return hasPassed ? 'it did not fail' : printed;
}

/** A promise that ends in … says only how the line begins. */
function shortened(printed: readonly string[], promised: readonly string[]): string[] {
  return printed.map((line, index) => {
    const beginning = promised[index]?.match(/^(.*?) ?…$/)?.[1];
    return beginning !== undefined && line.startsWith(beginning) ? (promised[index] ?? '') : line;
  });
}

function read(name: string): string {
  return readFileSync(join(ROOT, 'examples', name), 'utf8');
}

/** The indented lines of the first comment. */
function expectedLines(name: string): string[] {
  const [comment = ''] = read(name).match(/^\/\*\*[\s\S]*?\*\//) ?? [];
  return [...comment.matchAll(/^ \* {3,}(.+)$/gm)].map(([, line = '']) => line.trim()).filter((line) => line !== '…');
}

/** Each expected line stands in what was printed; numbers of milliseconds may differ. */
function expectShown(printed: string, name: string): void {
  const loose = (text: string) => text.replace(/\d+ ms/g, 'N ms').replace(/\s+/g, ' ');
  const lines = loose(printed.replace(/\n/g, ' ⏎ '));
  expect(expectedLines(name).filter((line) => !lines.includes(loose(line)))).toEqual([]);
}
