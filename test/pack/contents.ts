/** What may be in the package that users install, and what must not. */

import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

const ENTRIES = ['CHANGELOG.md', 'LICENSE', 'README.md', 'dist', 'package.json'];
const DEPENDENCIES = ['socket.io', 'valibot'];
/** A statement, or an `import('…')` within a type, of anything but a relative path. */
const FOREIGN_IMPORT = /(?:^(?:import|export) .*from |^import |import\()['"]([^.'"][^'"]*)/gm;

/** `folder` is the installed package, `root` the project it was built in. */
export async function checkContents(folder: string, root: string): Promise<void> {
  assert.deepEqual((await readdir(folder)).sort(), ENTRIES, 'only these belong into the package');
  const { dependencies } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  assert.deepEqual(Object.keys(dependencies).sort(), DEPENDENCIES, 'only these may be installed along with it');
  const dist = join(folder, 'dist');
  for (const file of await readdir(dist, { recursive: true })) {
    assert.ok(/\.(js|cjs|d\.ts|d\.cts)$/.test(file), `dist holds modules and their types, not ${file}`);
    checkText(file, await readFile(join(dist, file), 'utf8'), root);
  }
}

function checkText(file: string, text: string, root: string): void {
  assert.ok(!text.includes(`${root}/`), `${file} names the folder that it was built in`);
  if (!/\.d\.c?ts$/.test(file)) return;
  // Types from elsewhere would make users depend on, and type-check, packages that they never asked for.
  const foreign = [...text.matchAll(FOREIGN_IMPORT)].map(([, specifier]) => specifier);
  assert.deepEqual(foreign, [], `${file} must take types from its own files only`);
}
