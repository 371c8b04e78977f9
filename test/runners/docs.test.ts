/** `docs/runners.md`: its snippets run, or are those of the example projects, which `test:pack` runs. */

import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { runVitest } from '../support/run.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PAGE = readFileSync(`${ROOT}docs/runners.md`, 'utf8');
/** Of this file alone: others empty theirs. */
const TMP = `${ROOT}test/runners/tmp`;
const snippets = (language: string) =>
  [...PAGE.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(([, code = '']) => code);

afterAll(() => rmSync(TMP, { recursive: true, force: true }));

it('the test file on the page about runners passes', async () => {
  const [code = '', ...others] = snippets('ts');
  expect(others).toEqual([]);
  mkdirSync(TMP, { recursive: true });
  writeFileSync(`${TMP}/page.ts`, code);
  expect(await runVitest('test/runners/tmp/page.ts')).toContain('1 passed');
});

it('the other snippets on the page about runners begin as files of the examples do', () => {
  const folders = ['vitest-global', 'jest', 'jest-global', 'node-test'].map((name) => `${ROOT}examples/${name}`);
  const files = folders.flatMap((folder) =>
    readdirSync(folder).map((file) => readFileSync(`${folder}/${file}`, 'utf8')),
  );
  expect(snippets('js').length).toBe(7);
  expect(snippets('js').filter((code) => !files.some((text) => text.startsWith(code)))).toEqual([
    // The packed package runs this one in another consumer.
    expect.stringContaining("globalSetup: ['echo-sts/vitest/global-setup']"),
  ]);
});

it('the page about runners links to what exists', () => {
  const links = [...PAGE.matchAll(/\]\(([\w./-]+)\)/g)].map(([, link = '']) => link);
  expect(links.length).toBeGreaterThan(4);
  expect(links.filter((link) => !existsSync(`${ROOT}docs/${link}`))).toEqual([]);
});
