/** `docs/contributing.md`, how to add something: each addition is made, and the files that the compiler then asks for are those of the page. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const PAGE = read('docs/contributing.md');

/** What is written in each file that one begins with. */
type Beginning = Readonly<Record<string, readonly [before: string, after: string]>>;

const ADDITIONS: Readonly<Record<string, Beginning>> = {
  event: {
    'src/core/protocol.ts': [
      'export type StreamInput =',
      "export type StreamInput =\n  | { readonly kind: 'stream:flush'; readonly streamId: string }",
    ],
    'src/wire/payloads.ts': [
      'export interface InboundPayloads {',
      "export interface InboundPayloads {\n  'stream:flush': { readonly stream_id: string };",
    ],
  },
  'error code': {
    'src/core/error-codes.ts': [
      '  RATE_LIMIT:',
      "  NO_VOICE: { severity: 'error', retryable: false, means: 'no such voice' },\n  RATE_LIMIT:",
    ],
  },
  fault: { 'src/core/vocabulary.ts': ["| 'silence'", "| 'silence' | 'echo'"] },
  'cut form': {
    'src/core/cut-forms.ts': ['  reset: {', "  freeze: { endsTalk: true, means: 'it freezes' },\n  reset: {"],
  },
};

const { options, fileNames } = ts.parseJsonConfigFileContent(JSON.parse(read('tsconfig.json')), ts.sys, ROOT);
const sources = fileNames.filter((name) => name.startsWith(join(ROOT, 'src')));
/** With what stands for the runners that are not installed. */
const roots = [...sources, join(ROOT, 'test/matchers/runners.d.ts')];
const unchanged = ts.createProgram(roots, options);

/** The files that do not compile with these changes. */
function broken(changes: Beginning): string[] {
  const host = ts.createCompilerHost(options);
  const readSource = host.getSourceFile;
  host.getSourceFile = (name, ...rest) => {
    const change = changes[name.slice(ROOT.length)];
    if (change === undefined) return unchanged.getSourceFile(name) ?? readSource(name, ...rest);
    return ts.createSourceFile(name, readFileSync(name, 'utf8').replace(...change), ts.ScriptTarget.Latest, true);
  };
  const program = ts.createProgram(roots, options, host, unchanged);
  const files = sources.flatMap((name) => {
    const source = program.getSourceFile(name);
    return source !== undefined && program.getSemanticDiagnostics(source).length > 0 ? [name.slice(ROOT.length)] : [];
  });
  return files.sort();
}

/** The files of a list of the page. */
function placesOf(addition: string, heading = ''): string[] {
  const [, section = ''] = PAGE.split(`<!-- places: ${addition} -->`);
  const [own = ''] = section.split(/^### /m);
  const [begin = '', then = ''] = own.split(/^Then /m);
  return [...(heading === 'then' ? then : begin).matchAll(/`((?:src|package|tsconfig|tsup)[^`]*)`/g)].map(
    ([, path = '']) => path,
  );
}

describe('adding', () => {
  it('nothing breaks nothing', () => {
    expect(broken({})).toEqual([]);
  });

  it.each(Object.entries(ADDITIONS))(
    '%s begins in the files that the page lists, and breaks the others',
    (addition, beginning) => {
      for (const [path, [before]] of Object.entries(beginning)) expect(read(path)).toContain(before);
      expect(placesOf(addition)).toEqual(Object.keys(beginning));
      expect(placesOf(addition, 'then').sort()).toEqual(broken(beginning));
    },
  );

  it('a runner takes an entry in each list of entry points, and all lists have the same', () => {
    // The other lists are of what is bundled apart.
    const [, library = ''] = /^const LIBRARY = \{\n([\s\S]*?)^\};/m.exec(read('tsup.config.ts')) ?? [];
    const lists = {
      'package.json': Object.keys(JSON.parse(read('package.json')).exports).filter((path) => !path.endsWith('.json')),
      'tsconfig.json': Object.keys(JSON.parse(read('tsconfig.json')).compilerOptions.paths)
        .filter((name) => name.startsWith('echo-sts'))
        .map((name) => name.replace('echo-sts', '.')),
      'tsup.config.ts': [...library.matchAll(/^ {2}'?([\w/-]+)'?: 'src\//gm)].map(([, name = '']) =>
        name === 'index' ? '.' : `./${name}`,
      ),
    };
    for (const list of Object.values(lists)) expect(list.sort()).toEqual(lists['package.json']);
    expect(placesOf('runner')).toEqual(['src/runners/', ...Object.keys(lists)]);
  });
});
