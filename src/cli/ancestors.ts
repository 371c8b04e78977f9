/** The processes between this program and its caller: none, or those of `npx` and `npm run`, which outlive the caller. */

import { readFileSync } from 'node:fs';
import { basename } from 'node:path';

/** A process and its parent, which is another one as soon as that has ended. */
export interface Descent {
  readonly pid: number;
  readonly parent: number | undefined;
}

/** The program itself, and each process between it and its caller. */
export function descents(): Descent[] {
  return [process.pid, ...between(process.pid)].map((pid) => ({ pid, parent: parentOf(pid) }));
}

/** Of other processes it is known on Linux alone; undefined too where the process is gone. */
export function parentOf(pid: number): number | undefined {
  if (pid === process.pid) return process.ppid;
  // PID (NAME) STATE PARENT …; a name may have any character in it.
  const parent = read(pid, 'stat').split(')').at(-1)?.trim().split(' ')[1];
  return parent === undefined ? undefined : Number(parent);
}

/** npm, its shell first if there is one; and again, where npm runs `npx`. */
function between(pid: number): number[] {
  const parent = parentOf(pid);
  const shell = parent !== undefined && isShell(parent) ? [parent] : [];
  const npm = shell.length === 0 ? parent : parentOf(shell[0] ?? 0);
  return npm !== undefined && isNpm(npm) ? [...shell, npm, ...between(npm)] : [];
}

function isShell(pid: number): boolean {
  const [program = '', flag] = read(pid, 'cmdline').split('\0');
  return /^(ba|da|k|z|)sh$/.test(basename(program)) && flag === '-c';
}

/** It gives itself a title such as `npm exec echo-sts`. */
function isNpm(pid: number): boolean {
  return read(pid, 'cmdline').startsWith('npm ');
}

/** Empty where there is nothing to read. */
function read(pid: number, file: 'stat' | 'cmdline'): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}
