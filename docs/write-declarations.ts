/**
 * After each build: writes the declarations for CommonJS, from those for ES modules, for to make them twice would take half a
 * minute; and shortens both, because the package must stay small. Those for ES modules get half of their indentation. Those for
 * CommonJS lose indentation and doc comments, which the others and the API reference have.
 */

import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const DIST = fileURLToPath(new URL('../dist/', import.meta.url));
const printer = ts.createPrinter({ removeComments: true });

for (const name of existsSync(DIST) ? readdirSync(DIST, { recursive: true, encoding: 'utf8' }) : []) {
  if (!name.endsWith('.d.ts')) continue;
  const text = readFileSync(`${DIST}${name}`, 'utf8');
  writeFileSync(`${DIST}${name}`, withHalfIndentation(text));
  writeFileSync(`${DIST}${name.replace(/\.d\.ts$/, '.d.cts')}`, withoutComments(forCommonJs(text)));
}

/** Imports the declarations for CommonJS. */
function forCommonJs(text: string): string {
  return text.replaceAll(/(?<=(?:from|import) ?\(?'\.[^']*)\.js(?=')/g, '.cjs');
}

function withoutComments(text: string): string {
  // The reference before each of them, which older settings need, is not a comment to the compiler.
  const source = ts.createSourceFile('declarations.d.ts', text, ts.ScriptTarget.Latest);
  return printer.printFile(source).replaceAll(/^ +/gm, '');
}

function withHalfIndentation(text: string): string {
  return text.replaceAll(/^ +/gm, ({ length }) => ' '.repeat(Math.ceil(length / 2)));
}
