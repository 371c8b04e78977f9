import { defineConfig } from 'tsup';

export default defineConfig({
  entry: {
    index: 'src/index.ts',
    core: 'src/core/index.ts',
    matchers: 'src/matchers/index.ts',
    vitest: 'src/vitest/index.ts',
    'vitest/global-setup': 'src/vitest/global-setup.ts',
    jest: 'src/jest/index.ts',
    'jest/global-setup': 'src/jest/global-setup.ts',
    'jest/global-teardown': 'src/jest/global-teardown.ts',
    node: 'src/node/index.ts',
  },
  format: ['esm', 'cjs'],
  platform: 'node',
  target: 'node20',
  clean: true,
  // Also for CJS: otherwise each entry point carries a copy of the core of its own.
  splitting: true,
  removeNodeProtocol: false,
  // jest gives this one to whatever it runs; `vitest` is a peer dependency.
  external: ['@jest/globals'],
  // A twentieth of valibot is used: to install and load the rest would cost every test file that imports the library.
  noExternal: ['valibot'],
  // `EchoSts extends AsyncDisposable`: older TypeScript settings need to be told where that is.
  dts: { banner: '/// <reference lib="esnext.disposable" />' },
});
