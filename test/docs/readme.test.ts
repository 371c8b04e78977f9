/** What the README alone has: its first screen; and the shape of the recipes. */

import { createEchoSts } from 'echo-sts';
import { describe, expect, it } from 'vitest';
import { readPage } from '../support/page.js';

const PAGE = readPage('README.md');
const README = PAGE.text;
const SNIPPETS = PAGE.snippets.map(({ code }) => code);
const RECIPE_PAGE = readPage('docs/recipes.md');
const RECIPES = [...RECIPE_PAGE.text.matchAll(/^## Recipe: .+\n\n```ts\n([\s\S]*?)^```$/gm)].map(
  ([, code = '']) => code,
);
/** Those and the three of a whole stream. */
const TESTS = RECIPE_PAGE.snippets.filter(({ kind }) => kind === 'test').map(({ code }) => code);

describe('the README', () => {
  it('shows the error of a wrong option as it is', async () => {
    const [, promised] = README.match(/with `INVALID_OPTION` as its `code`:\n``EchoStsError: (.*)``/) ?? [];
    await expect(createEchoSts({ capacity: 0 })).rejects.toThrow(expect.objectContaining({ message: promised }));
  });

  it('shows on its first screen two tests of at most ten lines, and says what is printed', () => {
    const [exploring = '', failing = ''] = SNIPPETS;
    expect(exploring).toContain("from 'echo-sts/explore'");
    expect(failing).toContain("from 'echo-sts/vitest'");
    expect(linesOf(exploring).length).toBeLessThanOrEqual(10);
    expect(linesOf(failing).length).toBeLessThanOrEqual(10);
    expect(README.slice(0, README.indexOf('## Install')).split('\n').length).toBeLessThanOrEqual(55);
  });

  it('is at most 180 lines long', () => {
    expect(README.split('\n').length).toBeLessThanOrEqual(180);
  });

  it('leads to ten recipes and three tests of a whole stream, of at most 15 lines each', () => {
    expect(RECIPES).toHaveLength(10);
    expect(TESTS).toHaveLength(13);
    // Whoever reads them must not learn to sleep, nor to write what `waitFor` does.
    expect(TESTS.filter((code) => /new Promise|sleep|waitUntil|setTimeout\(resolve/.test(code))).toEqual([]);
    const lines = TESTS.flatMap(linesOf);
    expect(lines.filter((line) => line.length > 120)).toEqual([]);
    expect(TESTS.filter((code) => linesOf(code).length > 15)).toEqual([]);
  });
});

/** Those that are not empty. */
function linesOf(code: string): string[] {
  return code.split('\n').filter((line) => line.trim() !== '');
}
