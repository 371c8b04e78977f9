/** The program, as a file to run in a process of its own. */

import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, afterEach, beforeAll } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** In the project, for what it imports of others is found from there. */
const PROGRAM = `${ROOT}test/tmp/program-${process.pid}.mjs`;

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly child: ChildProcessWithoutNullStreams;
  /** Where it says that it listens. */
  readonly url: Promise<string>;
  /** Resolves once the process has ended, and all that hold its output. */
  readonly ended: Promise<Ended>;
}

/** To be called once, at the top of a test file. What a failed test leaves running is ended after it. */
export function useProgram() {
  const running = new Set<ChildProcessWithoutNullStreams>();

  // One file of JavaScript: to start it takes a third of what it takes to start the sources.
  beforeAll(async () => {
    const options = { bundle: true, packages: 'external', platform: 'node', format: 'esm', target: 'node20' } as const;
    await build({ ...options, entryPoints: [`${ROOT}src/cli/main.ts`], outfile: PROGRAM });
  });
  afterEach(() => {
    for (const child of running) endAll(child);
    running.clear();
  });
  afterAll(() => rmSync(PROGRAM));

  const runNode = (args: readonly string[], more: readonly 'pipe'[] = []): Running => {
    const { LOG_LEVEL: _, ECHO_PORT: __, ...environment } = process.env;
    const stdio = ['pipe', 'pipe', 'pipe', ...more] as ['pipe', 'pipe', 'pipe'];
    const child = spawn(process.execPath, args, { cwd: ROOT, env: environment, stdio, detached: true });
    running.add(child);
    child.once('close', () => running.delete(child));
    const printed = { stdout: '', stderr: '' };
    let found = (_: string) => {};
    const url = new Promise<string>((resolve) => {
      found = resolve;
    });
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].setEncoding('utf8').on('data', (text: string) => {
        printed[name] += text;
        const [, address] = /listens at (https?:\S+)\n/.exec(printed.stdout) ?? [];
        if (address !== undefined) found(address);
      });
    }
    const ended = once(child, 'close').then(([code]): Ended => ({ code, ...printed }));
    return { child, url, ended };
  };

  return {
    /** Starts the program. */
    run: (...args: string[]) => runNode([PROGRAM, ...args]),
    /** Starts a process that starts the program, with a standard input that ends with neither, and waits. */
    runBelowParent: (...args: string[]) => runNode(['--eval', PARENT, PROGRAM, ...args], ['pipe']),
    /** The same, with what looks like npm and its shell between the two. */
    runBelowNpm: (...args: string[]) => runNode(['--eval', PARENT, '--', '--eval', NPM, PROGRAM, ...args], ['pipe']),
  };
}

/** With what it has started: each has a group of its own, some of which is left when it is gone itself. */
function endAll({ pid }: ChildProcessWithoutNullStreams): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** A shell may put the last of its commands in its own place: that is not the last one. */
const NPM = `
  process.title = 'npm exec echo-sts';
  const [node, ...args] = process.argv;
  const shell = ['-c', '"$0" "$@"; exit $?', node, ...args];
  require('node:child_process').spawn('sh', shell, { stdio: 'inherit' });
`;

const PARENT = `
  const [node, ...args] = process.argv;
  require('node:child_process').spawn(node, args, { stdio: [3, 'inherit', 'inherit'] });
`;
