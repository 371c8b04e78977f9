/** The rooms and the arrows between them, held against the code, and the few places that may touch the world. */

import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { ROOMS } from '../docs/rooms.js';

const SRC = fileURLToPath(new URL('../src', import.meta.url));

interface SourceFile {
  readonly name: string;
  readonly text: string;
  /** What it imports: files of `src` by their name, packages by theirs. Types and `import()` count. */
  readonly imports: readonly string[];
  /** What it imports as a value, when it is loaded. */
  readonly values: readonly string[];
}

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .sort()
  .map(read);

describe('src', () => {
  it('holds `index.ts` and the rooms of the table, and nothing else', () => {
    expect(readdirSync(SRC).sort()).toEqual([...Object.keys(ROOMS), 'index.ts'].sort());
  });
});

describe('imports', () => {
  it.each(Object.keys(ROOMS))('of %s lead only where the table allows, for types and `import()` too', (room) => {
    const allowed = [room, ...(ROOMS[room]?.imports ?? [])];
    const isWrong = (to: string) => isFile(to) && (to === 'index.ts' || !allowed.includes(roomOf(to)));
    expect(arrows(`${room}/`, isWrong)).toEqual([]);
  });

  it.each(Object.keys(ROOMS))('of %s use each arrow of the table', (room) => {
    const used = new Set(filesOf(`${room}/`).flatMap(({ imports }) => imports.filter(isFile).map(roomOf)));
    expect((ROOMS[room]?.imports ?? []).filter((other) => !used.has(other))).toEqual([]);
  });

  it('of the core lead to no package', () => {
    expect(arrows('core/', (to) => !isFile(to))).toEqual([]);
  });

  it('of the wire lead to the core’s words and defaults, never to what decides', () => {
    const words = ['protocol', 'test-event', 'vocabulary', 'error-codes', 'stream', 'rule', 'delay', 'backpressure'];
    const isDeciding = (to: string) => roomOf(to) === 'core' && !words.some((word) => to === `core/${word}.ts`);
    expect(arrows('wire/', isDeciding)).toEqual([]);
  });

  it('never lead to what is exported as `echo-sts/core` as a whole', () => {
    expect(arrows('', (to) => to === 'core/index.ts')).toEqual(['index.ts → core/index.ts']);
  });

  it('of the program load what explores with the command `explore` alone', () => {
    expect(loadedWith('cli/explore.ts')).toContain('explore/explore.ts');
    const strangers = /^(explore|runners|matchers)\/|^cli\/(explore|command-runs)\.ts|^(fast-check|cross-spawn)/;
    expect([...loadedWith('cli/main.ts')].filter((name) => strangers.test(name))).toEqual([]);
  });

  it('of the package load none of what few need: the program, the metrics, control, explore, the runners, get-port', () => {
    const loaded = loadedWith('index.ts', 'core/index.ts');
    expect(loaded).toContain('server/pages.ts');
    const strangers =
      /^(cli|control|explore|runners|matchers)\/|^server\/metrics|^(prom-client|get-port|fast-check|vitest|@jest)/;
    expect([...loaded].filter((name) => strangers.test(name))).toEqual([]);
  });

  it('of socket.io as a value stand in one file', () => {
    const users = (module: string) => files.filter(({ values }) => values.includes(module)).map(({ name }) => name);
    expect(users('socket.io')).toEqual(['lane/packages.ts']);
  });

  it('of what only some need are dynamic: control, and the client that it needs', () => {
    const isControl = (name: string) => name.startsWith('control/') || name === 'socket.io-client';
    const users = files.filter(({ name, values }) => !isControl(name) && values.some(isControl));
    expect(users.map(({ name }) => name)).toEqual([]);
    expect(mentioning(/import\('\.\.\/control\//)).toEqual([
      'fixture/connect-echo-sts.ts',
      'fixture/create-echo-sts.ts',
    ]);
  });

  it('form no circle between files', () => {
    const importsOf = new Map(files.map(({ name, imports }) => [name, imports]));
    const reaches = (from: string, to: string, seen = new Set<string>()): boolean =>
      (importsOf.get(from) ?? []).some((next) => next === to || (!seen.has(next) && reaches(next, to, seen.add(next))));
    expect(files.map(({ name }) => name).filter((name) => reaches(name, name))).toEqual([]);
  });
});

describe('the world', () => {
  it('is touched in one place each: clock, timers, emit', () => {
    expect(mentioning(/process\.uptime|Date\.now|performance\./)).toEqual(['clock/clock.ts']);
    expect(mentioning(/setTimeout\(|setImmediate\(|setInterval\(/)).toEqual(['clock/clock.ts']);
    expect(mentioning(/\.emit\(/)).toEqual([
      'control/control-connection.ts',
      // Not to a peer, but what they got, to engine.io and Socket.IO.
      'lane/decoder.ts',
      'lane/web-socket.ts',
      // Not to a peer, but to Node's own HTTP server.
      'server/http-server.ts',
      'server/socket-peer.ts',
    ]);
    expect(mentioning(/Math\.random|randomUUID\(|randomInt\(/)).toEqual([
      'control/control-connection.ts',
      'explore/explore.ts',
      'options/settings.ts',
      'runners/shared-scope.ts',
      'server/connection.ts',
      'server/guards.ts',
    ]);
    // For the output of a test that has passed.
    expect(mentioning(/console\./)).toEqual(['explore/print.ts', 'runners/proved-nothing.ts']);
    // Realms may lack them; as a member of a type they are named beside the file that has them.
    expect(mentioning(/Symbol\.(asyncD|d)ispose/)).toEqual(['handle/disposal-symbols.ts', 'handle/handle.ts']);
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
  const nameOf = (to: string) => (to.startsWith('.') ? normalize(join(dirname(name), to)).replace(/\.js$/, '.ts') : to);
  const loaded = [...text.matchAll(/^(?:import|export)\s+(?!type\s)([^;]*?\sfrom\s)?'([^']+)';/gm)];
  return {
    name,
    text,
    imports: ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => nameOf(fileName)),
    values: loaded.map(([, , to = '']) => nameOf(to)),
  };
}

function isFile(name: string): boolean {
  return name.endsWith('.ts');
}

function roomOf(name: string): string {
  return name.split('/')[0] ?? '';
}

function filesOf(folder: string): SourceFile[] {
  return files.filter(({ name }) => name.startsWith(folder));
}

/** The files and packages that are loaded with these files, at once. */
function loadedWith(...names: readonly string[]): ReadonlySet<string> {
  const loaded = new Set<string>();
  const load = (name: string): void => {
    if (loaded.has(name)) return;
    loaded.add(name);
    for (const next of files.find((file) => file.name === name)?.values ?? []) load(next);
  };
  for (const name of names) load(name);
  return loaded;
}

function arrows(from: string, isWrong: (to: string) => boolean): string[] {
  return filesOf(from).flatMap(({ name, imports }) => imports.filter(isWrong).map((to) => `${name} → ${to}`));
}

/** Comments do not count. */
function mentioning(pattern: RegExp): string[] {
  const code = (text: string) => text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
  return files.filter(({ text }) => pattern.test(code(text))).map(({ name }) => name);
}
