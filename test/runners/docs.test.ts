/** `docs/runners.md`: its snippets are run by `docs/snippets.test.ts`, or are those of the example projects, which `test:pack` runs. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PAGE = readFileSync(`${ROOT}docs/runners.md`, 'utf8');
const snippets = (language: string) =>
  [...PAGE.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(([, code = '']) => code);

it('the page about runners has one test file of its own', () => {
  expect(snippets('ts')).toHaveLength(1);
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

it('the page about runners names example projects that exist', () => {
  const folders = [...PAGE.matchAll(/`(examples\/[\w-]+)`/g)].map(([, folder = '']) => folder);
  expect(folders.length).toBeGreaterThan(4);
  expect(folders.filter((folder) => !existsSync(`${ROOT}${folder}/package.json`))).toEqual([]);
});
