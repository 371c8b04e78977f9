/** What the package is installed beside: the lowest release of each peer that it admits, and the newest that was tried. */

import {
  ENTRY_POINTS,
  forJest,
  importsOf,
  inner,
  matcherTypes,
  runnerTypes,
  source,
  toCommonJs,
  tsconfig,
} from './consumers.js';
import type { Consumer, Installation } from './installation.js';

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
      files: { 'user.test.js': source('plain-jest.cjs'), 'jest.config.json': { transform: {} } },
      commands: [['jest', '--detectOpenHandles']],
    },
    {
      name: 'jest 29.5.0 with ts-jest (TypeScript to CommonJS, module resolution node10)',
      files: {
        'user.test.ts': source('any-jest.ts'),
        // Its realm has no symbols for `await using`.
        'await-using.test.ts': forJest(inner('await-using.ts')),
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

export const PEERS: readonly Installation[] = [...CLIENTS, LOWEST, NEWEST];

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
