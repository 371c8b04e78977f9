import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { transform } from 'esbuild';
import { defineConfig, type Options } from 'tsup';

const LIBRARY = {
  index: 'src/index.ts',
  core: 'src/core/index.ts',
  matchers: 'src/matchers/index.ts',
  vitest: 'src/runners/vitest/index.ts',
  'vitest/global-setup': 'src/runners/vitest/global-setup.ts',
  jest: 'src/runners/jest/index.ts',
  'jest/global-setup': 'src/runners/jest/global-setup.ts',
  'jest/global-teardown': 'src/runners/jest/global-teardown.ts',
  node: 'src/runners/node/index.ts',
};

/** What is bundled of others, and is CommonJS that requires modules of Node. */
const BUNDLED_COMMONJS = /node_modules[\\/](prom-client|cross-spawn|which|isexe|path-key|shebang-(command|regex))[\\/]/;

/**
 * Bundled into a module, where there is no `require`, such CommonJS would throw when it is loaded; with an import in its
 * place it works in both kinds of module.
 */
const builtinsByImport: NonNullable<Options['esbuildPlugins']>[number] = {
  name: 'builtins by import',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^(util|path|fs|child_process)$/, namespace: 'file' }, ({ path, importer, kind }) =>
      kind === 'require-call' && BUNDLED_COMMONJS.test(importer) ? { path, namespace: 'builtin' } : undefined,
    );
    onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => ({ contents: `export * from 'node:${path}';` }));
  },
};

/** Of what is bundled, the modules that are loaded apart from `index` although they share much with it. */
const LOADED_LATER = [
  'src/control/index.ts',
  'src/server/metrics.ts',
  'src/runners/vitest/index.ts',
  'src/runners/vitest/global-setup.ts',
  'src/runners/jest/index.ts',
  'src/runners/jest/global-setup.ts',
  'src/runners/node/index.ts',
  'src/cli/main.ts',
].map(existing);

/**
 * Makes each of them import `index`. Otherwise what it shares with it would go into a file for each set of sharers, and each
 * file costs half a millisecond of every test file that imports the library.
 */
const inFewFiles: NonNullable<Options['esbuildPlugins']>[number] = {
  name: 'in few files',
  setup({ onResolve, onLoad }) {
    const index = fileURLToPath(new URL('src/index.ts', import.meta.url));
    // As if it had side effects: an import of nothing would be left out.
    onResolve({ filter: /^the index$/ }, () => ({ path: index, sideEffects: true }));
    onLoad({ filter: /\.ts$/ }, async ({ path }) => {
      if (!LOADED_LATER.includes(path)) return undefined;
      return { contents: `${await readFile(path, 'utf8')}\nimport 'the index';\n`, loader: 'ts' };
    });
  },
};

/** The pieces that are other packages' for the most part: no error of ours is thrown there. */
const FOREIGN = /\/(metrics|run-command)-[^/]*\.c?js$/;
/** Nobody reads a stack trace of these. */
const NAMELESS = new RegExp(`/cli\\.js$|${FOREIGN.source}`);
/** What is written as short as it can be: CommonJS, the program, and those. */
const SHORTEST = new RegExp(`\\.cjs$|/cli\\.js$|${FOREIGN.source}`);

/**
 * The package must stay small, with two forms of each module in it. ES modules keep their names and lose white space. The others
 * get short names inside, and keep the names of functions and classes for stack traces, unless they are nameless. Lines have an end,
 * because Node prints the whole line on which an error was thrown. This comes last: what tsup makes CommonJS with cannot read
 * such text.
 */
const withoutWhiteSpace: NonNullable<Options['plugins']>[number] = {
  name: 'without white space',
  async buildEnd({ writtenFiles }) {
    for (const { name } of writtenFiles.filter((file) => /\.c?js$/.test(file.name))) {
      const text = await readFile(name, 'utf8');
      const isShortest = SHORTEST.test(name);
      if (isShortest) refuseMistakenExports(name, text);
      const { code } = await transform(text, {
        minifyWhitespace: true,
        minifySyntax: true,
        minifyIdentifiers: isShortest,
        keepNames: isShortest && !NAMELESS.test(name),
        lineLimit: 1000,
        target: 'node20',
      });
      await writeFile(name, code);
    }
  },
};

/** The path of a source file. One that is not there is a slip: what the list is for would be left out without a word. */
function existing(file: string): string {
  const path = fileURLToPath(new URL(file, import.meta.url));
  if (!existsSync(path)) throw new Error(`${file} is in a list of tsup.config.ts, but not there: correct the list.`);
  return path;
}

/** What tsup makes CommonJS with takes a private field for an export of the same name, and overwrites that. */
function refuseMistakenExports(file: string, text: string): void {
  const [, field] = /#(\w+)\s*(?:[-+*/%&|^]|\*\*|\?\?|&&|\|\|)?=\s*exports\./.exec(text) ?? [];
  if (field !== undefined) throw new Error(`${file}: rename the field \`#${field}\`, for an export is named so, too.`);
}

const shared: Options = {
  platform: 'node',
  target: 'node20',
  // Also for CJS: otherwise each entry point carries a copy of the core of its own.
  splitting: true,
  removeNodeProtocol: false,
  // jest gives this one to whatever it runs; `vitest` is a peer dependency.
  external: ['@jest/globals'],
  // A twentieth of valibot is used: to install and load the rest would cost every test file that imports the library. Of
  // prom-client less than half is, and nothing of what it depends on; cross-spawn is for the program alone.
  noExternal: ['valibot', /^prom-client\//, 'cross-spawn', 'get-port'],
  esbuildPlugins: [builtinsByImport, inFewFiles],
  plugins: [withoutWhiteSpace],
  // `EchoSts extends AsyncDisposable`: older TypeScript settings need to be told where that is.
  dts: {
    entry: LIBRARY,
    banner:
      '/// <reference lib="esnext.disposable" />\n// PROTOCOL §6.4: point 4 of section 6 in docs/protocol.md of this package.',
  },
};

export default defineConfig([
  // The program is a module: nobody requires it.
  { ...shared, format: 'esm', entry: { ...LIBRARY, cli: 'src/cli/main.ts' } },
  { ...shared, format: 'cjs', entry: LIBRARY },
]);
