/** Runs a command beside the server, as if it had been called directly. */

import { type ChildProcess, spawn } from 'node:child_process';
import { exitCodeOf, onSignal } from './signals.js';

/** As shells tell why a command could not be run. */
const NOT_RUN: Readonly<Record<string, number>> = { ENOENT: 127, EACCES: 126 };

/** How it has ended; `failure` says in a sentence why it could not begin. */
export interface Ended {
  readonly code: number;
  readonly failure?: string;
}

/** Resolves when the command has ended. Signals are passed on to it. */
export function runCommand(command: readonly string[], environment: NodeJS.ProcessEnv): Promise<Ended> {
  const [program = '', ...args] = command;
  // Only a shell finds `npm` on Windows, where it is a script.
  const isShellNeeded = process.platform === 'win32';
  const child = spawn(program, args, { stdio: 'inherit', env: environment, shell: isShellNeeded });
  const stopListening = onSignal((signal) => passOn(signal, child));
  return new Promise<Ended>((resolve) => {
    child.once('error', (error: NodeJS.ErrnoException) => {
      const code = NOT_RUN[error.code ?? ''] ?? 126;
      resolve({ code, failure: `\`${program}\` could not be run: ${reasonOf(error)}.` });
    });
    child.once('close', (code, signal) => resolve({ code: code ?? exitCodeOf(signal ?? 'SIGKILL') }));
  }).finally(stopListening);
}

/** Ctrl-C in a terminal goes to the command as well, by itself: a second one would be taken for impatience. */
function passOn(signal: NodeJS.Signals, child: ChildProcess): void {
  if (signal === 'SIGINT' && process.stdin.isTTY) return;
  child.kill(signal);
}

function reasonOf(error: NodeJS.ErrnoException): string {
  return error.code === 'ENOENT' ? 'there is no such command' : error.message;
}
