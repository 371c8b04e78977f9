import { existsSync, writeFileSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transform } from 'esbuild';
import { defineConfig, type Options } from 'tsup';
import { bundledPackages, licencesOf } from './docs/third-party.js';

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
  explore: 'src/explore/index.ts',
};
/** The entry point that can be an ES module only, because it imports vitest. */
const OF_VITEST = 'vitest';

const ROOT = fileURLToPath(new URL('.', import.meta.url));

type EsbuildPlugin = NonNullable<Options['esbuildPlugins']>[number];

/**
 * Packages in a file of their own, which modules of both kinds load: as CommonJS, for that is what they are, and once. Each
 * with the file that is bundled there.
 */
const SHARED = {
  'socket-io': 'src/lane/packages.ts',
  debug: 'node_modules/debug/src/node.js',
};

/** A module that is in a bundle in place of one of others. */
interface Replacement {
  readonly because: string;
  /** CommonJS. What stands for a package may require a source, such as `./src/core/show.ts`. */
  readonly instead: string;
}

const NOTHING = 'module.exports = {};';
const NOT_INSTALLED = "throw Object.assign(new Error('not installed'), { code: 'MODULE_NOT_FOUND' });";
/** `debug` while it logs nothing: it is asked for as `debug` and as `debug.debug`. */
const SILENT =
  'const silent = () => {}; silent.enabled = false; module.exports = () => silent; module.exports.debug = module.exports;';

/** A module of Node that is loaded at the first call of one of its functions. */
const atFirstCall = (module: string) =>
  `module.exports = new Proxy({}, { get: (_, name) => (...values) => require('node:${module}')[name](...values) });`;

/** What a fixture never uses of others, by the file in its package; or a whole package with what it needs, by its name. */
const REPLACED: Readonly<Record<string, Replacement>> = {
  'debug/src/index.js': {
    because: 'it is for those who look for a fault of Socket.IO, with the variable DEBUG',
    instead: `if (process.env.DEBUG) module.exports = require('./debug.cjs'); else { ${SILENT} }`,
  },
  'supports-color': { because: '`debug` colours its lines without it, too', instead: NOT_INSTALLED },
  bufferutil: { because: '`ws` would mask byte by byte', instead: "module.exports = require('./src/lane/mask.ts');" },
  'utf-8-validate': { because: '`ws` takes what Node has', instead: NOT_INSTALLED },
  accepts: {
    because: 'it chooses a compression, and brings a table of all MIME types; nothing is compressed',
    instead: 'module.exports = () => ({ encodings: () => false });',
  },
  'socket.io/package.json': { because: 'its version is for the client that it would serve', instead: NOTHING },
  'socket.io/dist/uws.js': {
    because: 'it is for another HTTP server; `close()` asks for this function all the same',
    instead: 'exports.restoreAdapter = () => {};',
  },
  'engine.io/build/userver.js': { because: 'it is for another HTTP server', instead: NOTHING },
  'engine.io/build/transports/webtransport.js': {
    because: 'no worker uses WebTransport',
    instead: 'exports.WebTransport = class {};',
  },
  'engine.io/build/transports/polling-jsonp.js': {
    because: 'the listener turns JSONP away',
    instead: "exports.JSONP = require('./polling').Polling;",
  },
  crypto: { because: 'the first connection needs it, not the start', instead: atFirstCall('crypto') },
  zlib: { because: 'nothing is compressed', instead: atFirstCall('zlib') },
  https: { because: 'only the client in `ws` asks for it', instead: atFirstCall('https') },
  tls: { because: 'only the client in `ws` asks for it', instead: atFirstCall('tls') },
  'engine.io/build/parser-v3/index.js': { because: 'protocol 3 is not allowed', instead: NOTHING },
  'socket.io-adapter/dist/cluster-adapter.js': { because: 'a fixture is one process', instead: NOTHING },
};

/** Puts them in place. A replacement for what nobody asks for is a slip: what it was for has another name now. */
const replacing: EsbuildPlugin = {
  name: 'replacing',
  setup({ onResolve, onLoad, onEnd }) {
    const unused = new Set(Object.keys(REPLACED));
    const replacementFor = (name: string) => {
      unused.delete(name);
      const found = REPLACED[name];
      return found && { contents: found.instead, loader: 'js' as const };
    };
    onResolve({ filter: /^[^.]/ }, ({ path }) =>
      Object.hasOwn(REPLACED, path) ? { path, namespace: 'replaced' } : undefined,
    );
    onLoad({ filter: /.*/, namespace: 'replaced' }, ({ path }) => ({ ...replacementFor(path), resolveDir: ROOT }));
    onLoad({ filter: /node_modules/ }, ({ path }) => replacementFor(inPackage(path)));
    onEnd(() => {
      if (unused.size > 0) throw new Error(`tsup.config.ts replaces ${[...unused].join(', ')}, which nothing loads.`);
    });
  },
};

const bundled = new Set<string>();

/** Writes down the licences of what is bundled: after each of the builds, which run at the same time, so all at once. */
const withLicences: EsbuildPlugin = {
  name: 'with licences',
  setup({ onEnd }) {
    onEnd(({ metafile }) => {
      for (const each of bundledPackages(metafile ?? { outputs: {} })) bundled.add(each);
      writeFileSync(`${ROOT}THIRD-PARTY-LICENSES`, licencesOf([...bundled]));
    });
  },
};

/** What is imported so comes from a file that is built apart. */
const fromFile = (imported: RegExp, path: string): EsbuildPlugin => ({
  name: `from ${path}`,
  setup({ onResolve }) {
    onResolve({ filter: imported }, () => ({ path, external: true }));
  },
});

/**
 * Writes the ES modules: each exports what the CommonJS one of the same name does. So the library is in a process once, however
 * it is loaded, takes half the space, and starts faster, for Node reads and compiles CommonJS in less time.
 */
const modulesToo: EsbuildPlugin = {
  name: 'modules, too',
  setup({ onEnd }) {
    onEnd(async ({ metafile }) => {
      const outputs = Object.values(metafile?.outputs ?? {});
      for (const [name, source] of Object.entries(LIBRARY).filter(([each]) => each !== OF_VITEST)) {
        const output = outputs.find(({ entryPoint }) => entryPoint === source);
        await write(`${name}.js`, moduleFor(`./${posix.basename(name)}.cjs`, output?.exports ?? []));
      }
      await write('cli.js', "#!/usr/bin/env node\nimport './program.cjs';\n", 0o755);
    });
  },
};

/** What Node imports of CommonJS as its default is the whole of it; some runners import what it calls its default. */
function moduleFor(file: string, names: readonly string[]): string {
  const named = names.filter((name) => name !== 'default').join(',');
  const ofNames = named === '' ? '' : `export{${named}}from'${file}';\n`;
  const ofDefault = `import all from'${file}';\nexport default all.default??all;\n`;
  return names.includes('default') ? ofNames + ofDefault : ofNames;
}

async function write(name: string, text: string, mode = 0o644): Promise<void> {
  const file = `${ROOT}dist/${name}`;
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text, { mode });
}

/** Of what is bundled, the modules that are loaded apart from `index` although they share much with it. */
const LOADED_LATER = [
  'src/control/index.ts',
  'src/server/metrics.ts',
  'src/runners/vitest/index.ts',
  'src/runners/vitest/library.ts',
  'src/runners/vitest/global-setup.ts',
  'src/runners/jest/index.ts',
  'src/runners/jest/global-setup.ts',
  'src/runners/node/index.ts',
  'src/explore/index.ts',
  'src/cli/main.ts',
  'src/cli/run-command.ts',
  'src/cli/explore.ts',
].map(existing);

/**
 * Makes each of them import `index`. Otherwise what it shares with it would go into a file for each set of sharers, and each
 * file costs half a millisecond of every test file that imports the library.
 */
const inFewFiles: EsbuildPlugin = {
  name: 'in few files',
  setup({ onResolve, onLoad }) {
    // As if it had side effects: an import of nothing would be left out.
    onResolve({ filter: /^the index$/ }, () => ({ path: join(ROOT, 'src/index.ts'), sideEffects: true }));
    onLoad({ filter: /\.ts$/ }, async ({ path }) => {
      if (!LOADED_LATER.includes(path)) return undefined;
      return { contents: `${await readFile(path, 'utf8')}\nimport 'the index';\n`, loader: 'ts' };
    });
  },
};

/** The pieces that are other packages' for the most part: nobody reads a stack trace of these. */
const FOREIGN = /\/((metrics|run-command)-[^/]*|socket-io|debug)\.cjs$/;

/**
 * The package must stay small. What is ours loses white space and keeps its names, for stack traces; what is foreign gets short
 * ones. Lines have an end, because Node prints the whole line on which an error was thrown. Here the library becomes CommonJS:
 * what tsup does that with would rewrite `?.`, `??` and fields of classes as well, which takes longer to load and to run.
 */
const withoutWhiteSpace: NonNullable<Options['plugins']>[number] = {
  name: 'without white space',
  async buildEnd({ writtenFiles }) {
    for (const { name } of writtenFiles.filter((file) => /\.c?js$/.test(file.name))) {
      const { code } = await transform(withoutEmptyImports(await readFile(name, 'utf8')), {
        minifyWhitespace: true,
        minifySyntax: true,
        minifyIdentifiers: FOREIGN.test(name),
        lineLimit: 1000,
        target: 'node20',
        platform: 'node',
        // jest cannot run `import()` in CommonJS.
        supported: { ...supported, 'dynamic-import': !name.endsWith('.cjs') },
        ...(name.endsWith('.cjs') && { format: 'cjs' }),
        // As in the ES module that it was.
        ...(name.endsWith('.cjs') && !Object.hasOwn(SHARED, basename(name, '.cjs')) && { banner: '"use strict";' }),
      });
      refuseWideCharacters(name, code);
      // There the tool that holds types against code looks for the names of the exports.
      await writeFile(name, code.replace(';__export(', ';\n__export('));
    }
  },
};

/** An import of nothing would load its file for nothing: none of ours is there for its effects. */
function withoutEmptyImports(text: string): string {
  return text.replaceAll(/^import "\.{1,2}\/[^"]*";$/gm, '');
}

/** What a file is called in its package: `ws/lib/sender.js`. */
function inPackage(file: string): string {
  return file.replaceAll('\\', '/').replace(/^(.*\/)?node_modules\//, '');
}

/** The path of a source file. One that is not there is a slip: what the list is for would be left out without a word. */
function existing(file: string): string {
  const path = join(ROOT, file);
  if (!existsSync(path)) throw new Error(`${file} is in a list of tsup.config.ts, but not there: correct the list.`);
  return path;
}

/** With one of them, V8 keeps two bytes for each character of the file, and takes twice the time to read it. */
function refuseWideCharacters(file: string, text: string): void {
  const [line] = /^.*[^\0-\x7f].*$/m.exec(text) ?? [];
  if (line !== undefined) throw new Error(`${file}: write as an escape what is not ASCII in ${line.slice(0, 200)}`);
}

/**
 * Otherwise each regular expression with such an escape would be made when it is loaded: one of valibot that nobody uses takes
 * as long as a tenth of the library.
 */
const supported = { 'regexp-unicode-property-escapes': true };

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
  plugins: [withoutWhiteSpace],
  esbuildOptions: (options) => {
    options.supported = supported;
  },
  // `EchoSts extends AsyncDisposable`: older TypeScript settings need to be told where that is.
  dts: {
    entry: LIBRARY,
    banner:
      '/// <reference lib="esnext.disposable" />\n// PROTOCOL §6.4: point 4 of section 6 in docs/protocol.md of this package.',
  },
};

export default defineConfig([
  {
    ...shared,
    format: 'esm',
    entry: { [OF_VITEST]: LIBRARY[OF_VITEST] },
    esbuildPlugins: [fromFile(/^\.\/library\.js$/, './library.cjs'), withLicences],
  },
  {
    ...shared,
    // Only so does esbuild split; it becomes CommonJS later.
    format: 'esm',
    outExtension: () => ({ js: '.cjs' }),
    dts: false,
    entry: { ...LIBRARY, library: 'src/runners/vitest/library.ts', program: 'src/cli/main.ts' },
    // `createRequire` takes either.
    define: { 'import.meta.url': '__filename' },
    esbuildPlugins: [inFewFiles, fromFile(/\/packages\.js$/, './socket-io.cjs'), modulesToo, withLicences],
  },
  {
    ...shared,
    format: 'cjs',
    dts: false,
    entry: SHARED,
    splitting: false,
    external: ['./debug.cjs'],
    esbuildOptions: (options) => {
      // Otherwise it is there twice: as the CommonJS that Socket.IO requires, and as the ES module that the lane imports.
      options.alias = { 'socket.io-parser': './node_modules/socket.io-parser/build/cjs/index.js' };
    },
    esbuildPlugins: [replacing, withLicences],
  },
]);
