/**
 * Whose code is in the package besides ours, and under which licences: read from what esbuild says that it has put into each
 * file, so that it is always what is really there.
 */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What esbuild says of a build, as far as it matters here. */
export interface Bundled {
  readonly outputs: Readonly<Record<string, { readonly inputs: Readonly<Record<string, { bytesInOutput: number }>> }>>;
}

const LICENCE_FILE = /^(licen[cs]e|copying|notice)\b/i;
const FOREWORD = `The files in dist contain code of the packages below, each under its own licence.\n`;

/** The folders of the packages that have code in a build. */
export function bundledPackages({ outputs }: Bundled): string[] {
  const inputs = Object.values(outputs).flatMap((output) => Object.entries(output.inputs));
  const files = inputs.filter(([, { bytesInOutput }]) => bytesInOutput > 0);
  return [...new Set(files.flatMap(([file]) => PACKAGE_FOLDER.exec(file.replaceAll('\\', '/'))?.[0] ?? []))];
}

/** The innermost package that a file belongs to. */
const PACKAGE_FOLDER = /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/;

/** The text of `THIRD-PARTY-LICENSES`. Throws an `Error` for a package without a licence file. */
export function licencesOf(folders: readonly string[]): string {
  return [FOREWORD, ...folders.map(sectionOf).sort()].join('\n');
}

function sectionOf(folder: string): string {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const files = readdirSync(folder).filter((file) => LICENCE_FILE.test(file));
  if (files.length === 0) throw new Error(`${name} ${version} has no licence file: it cannot be in the package.`);
  const texts = files.map((file) => readFileSync(join(folder, file), 'utf8').replaceAll('\r\n', '\n').trim());
  return `=== ${name} ${version}, ${license} ===\n\n${texts.join('\n\n')}\n`;
}
