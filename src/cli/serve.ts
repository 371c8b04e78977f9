/** Serves as planned: starts a fixture, logs what happens, and stops it again. */

import { atMost } from '../clock/clock.js';
import { createEchoSts } from '../fixture/create-echo-sts.js';
import type { EchoSts } from '../handle/handle.js';
import { follow } from './follow.js';
import { isLogged, type LogStyle, ownLine } from './log.js';
import type { ServePlan } from './plan.js';
import { runCommand } from './run-command.js';
import { exitCodeOf, onSignal } from './signals.js';

/** Whoever stops a server does not want to wait for its workers. */
const LONGEST_CLOSE_MS = 900;

/** Where lines go. */
export interface Output {
  readonly write: (text: string) => unknown;
  readonly isColoured: boolean;
}

/** Why there is nothing more to do. */
interface Ending {
  readonly code: number;
  readonly reason: string;
}

/**
 * Resolves with the exit code, once all is over; `complain` is told of a command that could not be run. Rejects with an
 * `EchoStsError` when the server cannot be started.
 */
export async function serve(plan: ServePlan, output: Output, complain: (sentence: string) => void): Promise<number> {
  const { command, logLevel } = plan;
  const style = { ...plan, isColoured: output.isColoured };
  const say = (line: string) => void output.write(`${line}\n`);
  // From here on, for a signal may come before the server listens.
  const signal = command === undefined ? firstSignal() : undefined;
  try {
    const sts = await createEchoSts(plan.options);
    const closing = follow(sts, style, say);
    // Without a command nobody else tells where the server is.
    if (isLogged(command === undefined ? 'error' : 'info', logLevel)) say(greeting(sts, style));
    const { code, reason } = await (signal?.came ?? commandBeside(sts, command ?? [], complain));
    const closed = closing();
    await atMost(LONGEST_CLOSE_MS, sts.close());
    await closed();
    if (isLogged('info', logLevel)) say(ownLine(`echo-sts has stopped: ${reason}.`, 'stopped', { reason }, style));
    return code;
  } finally {
    signal?.forget();
  }
}

/** The first one ends the server in peace; a second one means at once. */
function firstSignal(): { readonly came: Promise<Ending>; readonly forget: () => void } {
  let forget = () => {};
  const came = new Promise<Ending>((resolve) => {
    let isStopping = false;
    forget = onSignal((signal) => {
      if (isStopping) process.exit(exitCodeOf(signal));
      isStopping = true;
      resolve({ code: 0, reason: signal });
    });
  });
  return { came, forget };
}

async function commandBeside(
  { url, controlUrl }: EchoSts,
  command: readonly string[],
  complain: (sentence: string) => void,
): Promise<Ending> {
  const { ECHO_STS_URL: _, ECHO_STS_CONTROL: __, ...inherited } = process.env;
  const control = controlUrl === undefined ? {} : { ECHO_STS_CONTROL: controlUrl };
  const { code, failure } = await runCommand(command, { ...inherited, ECHO_STS_URL: url, ...control });
  if (failure !== undefined) complain(failure);
  return { code, reason: `the command has ended with code ${code}` };
}

/** Where it can be reached. */
function greeting({ url, port, controlUrl }: EchoSts, style: LogStyle): string {
  const steered = controlUrl === undefined ? '' : `, and can be steered at ${controlUrl}`;
  return ownLine(`echo-sts listens at ${url}${steered}`, 'listening', { url, port, controlUrl }, style);
}
