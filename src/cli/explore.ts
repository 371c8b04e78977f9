/** Explores as planned: runs the command against plan after plan, and shows the smallest with which it fails. */

import { writeFileSync } from 'node:fs';
import type { ExploreFailure } from '../explore/confirm.js';
import { type Exploration, exploreFrom } from '../explore/explore.js';
import { RERUN_VARIABLE, rerunOf } from '../explore/rerun.js';
import type { Wording } from '../explore/wording.js';
import type { CommandResult } from './command-result.js';
import { type CommandRuns, commandRuns } from './command-runs.js';
import { exploreSettings, type ProgramExploreSettings } from './explore-settings.js';
import { isLogged, ownLine } from './log.js';
import { onParentEnd } from './parent.js';
import type { ExplorePlan } from './plan.js';
import { configText, planAsConfig } from './plan-as-config.js';
import { NO_PROGRESS, progressLine } from './progress.js';
import { exitCodeOf, onSignal } from './signals.js';
import { UsageError } from './usage-error.js';

/** Where the program writes. */
export interface ExploreOutput {
  /** The report. */
  readonly write: (text: string) => unknown;
  /** Everything else. */
  readonly writeError: (text: string) => unknown;
  /** Whether everything else is read on a terminal. */
  readonly isTerminal: boolean;
}

/** Who explores, in the line with which a plan is run again. */
const PLACE = 'command';

const WORDING: Wording = {
  plan: (echoSts, plan) => configText(planAsConfig(echoSts, plan).config),
  pass: (seed, path) => `--explore-seed ${seed} --path ${path}`,
  connect: 'connect it to the URL in the variable `ECHO_STS_URL`, and let the command end when it has finished',
};

/**
 * Resolves with the exit code; the sentence about a command that could not be run is printed like an error. Rejects with a
 * `UsageError`, or as `exploreFrom` does.
 */
export async function explore(
  plan: ExplorePlan,
  output: ExploreOutput,
  printError: (sentence: string) => void,
): Promise<number> {
  const { logLevel, isJson, warnings } = plan;
  const settings = exploreSettings(plan);
  if (isLogged('warn', logLevel))
    for (const text of warnings)
      output.writeError(`${ownLine(`echo-sts: ${text}`, 'warning', { level: 'warn', text }, plan)}\n`);
  const isShown = output.isTerminal && !isJson && isLogged('info', logLevel);
  const progress = isShown ? progressLine(output.writeError, plansOf(settings)) : NO_PROGRESS;
  // In the file of the package that has what finds a command.
  const { startCaptured } = await import('./run-command.js');
  const runs = commandRuns(plan, progress, startCaptured);
  const stopListening = listen(runs, plan.exitsWithParent ?? true);
  try {
    const exploration = exploreFrom(PLACE, runs.run, { ...settings, onElsewhere: refuseLine }, WORDING);
    const outcome = await Promise.race([exploration, runs.stopped]);
    progress.clear();
    if ('report' in outcome) return tell(outcome, settings, plan, output);
    return give(outcome, printError);
  } catch (error) {
    progress.clear();
    throw error;
  } finally {
    stopListening();
  }
}

function give({ code, failure }: CommandResult, printError: (sentence: string) => void): number {
  if (failure !== undefined) printError(failure);
  return code;
}

/** The number of plans that are tried; undefined for one that is run again. Throws for a line that is not whole. */
function plansOf({ runs, path }: ProgramExploreSettings): number | undefined {
  const isAgain = path !== undefined || rerunOf(process.env[RERUN_VARIABLE]) !== undefined;
  return isAgain ? undefined : runs;
}

/** There is no other exploration that could be meant. */
function refuseLine(): never {
  const message = `\`${RERUN_VARIABLE}\` expected the line of an error of \`echo-sts explore\`, got one of a test; unset it.`;
  throw new UsageError(message);
}

/** The first signal, or the end of the caller, ends the command and the exploration; a further signal ends them at once. */
function listen(runs: CommandRuns, endsWithParent: boolean): () => void {
  let isStopping = false;
  const stop = (signal: NodeJS.Signals) => {
    const code = exitCodeOf(signal);
    if (isStopping) {
      runs.kill();
      process.exit(code);
    }
    isStopping = true;
    runs.stop(signal, code);
  };
  const stops = [onSignal(stop), ...(endsWithParent ? [onParentEnd(() => stop('SIGTERM'))] : [])];
  return () => {
    for (const stopOne of stops) stopOne();
  };
}

/** Says what has come of it. */
function tell(
  { report, failure }: Exploration,
  settings: ProgramExploreSettings,
  plan: ExplorePlan,
  output: ExploreOutput,
): number {
  const { text, ...facts } = report;
  const isReported = plan.isJson || failure === undefined || failure.plan === undefined;
  if (isReported && isLogged('info', plan.logLevel)) output.write(`${ownLine(text, 'report', facts, plan)}\n`);
  if (failure === undefined) return 0;
  // At every level: it is what the exit code is about.
  output.writeError(
    `${failure.plan === undefined ? coverageLine(failure, plan) : findingLine(failure, settings, plan)}\n`,
  );
  return 1;
}

function coverageLine({ text }: ExploreFailure, plan: ExplorePlan): string {
  const sentence = text.split('\n')[0] ?? '';
  return ownLine(sentence, 'coverage', { level: 'error', text: sentence }, plan);
}

function findingLine(
  { text, plan = {}, again }: ExploreFailure,
  { echoSts, out }: ProgramExploreSettings,
  { isJson }: ExplorePlan,
): string {
  const { config, leftOut } = planAsConfig(echoSts, plan);
  const written = configText(config);
  const saved = out === undefined ? undefined : save(out, `${written}\n`);
  const advice = `  ${saved ?? 'To serve this plan, write it to a file, such as plan.json:'} npx echo-sts --config ${word(out ?? 'plan.json')}`;
  const rest = leftOut.length === 0 ? [] : [`  It leaves out ${leftOut.join(', ')}: pass these again.`];
  // Without any fault, there is nothing to serve.
  const all = again === undefined ? text : [text, '', advice, ...rest].join('\n');
  return ownLine(all, 'finding', { level: 'error', text: all, config: JSON.parse(written), ...again }, { isJson });
}

/** As a shell takes it for one word. */
function word(file: string): string {
  return /^[\w./\\:-]+$/.test(file) ? file : `"${file}"`;
}

/** Returns what to say of it. */
function save(file: string, text: string): string {
  try {
    writeFileSync(file, text);
    return `${file} has this plan. To serve it:`;
  } catch (error) {
    return `${file} could not be written (${error instanceof Error ? error.message : error}). Write the plan to it to serve it:`;
  }
}
