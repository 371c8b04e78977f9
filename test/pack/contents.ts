/** What may be in the package that users install, and what must not. */

import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { deadLinksIn } from '../support/page.js';

const ENTRIES = ['CHANGELOG.md', 'LICENSE', 'README.md', 'THIRD-PARTY-LICENSES', 'dist', 'docs', 'package.json'];
/** Each entry point, and the file that says what it exports. */
const ENTRY_POINTS = {
  index: 'src/index.ts',
  core: 'src/core/index.ts',
  matchers: 'src/matchers/index.ts',
  vitest: 'src/runners/vitest/index.ts',
  'vitest/global-setup': 'src/runners/vitest/global-setup.ts',
  jest: 'src/runners/jest/index.ts',
  'jest/global-setup': 'src/runners/jest/global-setup.ts',
  'jest/global-teardown': 'src/runners/jest/global-teardown.ts',
  node: 'src/runners/node/index.ts',
  explore: 'src/explore/index.ts',
};
/** Those that only their runner can load. */
const OF_RUNNERS: readonly string[] = ['vitest', 'jest'];
/** The packages whose types an entry point may name. */
const FOREIGN_TYPES: Readonly<Record<string, readonly string[]>> = { vitest: ['vitest'], explore: ['fast-check'] };
/** All forms of an entry point. */
const FORMS = ['js', 'cjs', 'd.ts', 'd.cts'];
/** A statement, or an `import('…')` within a type, of anything but a relative path. */
const FOREIGN_IMPORT = /(?:^(?:import|export) .*from |^import |import\()['"]([^.'"][^'"]*)/gm;

/** `folder` is the installed package, `root` the project it was built in. */
export async function checkContents(folder: string, root: string): Promise<void> {
  assert.deepEqual((await readdir(folder)).sort(), ENTRIES, 'only these belong into the package');
  const { author, dependencies } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  const licence = await readFile(join(folder, 'LICENSE'), 'utf8');
  assert.ok(licence.includes(author), `the author is whom LICENSE names, not ${author}`);
  assert.deepEqual(dependencies, {}, 'nothing may be installed along with it');
  assert.deepEqual(deadLinksIn(await filesIn(folder), folder), [], 'a page in it leads only to what is in it');
  const dist = join(folder, 'dist');
  for (const file of await filesIn(dist)) {
    assert.ok(/\.(js|cjs|d\.ts|d\.cts)$/.test(file), `dist holds modules and their types, not ${file}`);
    checkText(file, await readFile(join(dist, file), 'utf8'), root);
  }
  for (const [entry, source] of Object.entries(ENTRY_POINTS)) {
    const names = namesIn(await readFile(join(root, source), 'utf8'));
    const forms = FORMS.filter((form) => form.startsWith('d.') || !OF_RUNNERS.includes(entry));
    for (const form of forms) await checkExports(join(dist, `${entry}.${form}`), names);
  }
}

/** The paths of all files in it, from there. */
async function filesIn(folder: string): Promise<string[]> {
  const places = await readdir(folder, { recursive: true, withFileTypes: true });
  return places.filter((each) => each.isFile()).map(({ parentPath, name }) => relative(folder, join(parentPath, name)));
}

/** What a module exports: types are in its declarations alone. */
interface Names {
  readonly types: readonly string[];
  readonly values: readonly string[];
}

async function checkExports(file: string, { types, values }: Names): Promise<void> {
  if (file.endsWith('.d.ts') || file.endsWith('.d.cts')) {
    const declared = namesIn(await readFile(file, 'utf8'));
    const all = (names: Names) => [...names.types, ...names.values].filter((name) => name !== 'default').sort();
    assert.deepEqual(all(declared), all({ types, values }), `${file} must declare what its source exports`);
    return;
  }
  const exported = Object.keys(await import(pathToFileURL(file).href));
  // Of a CommonJS module Node gives these besides.
  const own = exported.filter((name) => !['default', '__esModule', 'module.exports'].includes(name));
  assert.deepEqual(own.sort(), [...values].sort(), `${file} must export what its source does`);
}

/** Read off the statements: `export { type A, B as C }`, `export type { … }`, `export const d`. */
function namesIn(text: string): Names {
  const names = { types: [] as string[], values: [] as string[] };
  for (const [, isType, list = ''] of text.matchAll(/^export (type )?\{([^}]*)\}/gm)) {
    for (const part of list.split(',').filter((each) => each.trim() !== '')) {
      const [, isTypeItself, name = ''] = /^\s*(type )?(?:\S+ as )?(\S+)\s*$/.exec(part) ?? [];
      names[isType || isTypeItself ? 'types' : 'values'].push(name);
    }
  }
  for (const [, name = ''] of text.matchAll(/^export (?:async )?(?:const|function|class) (\w+)/gm))
    names.values.push(name);
  for (const [, name = ''] of text.matchAll(/^export (?:type|interface) (\w+)/gm)) names.types.push(name);
  return names;
}

function checkText(file: string, text: string, root: string): void {
  assert.ok(!text.includes(`${root}/`), `${file} names the folder that it was built in`);
  if (!/\.d\.c?ts$/.test(file)) return;
  // Types from elsewhere would make users depend on, and type-check, packages that they never asked for.
  const foreign = [...text.matchAll(FOREIGN_IMPORT)].map(([, specifier]) => specifier);
  const allowed = FOREIGN_TYPES[file.replace(/\.d\.c?ts$/, '')] ?? [];
  assert.deepEqual(foreign, [...allowed], `${file} must take types from its own files only`);
}
