/** Installs the package beside what a project has, and lets users run what they have written. Knows none of them. */

import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run, runPromptly } from './command.js';

/** A set of dependencies that several consumers share, for installing takes longer than all the rest. */
export interface Installation {
  readonly name: string;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly consumers: readonly Consumer[];
}

export interface Consumer {
  readonly name: string;
  /** Name → text, or what becomes JSON. */
  readonly files: Readonly<Record<string, string | object>>;
  /** Each must exit with 0, by itself and at once. */
  readonly commands: readonly (readonly [program: string, ...args: string[]])[];
}

/** Newer releases have optional packages for other platforms that not every registry serves. */
const OVERRIDES = { rollup: '4.67.4', 'unrs-resolver': '1.12.2' };
/** The package `node` fetches a Node by such a script. */
const ALLOW_SCRIPTS = { node: true };
const INSTALL = ['install', '--prefer-offline', '--no-audit', '--no-fund', '--no-package-lock'];

/** Resolves with where the package is installed then. */
export async function install({ dependencies }: Installation, tarball: string, folder: string): Promise<string> {
  const manifest = { private: true, dependencies: { ...dependencies, 'echo-sts': `file:${tarball}` } };
  await write(folder, { 'package.json': { ...manifest, overrides: OVERRIDES, allowScripts: ALLOW_SCRIPTS } });
  const printed = await run('npm', INSTALL, folder);
  assert.doesNotMatch(
    printed,
    /^npm (?:warn|error).*(?:echo-sts|ERESOLVE|peer)/m,
    'npm has nothing to say of the package',
  );
  for (const [name, wanted] of Object.entries(dependencies).filter(([, range]) => /^\d/.test(range))) {
    const { version } = JSON.parse(readFileSync(join(folder, 'node_modules', name, 'package.json'), 'utf8'));
    assert.equal(version, wanted, `${name} stays what the project asks for`);
  }
  return join(folder, 'node_modules', 'echo-sts');
}

/** Lays the consumer's files out below the folder of its installation, and runs its commands there, on its Node if it has one. */
export async function consume({ name, files, commands }: Consumer, installed: string): Promise<void> {
  const folder = join(installed, name.replaceAll(/\W+/g, '-'));
  await write(folder, files);
  const binaries = join(installed, 'node_modules', '.bin');
  const node = existsSync(join(binaries, 'node')) ? join(binaries, 'node') : process.execPath;
  for (const [program, ...args] of commands) {
    const script = program === 'node' ? [] : [join(binaries, program)];
    await runPromptly(node, [...script, ...args], folder);
  }
}

async function write(folder: string, files: Consumer['files']): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [name, content] of Object.entries(files)) {
    await writeFile(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content, null, 2));
  }
}
