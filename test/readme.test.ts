/** What the README alone has: its first screen, its recipes, the shape of both, and what its examples print. */

import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createEchoSts } from 'echo-sts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { shownDefaults } from './support/defaults.js';
import { ROOT, readPage, tablesIn } from './support/page.js';
import { runTypeScript, runVitestInVain } from './support/run.js';

/** Its own, for other test files run at the same time. */
const FOLDER = 'test/tmp/readme';
const PAGE = readPage('README.md');
const README = PAGE.text;
const SNIPPETS = PAGE.snippets.map(({ code }) => code);
const RECIPES = [...README.matchAll(/^### Recipe: .+\n\n```ts\n([\s\S]*?)^```$/gm)].map(([, code = '']) => code);

beforeAll(() => mkdirSync(`${ROOT}${FOLDER}`, { recursive: true }));
afterAll(() => rmSync(`${ROOT}${FOLDER}`, { recursive: true, force: true }));

describe('the README', () => {
  it('shows every option with its default', () => {
    const [[, ...rows] = []] = tablesIn(PAGE, 'options');
    const shown = Object.fromEntries(rows.map(([name = '', value = '']) => [unquote(name), unquote(value)]));
    expect(shown).toEqual(shownDefaults());
  });

  it('shows the error of a wrong option as it is', async () => {
    const [, promised] = README.match(/^``EchoStsError: (.*)``, with `INVALID_OPTION`/m) ?? [];
    await expect(createEchoSts({ capacity: 0 })).rejects.toThrow(expect.objectContaining({ message: promised }));
  });

  it('shows what the failing example prints, to the letter', async () => {
    const printed = await runVitestInVain('examples/failing.test.ts');
    const [, failure] = printed.match(/^(EchoStsError: [\s\S]*?)\n ❯ /m) ?? [];
    expect(output('failing.test.ts')).toBe(`${failure?.trimEnd()}\n`);
  });

  it('shows the diagram of the timeline as it is', async () => {
    const [script = ''] = SNIPPETS.filter((code) => code.includes('sts.timeline({ event'));
    writeFileSync(`${ROOT}${FOLDER}/format.ts`, script.replace('await sts.close();', 'console.log(sts.format());\n$&'));
    const printed = await runTypeScript(`${FOLDER}/format.ts`);
    expect(printed).toContain(output('format'));
    expect(output('format').split('\n').length).toBeGreaterThan(5);
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

  it('shows on its first screen a complete vitest file of 15 to 20 lines', () => {
    const [snippet = ''] = SNIPPETS;
    expect(snippet).toContain("from 'vitest'");
    expect(linesOf(snippet).length).toBeGreaterThanOrEqual(15);
    expect(linesOf(snippet).length).toBeLessThanOrEqual(20);
  });

  it('has nine recipes of at most 15 lines', () => {
    expect(RECIPES).toHaveLength(9);
    // Whoever reads them must not learn to sleep, nor to write what `waitFor` does.
    expect(RECIPES.filter((code) => /new Promise|sleep|waitUntil|setTimeout\(resolve/.test(code))).toEqual([]);
    const lines = RECIPES.flatMap(linesOf);
    expect(lines.filter((line) => line.length > 120)).toEqual([]);
    expect(RECIPES.filter((code) => linesOf(code).length > 15)).toEqual([]);
  });
});

/** The block of text under that marker. */
function output(name: string): string {
  const [, body = ''] = README.split(`<!-- output: ${name} -->\n\`\`\`text\n`);
  const [text = ''] = body.split('```');
  return text;
}

/** Those that are not empty. */
function linesOf(code: string): string[] {
  return code.split('\n').filter((line) => line.trim() !== '');
}

function unquote(cell: string): string {
  return cell.replace(/^`|`$/g, '');
}
