/** Three projects of vitest in a temporary folder: files without a server, with bare Socket.IO, and with echo-sts. */

import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Side } from './server-process.js';

export type ProjectKind = Side | 'none';

/** In each project. */
export const FILES = 30;
/** Of each file, one after the other. */
const SERVERS = 4;

const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** Ignored by Git. Within the repository, so that vitest and Socket.IO are found. */
const TEMPORARY = join(ROOT, 'test', 'tmp');
const CONFIG = `export default { test: { pool: 'forks', maxWorkers: 1, cache: false } };\n`;

/** What stands in the files. Libraries are imported as installed: vitest processes what is not in `node_modules`. */
const IMPORTS: Readonly<Record<ProjectKind, string>> = {
  echo: `import { createEchoSts as start } from 'echo-sts';`,
  bare: `import { start } from 'bare-socket-io';`,
  none: '',
};
const CYCLE = 'await (await start()).close();';

const run = promisify(execFile);

export class VitestProjects implements AsyncDisposable {
  readonly #folder: string;

  static async write(): Promise<VitestProjects> {
    await mkdir(TEMPORARY, { recursive: true });
    const projects = new VitestProjects(await mkdtemp(join(TEMPORARY, 'bench-')));
    await projects.#write();
    return projects;
  }

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** User and system time of a run of all files of this kind, of all its processes, in milliseconds. */
  async cpuOf(kind: ProjectKind): Promise<number> {
    const command = '"$0" "$1" run --root "$2" --reporter=dot >&2 && times';
    const vitest = join(ROOT, 'node_modules', 'vitest', 'vitest.mjs');
    const { stdout } = await run('sh', ['-c', command, process.execPath, vitest, join(this.#folder, kind)]);
    return childrenTime(stdout);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #write(): Promise<void> {
    // A package that is not echo-sts: within it, vitest would take and process `dist` of the repository.
    await writeFile(join(this.#folder, 'package.json'), JSON.stringify({ name: 'bench-projects', type: 'module' }));
    const echo = join(this.#folder, 'node_modules', 'echo-sts');
    await cp(join(ROOT, 'dist'), join(echo, 'dist'), { recursive: true });
    await cp(join(ROOT, 'package.json'), join(echo, 'package.json'));
    const bare = join(this.#folder, 'node_modules', 'bare-socket-io');
    await cp(join(ROOT, 'bench', 'servers', 'bare.mjs'), join(bare, 'index.mjs'));
    await writeFile(join(bare, 'package.json'), JSON.stringify({ name: 'bare-socket-io', exports: './index.mjs' }));
    for (const kind of Object.keys(IMPORTS) as ProjectKind[]) await writeProject(join(this.#folder, kind), kind);
  }
}

async function writeProject(folder: string, kind: ProjectKind): Promise<void> {
  await mkdir(folder);
  await writeFile(join(folder, 'vitest.config.mjs'), CONFIG);
  const cycles = kind === 'none' ? [] : Array.from({ length: SERVERS }, () => `  ${CYCLE}`);
  const text = [
    `import { test } from 'vitest';`,
    IMPORTS[kind],
    `test('servers start and close', async () => {`,
    ...cycles,
    '});',
  ];
  for (let file = 1; file <= FILES; file += 1) {
    await writeFile(join(folder, `servers-${file}.test.js`), `${text.join('\n')}\n`);
  }
}

/** What `times` of a shell prints: a line for itself and one for its children, each user and system time as `1m2.3s`. */
function childrenTime(text: string): number {
  const [, children = ''] = text.trim().split('\n');
  const durations = [...children.matchAll(/(\d+)m([\d.]+)s/g)];
  if (durations.length !== 2) throw new Error(`\`times\` expected two times of its children, and printed: ${text}`);
  return durations.reduce((sum, [, minutes, seconds]) => sum + (Number(minutes) * 60 + Number(seconds)) * 1000, 0);
}
