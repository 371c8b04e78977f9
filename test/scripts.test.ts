/** The scripts of `package.json`: every test file is run by one of them alone; and which scripts of others npm may run. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createVitest } from 'vitest/node';
import { ROOT } from './support/page.js';

const { scripts, allowScripts } = readJson<{
  scripts: Record<string, string>;
  allowScripts: Record<string, boolean>;
}>('package.json');

it('every test file is run by exactly one script', async () => {
  const run = (await Promise.all(['test', 'test:slow', 'test:browser'].map(filesOf))).flat();
  const all = readdirSync(join(ROOT, 'test'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts') && !name.startsWith('tmp/'))
    .map((name) => join(ROOT, 'test', name));
  expect(run.toSorted()).toEqual(all.toSorted());
});

it('npm has nothing to warn of: each dependency with a script for its installation is allowed or denied it', () => {
  const { packages } = readJson<{ packages: Record<string, { hasInstallScript?: boolean }> }>('package-lock.json');
  const withScript = Object.entries(packages).filter(([, { hasInstallScript }]) => hasInstallScript === true);
  const names = withScript.map(([path]) => path.replace(/^.*node_modules\//, ''));
  expect([...new Set(names)].sort()).toEqual(Object.keys(allowScripts).sort());
});

/** As vitest finds them for that script; a file of two projects comes twice. */
async function filesOf(script: string): Promise<string[]> {
  const [, config] = /^vitest run --config (\S+)/.exec(scripts[script] ?? '') ?? [];
  if (config === undefined) throw new Error(`\`${script}\` runs no vitest.`);
  const vitest = await createVitest('test', { config: join(ROOT, config), watch: false, reporters: [] });
  const found = await vitest.globTestSpecifications();
  await vitest.close();
  return found.map(({ moduleId }) => moduleId);
}

function readJson<Content>(name: string): Content {
  return JSON.parse(readFileSync(join(ROOT, name), 'utf8')) as Content;
}
