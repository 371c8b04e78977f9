/** Serves as planned: starts a fixture, logs what happens, and stops it again. */

import { atMost } from '../clock/deadline.js';
import { type StartedEchoSts, startEchoSts } from '../fixture/create-echo-sts.js';
import type { EchoSts } from '../handle/handle.js';
import { commandEnvironment } from './command-environment.js';
import { follow } from './follow.js';
import { isLogged, type LogStyle, ownLine } from './log.js';
import { onInputEnd, onParentEnd } from './parent.js';
import type { ServePlan } from './plan.js';
import { exitCodeOf, onSignal } from './signals.js';

/** How long the server waits for its workers when it is stopped. */
const CLOSE_TIMEOUT_MS = 600;

/** Where the log is written to. */
export interface Output {
  readonly write: (text: string) => unknown;
  readonly isColoured: boolean;
}

/** The exit code, and why the server stops; `verdict` says in words what was not as it should be. */
interface Exit {
  readonly code: number;
  readonly reason: string;
  readonly verdict?: string | undefined;
}

/**
 * Resolves with the exit code, once all is over; `printError` gets the sentence about a command that could not be run. Rejects with an
 * `EchoStsError` when the server cannot be started.
 */
export async function serve(plan: ServePlan, output: Output, printError: (sentence: string) => void): Promise<number> {
  const { command, logLevel } = plan;
  const style = { ...plan, isColoured: output.isColoured };
  const log = (line: string) => void output.write(`${line}\n`);
  // First of all, for a signal may come before the server listens.
  const request = command === undefined ? stopRequest(plan.exitsWithParent ?? false) : undefined;
  try {
    for (const text of isLogged('warn', logLevel) ? plan.warnings : [])
      log(ownLine(`echo-sts: ${text}`, 'warning', { level: 'warn', text }, style));
    const started = await startEchoSts(plan.options);
    const { sts } = started;
    const stopFollowing = follow(sts, style, log);
    // Without a command, only this line says where the server is.
    if (isLogged(command === undefined ? 'error' : 'info', logLevel)) log(listeningLine(sts, style));
    if (plan.printsControl) log(controlLine(sts, style));
    const { code, reason, verdict } = await (request?.received ?? runBeside(started, plan, printError));
    const logRest = stopFollowing();
    await atMost(CLOSE_TIMEOUT_MS, sts.close());
    await logRest();
    // At every level: it is what the exit code is about.
    if (verdict !== undefined) log(ownLine(verdict, 'verdict', { level: 'error', text: verdict }, style));
    if (isLogged('info', logLevel)) log(ownLine(`echo-sts has stopped: ${reason}.`, 'stopped', { reason }, style));
    return code;
  } finally {
    request?.stopListening();
  }
}

/** The first signal, or the end of the caller, closes the server gracefully; a further signal exits at once. */
function stopRequest(stopsWithParent: boolean): {
  readonly received: Promise<Exit>;
  readonly stopListening: () => void;
} {
  let stopListening = () => {};
  const received = new Promise<Exit>((resolve) => {
    let isStopping = false;
    const stop = (reason: string) => {
      isStopping = true;
      resolve({ code: 0, reason });
    };
    const stops = [
      onSignal((signal) => {
        if (isStopping) process.exit(exitCodeOf(signal));
        stop(signal);
      }),
      ...(stopsWithParent ? [onParentEnd(stop), onInputEnd(stop)] : []),
    ];
    stopListening = () => {
      for (const stopOne of stops) stopOne();
    };
  });
  return { received, stopListening };
}

async function runBeside(
  { sts, verdictText }: StartedEchoSts,
  { command = [], options, exitsWithParent = true }: ServePlan,
  printError: (sentence: string) => void,
): Promise<Exit> {
  // What finds a command is not needed without one.
  const { runCommand } = await import('./run-command.js');
  const environment = commandEnvironment(sts, options);
  const { code, failure } = await runCommand(command, environment, exitsWithParent);
  if (failure !== undefined) printError(failure);
  const verdict = await verdictText();
  const reason = `the command has ended with code ${code}`;
  // A command that fails has the last word.
  return verdict !== undefined && code === 0
    ? { code: 1, reason: `${reason}, and not all was well`, verdict }
    : { code, reason, verdict };
}

/** The line that says where the server listens. The token of control is a secret, and is in no log. */
function listeningLine({ url, port, controlUrl }: EchoSts, style: LogStyle): string {
  const openControl = controlUrl === undefined ? undefined : withoutToken(controlUrl);
  const controlText = openControl === undefined ? '' : `, control at ${openControl}`;
  return ownLine(
    `echo-sts listens at ${url}${controlText}`,
    'listening',
    { url, port, controlUrl: openControl },
    style,
  );
}

/** What `--print-control` prints. */
function controlLine({ controlUrl }: EchoSts, style: LogStyle): string {
  const sentence =
    controlUrl === undefined ? 'echo-sts has no control: use --control.' : `echo-sts control: ${controlUrl}`;
  return ownLine(sentence, 'control', { controlUrl }, style);
}

function withoutToken(controlUrl: string): string {
  const url = new URL(controlUrl);
  url.search = '';
  url.username = '';
  url.password = '';
  return url.href;
}
