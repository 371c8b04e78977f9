/** What the package is installed beside: the lowest release of each peer that it admits, and the newest that was tried. */

import { readFileSync } from 'node:fs';
import { matcherTypes, runnerTypes, source, tsconfig } from './consumers.js';
import type { Consumer, Installation } from './installation.js';

const { exports } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  exports: Readonly<Record<string, unknown>>;
};
/** What can be imported, but for `package.json`. */
const ENTRY_POINTS = Object.keys(exports)
  .filter((path) => !path.endsWith('.json'))
  .map((path) => path.replace('.', 'echo-sts'));

/** An exact client is neither in the way of the package nor replaced by another. */
const CLIENTS: readonly Installation[] = ['4.5.4', '4.7.5'].map((version) => ({
  name: `socket.io-client ${version}`,
  dependencies: { 'socket.io-client': version },
  consumers: [
    {
      name: `node with socket.io-client ${version}`,
      files: { 'script.mjs': source('any-client.mjs') },
      commands: [['node', 'script.mjs']],
    },
  ],
}));

const LOWEST: Installation = {
  name: 'the lowest of each peer, and ts-jest',
  dependencies: {
    '@types/node': '^20.19.0',
    jest: '29.5.0',
    'socket.io-client': '4.0.0',
    'ts-jest': '29.4.15',
    typescript: '5.4.5',
    vitest: '3.2.0',
  },
  consumers: [
    {
      name: 'node with socket.io-client 4.0.0',
      files: { 'script.mjs': source('any-client.mjs') },
      commands: [['node', 'script.mjs']],
    },
    inVitest('3.2.0'),
    {
      name: 'jest 29.5.0 (CJS)',
      files: { 'user.test.cjs': source('plain-jest.cjs'), 'jest.config.json': { transform: {} } },
      commands: [['jest', '--detectOpenHandles']],
    },
    {
      name: 'jest 29.5.0 with ts-jest (TypeScript to CommonJS, module resolution node10)',
      files: {
        'user.test.ts': source('any-jest.ts'),
        'tsconfig.json': toCommonJs({ esModuleInterop: true, skipLibCheck: true }),
        'jest.config.json': { preset: 'ts-jest' },
      },
      commands: [['jest', '--detectOpenHandles']],
    },
    {
      name: 'tsc commonjs (node10), every entry point',
      files: { 'user.ts': importsOf(ENTRY_POINTS), 'tsconfig.json': toCommonJs({ skipLibCheck: true }) },
      commands: [['tsc', '--noEmit']],
    },
    {
      name: 'tsc bundler with the oldest TypeScript',
      files: {
        'user.ts': source('types.ts'),
        'tsconfig.json': { ...tsconfig('esnext', 'bundler', { types: [] }), include: ['user.ts'] },
      },
      commands: [['tsc', '--noEmit']],
    },
  ],
};

/** jest 29 at its newest, and no vitest: no runner's types are among the foreign ones, which are checked here, too. */
const JEST_29: Installation = {
  name: 'jest 29',
  dependencies: { jest: '29.7.0', 'socket.io-client': '4.8.4', typescript: '5.9.3' },
  consumers: [
    {
      name: 'jest 29.7.0 (CJS)',
      files: { 'user.test.cjs': source('plain-jest.cjs'), 'jest.config.json': { transform: {} } },
      commands: [['jest', '--detectOpenHandles']],
    },
    {
      name: 'tsc commonjs (node10) with the lib es2020, every entry point but that of vitest',
      files: {
        'user.ts': importsOf(ENTRY_POINTS.filter((path) => path !== 'echo-sts/vitest')),
        'tsconfig.json': toCommonJs({ types: [], skipLibCheck: false }),
      },
      commands: [['tsc', '--noEmit']],
    },
  ],
};

/** vitest 5, nock and msw need a newer Node, which comes from npm as well. */
const NEWEST: Installation = {
  name: 'the newest of each peer, on the Node that they need',
  dependencies: {
    '@types/node': '^22.0.0',
    msw: '3.0.5',
    nock: '15.0.6',
    node: '22.23.3',
    'socket.io-client': '4.8.4',
    typescript: '7.0.2',
    vitest: '5.1.2',
  },
  consumers: [
    inVitest('5.1.2'),
    {
      name: 'vitest 5.1.2, the matchers',
      files: { 'matchers.test.ts': source('matchers.ts') },
      commands: [['vitest', 'run']],
    },
    matcherTypes('vitest 5.1.2, TypeScript 7.0.2', { 'user.mts': source('matcher-types.ts') }),
    runnerTypes('vitest', { 'user.mts': source('vitest-types.ts') }),
    { name: 'node with nock', files: { 'script.mjs': source('nock.mjs') }, commands: [['node', 'script.mjs']] },
    { name: 'node with msw', files: { 'script.mjs': source('msw.mjs') }, commands: [['node', 'script.mjs']] },
  ],
};

export const PEERS: readonly Installation[] = [...CLIENTS, LOWEST, JEST_29, NEWEST];

function inVitest(version: string): Consumer {
  return {
    name: `vitest ${version} (ESM)`,
    files: {
      'user.test.ts': source('any-vitest.ts'),
      'vitest.config.mjs': "export default { test: { globalSetup: ['./set-up.mjs'] } };",
      'set-up.mjs':
        "import { echoStsSetup } from 'echo-sts/vitest/global-setup';\nexport default echoStsSetup({ control: true });",
    },
    commands: [['vitest', 'run']],
  };
}

/** What most projects with ts-jest have: it knows nothing of `exports` in a package. */
function toCommonJs(more: object): object {
  const compilerOptions = { target: 'es2020', lib: ['es2020'], module: 'commonjs', moduleResolution: 'node10' };
  return { compilerOptions: { ...compilerOptions, strict: true, ...more }, include: ['*.ts'] };
}

/** Each must have types: what is not found with `skipLibCheck` would be an `any`. */
function importsOf(paths: readonly string[]): string {
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
