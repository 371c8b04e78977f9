/** Projects as different as the package's users: what each has installed, what files it holds, what it runs. */

import { readFileSync } from 'node:fs';
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

const PLAIN: Installation = {
  name: 'nothing but a client',
  dependencies: { 'socket.io-client': '4.8.4' },
  // Nothing else is in reach here, so a dependency that the package does not declare would show.
  consumers: [
    { name: 'node (ESM)', files: { 'script.mjs': example('script.mjs') }, commands: [['node', 'script.mjs']] },
    { name: 'node (CJS)', files: { 'require.cjs': source('require.cjs') }, commands: [['node', 'require.cjs']] },
    {
      name: 'node, waiting and verifying (ESM)',
      files: { 'verify.mjs': source('verify.mjs') },
      commands: [['node', 'verify.mjs']],
    },
    {
      name: 'node, without a server (ESM and CJS)',
      files: { 'alone.mjs': source('alone.mjs'), 'alone.cjs': source('alone.cjs') },
      commands: [
        ['node', 'alone.mjs'],
        ['node', 'alone.cjs'],
      ],
    },
    {
      name: 'node, without what few need (ESM and CJS)',
      files: { 'lazy.mjs': source('lazy.mjs'), 'lazy.cjs': source('lazy.cjs') },
      commands: [
        ['node', 'lazy.mjs'],
        ['node', 'lazy.cjs'],
      ],
    },
    { name: 'the program', files: { 'program.mjs': source('program.mjs') }, commands: [['node', 'program.mjs']] },
    inBothForms('control from another process', 'control.mjs'),
  ],
};

const NOTHING: Installation = {
  name: 'nothing at all',
  dependencies: {},
  consumers: [inBothForms('control without its client', 'peerless.mjs')],
};

/** Apart from jest: the types have to hold where either runner is missing. */
const VITEST: Installation = {
  name: 'vitest and tsc',
  dependencies: { ...PLAIN.dependencies, '@types/node': '^20.19.0', typescript: '5.9.3', vitest: '4.1.12' },
  consumers: [
    {
      name: 'vitest (ESM)',
      files: { 'user.test.ts': example('vitest.test.ts'), 'matchers.test.ts': source('matchers.ts') },
      commands: [['vitest', 'run']],
    },
    typescriptForNode('node16'),
    typescriptForNode('nodenext'),
    {
      name: 'tsc bundler (without @types/node)',
      files: { 'user.ts': source('types.ts'), 'tsconfig.json': tsconfig('esnext', 'bundler', { types: [] }) },
      commands: [['tsc', '--noEmit']],
    },
    matcherTypes('vitest', { 'user.mts': source('matcher-types.ts') }),
  ],
};

const JEST: Installation = {
  name: 'jest and tsc',
  dependencies: {
    ...PLAIN.dependencies,
    '@swc/core': '1.16.22',
    '@swc/jest': '0.2.39',
    '@types/jest': '30.0.0',
    '@types/node': '^20.19.0',
    jest: '30.5.2',
    typescript: '5.9.3',
  },
  consumers: [
    {
      name: 'jest (CJS)',
      files: {
        'user.test.cjs': example('jest.test.cjs'),
        'matchers.test.cjs': source('matchers.cjs'),
        'verify.test.cjs': source('verify.cjs'),
        'jest.config.json': { transform: {} },
      },
      commands: [['jest', '--detectOpenHandles']],
    },
    {
      name: 'jest with swc (TypeScript)',
      files: {
        'user.test.ts': forJest(example('vitest.test.ts')),
        'matchers.test.ts': forJest(source('matchers.ts')),
        'jest.config.json': { transform: { '\\.ts$': '@swc/jest' } },
        '.swcrc': { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' } },
      },
      commands: [['jest', '--detectOpenHandles']],
    },
    matcherTypes('@jest/globals', {
      'user.mts': forJest(source('matcher-types.ts')),
      'user.cts': forJest(source('matcher-types.ts')),
    }),
    matcherTypes(
      '@types/jest',
      { 'user.cts': source('matcher-types.ts').replace(/^import .*'vitest';$/m, '') },
      'jest',
    ),
  ],
};

export const INSTALLATIONS: readonly Installation[] = [PLAIN, NOTHING, VITEST, JEST];

/** Resolves with where the package is installed then. */
export async function install({ dependencies }: Installation, tarball: string, folder: string): Promise<string> {
  const manifest = { private: true, dependencies: { ...dependencies, 'echo-sts': `file:${tarball}` } };
  await write(folder, { 'package.json': { ...manifest, overrides: OVERRIDES } });
  await run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', '--no-package-lock'], folder);
  return join(folder, 'node_modules', 'echo-sts');
}

/** Lays the consumer's files out below the folder of its installation, and runs its commands there. */
export async function consume({ name, files, commands }: Consumer, installed: string): Promise<void> {
  const folder = join(installed, name.replaceAll(/\W+/g, '-'));
  await write(folder, files);
  for (const [program, ...args] of commands) {
    const path = program === 'node' ? process.execPath : join(installed, 'node_modules', '.bin', program);
    await runPromptly(path, args, folder);
  }
}

/** Compiles both kinds of module with the types of each, and runs both. */
function typescriptForNode(module: string): Consumer {
  return {
    name: `tsc ${module} (ESM and CJS)`,
    files: {
      'user.mts': source('types.ts'),
      'user.cts': source('types.ts'),
      'tsconfig.json': tsconfig(module, module, { types: ['node'] }),
    },
    commands: [['tsc'], ['node', 'user.mjs'], ['node', 'user.cjs']],
  };
}

/** Compiles a test in the types of a runner, with the module resolution of Node and with that of bundlers. */
function matcherTypes(runner: string, files: Consumer['files'], ...types: string[]): Consumer {
  const include = Object.keys(files);
  const settings = (module: string, resolution: string) => ({
    ...tsconfig(module, resolution, { types: ['node', ...types] }),
    include,
  });
  return {
    name: `tsc with the matchers (${runner})`,
    files: {
      ...files,
      'tsconfig.json': settings('node16', 'node16'),
      'bundler.json': settings('esnext', 'bundler'),
    },
    commands: [
      ['tsc', '--noEmit'],
      ['tsc', '--noEmit', '--project', 'bundler.json'],
    ],
  };
}

/** The same script as a module of either kind. */
function inBothForms(name: string, script: string): Consumer {
  const required = source(script).replaceAll(/^import (.+) from ('.+');$/gm, 'const $1 = require($2);');
  return {
    name: `node, ${name} (ESM and CJS)`,
    files: { 'script.mjs': source(script), 'script.cjs': required },
    commands: [
      ['node', 'script.mjs'],
      ['node', 'script.cjs'],
    ],
  };
}

function forJest(text: string): string {
  return text.replace("'vitest'", "'@jest/globals'");
}

function tsconfig(module: string, moduleResolution: string, more: object): object {
  const strictness = { strict: true, skipLibCheck: false };
  return { compilerOptions: { target: 'es2022', lib: ['es2022'], module, moduleResolution, ...strictness, ...more } };
}

function example(name: string): string {
  return readFileSync(new URL(`../../examples/${name}`, import.meta.url), 'utf8');
}

function source(name: string): string {
  return readFileSync(new URL(`consumers/${name}`, import.meta.url), 'utf8');
}

async function write(folder: string, files: Consumer['files']): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [name, content] of Object.entries(files)) {
    await writeFile(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content, null, 2));
  }
}
