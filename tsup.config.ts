import { defineConfig } from 'tsup';

export default defineConfig({
  entry: { index: 'src/index.ts', core: 'src/core/index.ts', matchers: 'src/matchers/index.ts' },
  format: ['esm', 'cjs'],
  platform: 'node',
  target: 'node20',
  clean: true,
  // Also for CJS: otherwise each entry point carries a copy of the core of its own.
  splitting: true,
  removeNodeProtocol: false,
  // A twentieth of valibot is used: to install and load the rest would cost every test file that imports the library.
  noExternal: ['valibot'],
  // `EchoSts extends AsyncDisposable`: older TypeScript settings need to be told where that is.
  dts: { banner: '/// <reference lib="esnext.disposable" />' },
});
