/**
 * Removes doc comments and indentation from the declarations for CommonJS: those for ES modules have them, and so has the API
 * reference. They would be half of these files, and the package must stay small. Called after each build.
 */

import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const DIST = fileURLToPath(new URL('../dist/', import.meta.url));
const printer = ts.createPrinter({ removeComments: true });

for (const name of existsSync(DIST) ? readdirSync(DIST, { recursive: true, encoding: 'utf8' }) : []) {
  if (!name.endsWith('.d.cts')) continue;
  const text = readFileSync(`${DIST}${name}`, 'utf8');
  // What the build puts before each of them, the reference that older settings need, is no comment to the compiler.
  const source = ts.createSourceFile(name, text, ts.ScriptTarget.Latest);
  writeFileSync(`${DIST}${name}`, printer.printFile(source).replaceAll(/^ +/gm, ''));
}
