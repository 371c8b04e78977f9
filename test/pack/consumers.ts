/** Projects as different as the package's users: what each has installed, what files it holds, what it runs. */

import { readdirSync, readFileSync } from 'node:fs';
import { jestSnippets, readPages } from '../support/page.js';
import type { Consumer, Installation } from './installation.js';

const { exports } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  exports: Readonly<Record<string, unknown>>;
};
/** What can be imported, but for `package.json`. */
export const ENTRY_POINTS = Object.keys(exports)
  .filter((path) => !path.endsWith('.json'))
  .map((path) => path.replace('.', 'echo-sts'));

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
    inBothForms('every transport', 'transports.mjs'),
    { name: 'the program', files: { 'program.mjs': source('program.mjs') }, commands: [['node', 'program.mjs']] },
    inBothForms('control from another process', 'control.mjs'),
  ],
};

const NOTHING: Installation = {
  name: 'nothing at all',
  dependencies: {},
  consumers: [inBothForms('what needs an optional package', 'peerless.mjs')],
};

const EXPLORE: Installation = {
  name: 'the lowest fast-check, and tsc',
  dependencies: {
    ...PLAIN.dependencies,
    '@types/node': '^20.19.0',
    'fast-check': '4.0.0',
    typescript: '5.9.3',
  },
  consumers: [
    inBothForms('explore', 'explore.mjs'),
    runnerTypes('explore', { 'user.mts': source('explore-types.ts'), 'user.cts': source('explore-types.ts') }),
  ],
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
    {
      name: 'vitest with a global setup by the name of the package alone',
      files: {
        'shared.test.ts': source('shared.ts'),
        'vitest.config.mjs': "export default { test: { globalSetup: ['echo-sts/vitest/global-setup'] } };",
      },
      commands: [['vitest', 'run']],
    },
    runnerTypes('vitest', { 'user.mts': source('vitest-types.ts'), 'user.cts': source('vitest-types.ts') }),
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
    'fast-check': '4.10.2',
    jest: '30.5.2',
    'jest-environment-jsdom': '30.5.2',
    typescript: '5.9.3',
  },
  consumers: [
    {
      name: 'jest (CJS)',
      files: {
        'user.test.cjs': example('jest.test.cjs'),
        'matchers.test.cjs': source('matchers.cjs'),
        'verify.test.cjs': source('verify.cjs'),
        'explore.test.cjs': source('explore.cjs'),
        'jest.config.json': { transform: {} },
      },
      commands: [['jest', '--detectOpenHandles']],
    },
    {
      name: 'jest in jsdom (CJS)',
      files: {
        'jsdom.test.cjs': source('jsdom.cjs'),
        'jsdom-by-default.test.cjs': source('jsdom-by-default.cjs'),
        'jest.config.json': { transform: {} },
      },
      commands: [['jest', '--detectOpenHandles']],
    },
    {
      name: 'jest, what the pages show (CJS)',
      files: { ...pageSnippets(), 'jest.config.json': { transform: {} } },
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
    {
      name: 'jest, a test that fails',
      files: {
        'failing.cjs': source('failing.cjs'),
        'failing-jest.cjs': source('failing-jest.cjs'),
        'jest.config.json': { transform: {}, testMatch: ['**/failing.cjs'] },
      },
      commands: [['node', 'failing-jest.cjs']],
    },
    {
      name: 'jest (ESM, without globals)',
      files: {
        'user.test.mjs': source('use-echo-sts.mjs'),
        'jest.config.json': { transform: {}, injectGlobals: false, testMatch: ['**/*.test.mjs'] },
      },
      commands: [['node', '--experimental-vm-modules', '../node_modules/jest/bin/jest.js']],
    },
    {
      // Not with the types of vitest and fast-check, which need more.
      name: 'tsc commonjs (node10) with the lib es2020, every entry point but those of vitest and explore',
      files: {
        'user.ts': importsOf(ENTRY_POINTS.filter((path) => !/vitest$|explore$/.test(path))),
        'tsconfig.json': toCommonJs({ types: [], skipLibCheck: false }),
      },
      commands: [['tsc', '--noEmit']],
    },
    runnerTypes('jest', { 'user.mts': source('jest-types.ts'), 'user.cts': source('jest-types.ts') }),
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

export const INSTALLATIONS: readonly Installation[] = [
  PLAIN,
  NOTHING,
  EXPLORE,
  VITEST,
  JEST,
  ...['first-test', 'vitest', 'vitest-global', 'jest', 'jest-global', 'node-test'].map(project),
];

/** An example with a `package.json` of its own: nothing but what stands there is installed, and its `npm test` runs. */
function project(name: string): Installation {
  const folder = new URL(`../../examples/${name}/`, import.meta.url);
  const files = Object.fromEntries(
    readdirSync(folder).map((file) => [file, readFileSync(new URL(file, folder), 'utf8')]),
  );
  const { scripts, dependencies, devDependencies } = JSON.parse(files['package.json'] ?? '');
  const [program, ...args] = scripts.test.split(' ');
  return {
    name: `examples/${name}`,
    dependencies: { ...dependencies, ...devDependencies },
    consumers: [{ name: `examples/${name}: npm test`, files, commands: [[program, ...args]] }],
  };
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

/** Compiles what a runner's entry point exports; its own types are its own affair. */
export function runnerTypes(runner: string, files: Consumer['files']): Consumer {
  const settings = tsconfig('node16', 'node16', { types: ['node'], skipLibCheck: true });
  return {
    name: `tsc with echo-sts/${runner}`,
    files: { ...files, 'tsconfig.json': { ...settings, include: Object.keys(files) } },
    commands: [['tsc', '--noEmit']],
  };
}

/** Compiles a test in the types of a runner, with the module resolution of Node and with that of bundlers. */
export function matcherTypes(runner: string, files: Consumer['files'], ...types: string[]): Consumer {
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

export function forJest(text: string): string {
  return text.replace("'vitest'", "'@jest/globals'");
}

export function tsconfig(module: string, moduleResolution: string, more: object): object {
  const strictness = { strict: true, skipLibCheck: false };
  return { compilerOptions: { target: 'es2022', lib: ['es2022'], module, moduleResolution, ...strictness, ...more } };
}

/** What most projects with ts-jest have: it knows nothing of `exports` in a package. */
export function toCommonJs(more: object): object {
  const compilerOptions = { target: 'es2020', lib: ['es2020'], module: 'commonjs', moduleResolution: 'node10' };
  return { compilerOptions: { ...compilerOptions, strict: true, ...more }, include: ['*.ts'] };
}

/** Each must have types: what is not found with `skipLibCheck` would be an `any`. */
export function importsOf(paths: readonly string[]): string {
  return paths
    .map((path, index) =>
      [
        `import * as entry${index} from '${path}';`,
        `const isTyped${index}: 0 extends 1 & typeof entry${index} ? never : true = true;`,
        `void isTyped${index};`,
      ].join('\n'),
    )
    .join('\n');
}

/** The snippets of README and `docs/` that are for jest. */
function pageSnippets(): Consumer['files'] {
  const snippets = readPages().flatMap(jestSnippets);
  return Object.fromEntries(snippets.map((code, index) => [`snippet-${index + 1}.test.cjs`, code]));
}

/** A test that the library's own tests run in the pools of vitest. */
export function inner(name: string): string {
  return readFileSync(new URL(`../runners/inner/${name}`, import.meta.url), 'utf8');
}

function example(name: string): string {
  return readFileSync(new URL(`../../examples/${name}`, import.meta.url), 'utf8');
}

export function source(name: string): string {
  return readFileSync(new URL(`consumers/${name}`, import.meta.url), 'utf8');
}
