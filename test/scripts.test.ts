/** Every test file is run by one of the scripts of `package.json`, and by one alone. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createVitest } from 'vitest/node';
import { ROOT } from './support/page.js';

const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: Record<string, string> };

it('every test file is run by exactly one script', async () => {
  const run = (await Promise.all(['test', 'test:slow', 'test:browser'].map(filesOf))).flat();
  const all = readdirSync(join(ROOT, 'test'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts') && !name.startsWith('tmp/'))
    .map((name) => join(ROOT, 'test', name));
  expect(run.toSorted()).toEqual(all.toSorted());
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
