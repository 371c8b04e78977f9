/** Runs a command for each plan of an exploration, one at a time. */

import { EchoStsError } from '../checks/errors.js';
import { atMost } from '../clock/deadline.js';
import { RERUN_VARIABLE } from '../explore/rerun.js';
import { type ExploreDetails, LastWords } from '../explore/run-plan.js';
import type { EchoSts } from '../handle/handle.js';
import type { CapturedCommand, startCaptured } from './captured-command.js';
import { commandEnvironment } from './command-environment.js';
import type { CommandResult } from './command-result.js';
import { describeOutput } from './output-tail.js';
import type { ExplorePlan } from './plan.js';
import type { ProgressLine } from './progress.js';

/** How long a fixture may take to close when exploring is stopped, milliseconds. */
const CLOSE_TIMEOUT_MS = 600;

/** What a run rejects with whose command has failed. */
class CommandFailure extends Error {
  override readonly name = 'CommandFailure';
}

export interface CommandRuns {
  /** Runs the command once. */
  readonly run: (sts: EchoSts, details: ExploreDetails) => Promise<void>;
  /** Resolves when there will be no more runs: with the code that the program exits with. */
  readonly stopped: Promise<CommandResult>;
  /** Sends the signal to the command, and starts no other. */
  readonly stop: (signal: NodeJS.Signals, code: number) => void;
  /** Makes the command end at once. */
  readonly kill: () => void;
}

/** Runs nothing yet. `start` starts the command. */
export function commandRuns(
  { command, options }: ExplorePlan,
  progress: ProgressLine,
  start: typeof startCaptured,
): CommandRuns {
  let current: CapturedCommand | undefined;
  let ending: CommandResult | undefined;
  let end = (_: CommandResult) => {};
  const stopped = new Promise<CommandResult>((resolve) => {
    end = resolve;
  });
  const counted = counting(progress);
  const run = async (sts: EchoSts, { signal }: ExploreDetails) => {
    if (ending === undefined) {
      const { [RERUN_VARIABLE]: _, ...environment } = commandEnvironment(sts, options);
      current = start(command, environment);
      const { stop, ended } = current;
      signal.addEventListener('abort', () => void stop('SIGTERM'), { once: true });
      const result = await ended;
      if (ending === undefined && result.failure === undefined) return judge(sts, signal, result);
      ending ??= result;
    }
    await atMost(CLOSE_TIMEOUT_MS, sts.close());
    end(ending);
    // No run has failed: the exploration waits, and is left.
    return new Promise<never>(() => {});
  };
  // Between two runs, there is none that would notice.
  const stopCurrent = async ({ stop }: CapturedCommand, signal: NodeJS.Signals) => {
    await stop(signal);
    await atMost(CLOSE_TIMEOUT_MS, stopped);
  };
  return {
    run: (sts, details) => counted(details, () => run(sts, details)),
    stopped,
    stop: (signal, code) => {
      ending ??= { code };
      if (current === undefined) end(ending);
      else void stopCurrent(current, signal).then(() => end({ code }));
    },
    kill: () => current?.kill(),
  };
}

/** Rejects if the run has failed. */
async function judge(sts: EchoSts, { aborted }: AbortSignal, { code, output }: { code: number; output: string }) {
  const printed = describeOutput(output);
  if (aborted) throw new LastWords(printed.replaceAll(/\n(?=.)/g, '\n  '));
  if (code !== 0) throw new CommandFailure(`The command ended with code ${code}. ${printed}`);
  try {
    await sts.verify();
  } catch (error) {
    if (!(error instanceof EchoStsError)) throw error;
    throw new EchoStsError(error.code, `${error.message}\n\n  The command ended with code 0. ${printed}`, {
      cause: error,
    });
  }
}

/** Shows how far it is. A run whose time is up is aborted before it ends; others reject where they have failed. */
function counting({ show }: ProgressLine) {
  let passed = 0;
  let since: number | undefined;
  const fail = () => {
    since ??= 0;
    show({ passed, since });
  };
  return async ({ signal }: ExploreDetails, run: () => Promise<void>): Promise<void> => {
    if (since !== undefined) since += 1;
    show({ passed, since });
    signal.addEventListener('abort', fail, { once: true });
    try {
      await run();
      passed += 1;
    } catch (error) {
      fail();
      throw error;
    } finally {
      signal.removeEventListener('abort', fail);
    }
  };
}
