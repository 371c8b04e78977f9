/** A Node process of its own, for what cannot be seen from within: whether it exits by itself, and how much it keeps. */

import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export interface Ended {
  /** Null when a signal ended it. */
  readonly code: number | null;
  /** The lines it wrote, each of which is JSON. */
  readonly lines: unknown[];
  readonly stderr: string;
}

export interface Child {
  readonly process: ChildProcess;
  /** The next line it writes. */
  line(): Promise<unknown>;
  readonly ended: Promise<Ended>;
}

/** To be called once, at the top of a test file. What a failed test leaves running is ended after it. */
export function useChildren() {
  const running = new Set<ChildProcess>();

  afterEach(() => {
    for (const child of running) child.kill('SIGKILL');
    running.clear();
  });

  /** `script` is a file in `test/server/children`. */
  return function run(script: string, ...args: string[]): Child {
    const path = `${ROOT}test/server/children/${script}`;
    const flags = ['--expose-gc', '--import', import.meta.resolve('tsx'), path, ...args];
    const child = spawn(process.execPath, flags, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
    running.add(child);
    const lines: unknown[] = [];
    let stderr = '';
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    const output = createInterface(child.stdout);
    output.on('line', (line) => lines.push(JSON.parse(line)));
    const ended = new Promise<Ended>((resolve) => {
      child.once('close', (code) => {
        running.delete(child);
        resolve({ code, lines, stderr });
      });
    });
    const line = () => new Promise((resolve) => output.once('line', (text) => resolve(JSON.parse(text))));
    return { process: child, line, ended };
  };
}
