/** The import arrows of the design, held against the code, and the few places that may touch the world. */

import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const SRC = fileURLToPath(new URL('../src', import.meta.url));

interface SourceFile {
  readonly name: string;
  readonly text: string;
  /** What it imports: files of `src` by their name, packages by theirs. Types count too. */
  readonly imports: readonly string[];
  /** What it imports as a value. */
  readonly values: readonly string[];
}

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map(read);

describe('imports', () => {
  it('of the core lead to the core alone', () => {
    expect(arrows('core/', (to) => !to.startsWith('core/'))).toEqual([]);
  });

  it('of the wire lead to the core’s words and defaults, to fields and to valibot, never to what decides', () => {
    const words = ['protocol', 'vocabulary', 'error-codes', 'stream', 'rules', 'delay', 'backpressure'];
    const allowed = [
      'wire/',
      'timeline/audio-digest.ts',
      'fields.ts',
      'valibot',
      ...words.map((word) => `core/${word}.ts`),
    ];
    expect(arrows('wire/', (to) => !allowed.some((place) => to.startsWith(place)))).toEqual([]);
  });

  it('never lead to the factory or the public surface, nor from the wire or the core to the shell', () => {
    expect(
      arrows('', (to) => to === 'index.ts' || to === 'core/index.ts').filter((arrow) => !arrow.startsWith('index.ts')),
    ).toEqual([]);
    const users = arrows('', (to) => to === 'create-echo-sts.ts').map((arrow) => arrow.replace(/ → .*/, ''));
    expect(users.sort()).toEqual([
      'cli/serve.ts',
      'index.ts',
      'runners/of-each-test.ts',
      'runners/shared-server.ts',
      'vitest/index.ts',
    ]);
  });

  it('of the package load none of what few need: the program, the metrics, control, the runners', () => {
    const loaded = new Set<string>();
    const load = (name: string): void => {
      if (loaded.has(name)) return;
      loaded.add(name);
      for (const next of files.find((file) => file.name === name)?.values ?? []) load(next);
    };
    load('index.ts');
    load('core/index.ts');
    expect(loaded).toContain('http/pages.ts');
    const strangers = /^(cli|metrics|control|runners|vitest|jest|node|matchers)\/|^(prom-client|vitest|@jest)/;
    expect([...loaded].filter((name) => strangers.test(name))).toEqual([]);
  });

  it('of socket.io as a value stand in one file', () => {
    const users = (module: string) => files.filter(({ values }) => values.includes(module)).map(({ name }) => name);
    expect(users('socket.io')).toEqual(['socket-io.ts']);
  });

  it('of what only some need are dynamic: control, and the client that it needs', () => {
    const isControl = (name: string) => name.startsWith('control/') || name === 'socket.io-client';
    const users = files.filter(({ name, values }) => !isControl(name) && values.some(isControl));
    expect(users.map(({ name }) => name)).toEqual([]);
    expect(mentioning(/import\('\.\/control\//)).toEqual(['connect-echo-sts.ts', 'create-echo-sts.ts']);
  });

  it('form no circle', () => {
    const importsOf = new Map(files.map(({ name, imports }) => [name, imports]));
    const reaches = (from: string, to: string, seen = new Set<string>()): boolean =>
      (importsOf.get(from) ?? []).some((next) => next === to || (!seen.has(next) && reaches(next, to, seen.add(next))));
    expect(files.map(({ name }) => name).filter((name) => reaches(name, name))).toEqual([]);
  });
});

describe('the world', () => {
  it('is touched in one place each: clock, timers, emit', () => {
    expect(mentioning(/process\.uptime|Date\.now|performance\./)).toEqual(['clock.ts']);
    expect(mentioning(/setTimeout\(|setImmediate\(|setInterval\(/)).toEqual(['clock.ts']);
    expect(mentioning(/\.emit\(/)).toEqual(['line.ts', 'control/caller.ts']);
    expect(mentioning(/Math\.random|randomUUID\(|randomInt\(/)).toEqual([
      'connection.ts',
      'guards.ts',
      'settings.ts',
      'control/caller.ts',
    ]);
    expect(mentioning(/console\./)).toEqual([]);
  });
});

describe('a file', () => {
  it('opens with what it is for, and stays under 300 lines', () => {
    expect(files.filter(({ text }) => !/^(#!.*\n)?\/\*\*/.test(text)).map(({ name }) => name)).toEqual([]);
    expect(files.filter(({ text }) => text.split('\n').length > 300).map(({ name }) => name)).toEqual([]);
  });
});

function read(name: string): SourceFile {
  const text = readFileSync(join(SRC, name), 'utf8');
  const statements = [...text.matchAll(/^(?:import|export)\s+(type\s)?([^;]*?\sfrom\s)?'([^']+)';/gm)];
  const target = ([, , , to = '']: RegExpMatchArray) =>
    to.startsWith('.') ? normalize(join(dirname(name), to)).replace(/\.js$/, '.ts') : to;
  return {
    name,
    text,
    imports: statements.map(target),
    values: statements.filter(([, isType]) => isType === undefined).map(target),
  };
}

function arrows(from: string, isWrong: (to: string) => boolean): string[] {
  return files
    .filter(({ name }) => name.startsWith(from))
    .flatMap(({ name, imports }) => imports.filter(isWrong).map((to) => `${name} → ${to}`));
}

/** Comments do not count. */
function mentioning(pattern: RegExp): string[] {
  const code = (text: string) => text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
  return files.filter(({ text }) => pattern.test(code(text))).map(({ name }) => name);
}
