/** Runs a command beside the server, as if it had been called directly. */

import type { ChildProcess } from 'node:child_process';
import spawn from 'cross-spawn';
import { realClock } from '../clock/clock.js';
import { atMost } from '../clock/deadline.js';
import { forwardErrors, isPiped } from './command-errors.js';
import { type CommandResult, GRACE_MS, startFailure } from './command-result.js';
import { onParentEnd } from './parent.js';
import { exitCodeOf, onSignal } from './signals.js';

export { startCaptured } from './captured-command.js';

/** How long a command that was asked to end, and has ended, waits for the reader of its standard error. */
const PATIENCE_MS = 200;

/**
 * Resolves when the command has ended, and the reader of its standard error has all of it. Signals are forwarded to it; it
 * may end with the caller of this program.
 */
export function runCommand(
  command: readonly string[],
  environment: NodeJS.ProcessEnv,
  endsWithParent: boolean,
): Promise<CommandResult> {
  const [program = '', ...args] = command;
  // On Windows `npm` is a script, which only a shell runs: this finds it, and passes the arguments as they are.
  const child = spawn(program, args, {
    stdio: ['inherit', 'inherit', isPiped() ? 'pipe' : 'inherit'],
    env: environment,
  });
  const drain = child.stderr === null ? async () => {} : forwardErrors(child.stderr, process.stderr);
  let stopWaiting = () => {};
  const asked = new Promise<void>((resolve) => {
    stopWaiting = resolve;
  });
  const stopListening = onSignal((signal) => {
    stopWaiting();
    forward(signal, child);
  });
  const stopLooking = endsWithParent ? endWithParent(child, stopWaiting) : () => {};
  return new Promise<CommandResult>((resolve) => {
    child.once('error', (error) => resolve(startFailure(program, error)));
    child.once('exit', async (code, signal) => {
      const drained = drain();
      await Promise.race([drained, asked.then(() => atMost(PATIENCE_MS, drained))]);
      resolve({ code: code ?? exitCodeOf(signal ?? 'SIGKILL') });
    });
  }).finally(() => {
    stopListening();
    stopLooking();
  });
}

/** Asks the command to end when the parent process has, and makes it end soon after; returns what stops that. */
function endWithParent(child: ChildProcess, stopWaiting: () => void): () => void {
  let stop = onParentEnd(() => {
    stopWaiting();
    child.kill('SIGTERM');
    stop = realClock.startTimer({ wake: () => child.kill('SIGKILL') }, GRACE_MS);
  });
  return () => stop();
}

/** A terminal sends Ctrl-C to the command as well: forwarded, it would count as a second one. */
function forward(signal: NodeJS.Signals, child: ChildProcess): void {
  if (signal === 'SIGINT' && process.stdin.isTTY) return;
  child.kill(signal);
}
