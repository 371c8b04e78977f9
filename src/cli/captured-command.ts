/** A command whose output is kept, and that leaves no process behind. */

import { type ChildProcess, spawnSync } from 'node:child_process';
import spawn from 'cross-spawn';
import { atMost } from '../clock/deadline.js';
import { type CommandResult, GRACE_MS, startFailure } from './command-result.js';
import { outputTail } from './output-tail.js';
import { exitCodeOf } from './signals.js';

export interface CapturedResult extends CommandResult {
  /** The end of standard output and standard error together. */
  readonly output: string;
}

export interface CapturedCommand {
  /** Never rejects. */
  readonly ended: Promise<CapturedResult>;
  /** Asks the command and all that it has started to end, and makes them end soon after. Resolves when it has ended. */
  readonly stop: (signal: NodeJS.Signals) => Promise<void>;
  /** Makes them end at once. */
  readonly kill: () => void;
}

const IS_WINDOWS = process.platform === 'win32';

/** How long the output may go on once the command has ended, and all that it has started was made to end. */
const DRAIN_MS = 200;

/** Starts it with no standard input: it is run again and again. */
export function startCaptured(command: readonly string[], environment: NodeJS.ProcessEnv): CapturedCommand {
  const [program = '', ...args] = command;
  // It and what it starts are one group, which can be ended as a whole. Windows has no groups, and would open a window.
  const child = spawn(program, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: environment,
    detached: !IS_WINDOWS,
    windowsHide: true,
  });
  const tail = outputTail();
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', tail.add);
  let hasEnded = false;
  const send = (signal: NodeJS.Signals) => {
    // Its number may be that of another process by now.
    if (!hasEnded) sendToAll(child, signal);
  };
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const ended = new Promise<CapturedResult>((resolve) => {
    child.on('error', (error) => resolve({ ...startFailure(program, error), output: '' }));
    child.once('exit', async (code, signal) => {
      send('SIGKILL');
      hasEnded = true;
      await atMost(DRAIN_MS, closed);
      for (const stream of [child.stdout, child.stderr]) stream?.destroy();
      resolve({ code: code ?? exitCodeOf(signal ?? 'SIGKILL'), output: tail.text() });
    });
  });
  const stop = async (signal: NodeJS.Signals) => {
    send(signal);
    await atMost(GRACE_MS, ended);
    send('SIGKILL');
    await ended;
  };
  return { ended, stop, kill: () => send('SIGKILL') };
}

/** To the command and what it has started. */
function sendToAll({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  if (IS_WINDOWS) {
    spawnSync('taskkill', ['/pid', String(pid), '/t', '/f'], { stdio: 'ignore', windowsHide: true });
    return;
  }
  try {
    process.kill(-pid, signal);
  } catch (error) {
    // None is left; or, on macOS, none that could still get a signal.
    if (!['ESRCH', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}
