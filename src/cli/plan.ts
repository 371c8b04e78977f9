/**
 * What the program does: from its arguments, its environment and its config file. Flags win over the variables `ECHO_STS_…`, these over
 * the config file, and that over the variables of existing deployments. It starts nothing.
 */

import type { EchoStsOptions } from '../options/options.js';
import { type CommandLine, readCommandLine, type Shown } from './command-line.js';
import { type Config, readConfig } from './config-file.js';
import { readDeploymentVariables } from './deployment-variables.js';
import { type Environment, type EnvironmentSettings, readEnvironment } from './environment.js';
import type { ExploreRequest } from './explore-flags.js';
import { STANDALONE_PORT } from './flags.js';
import { type LogLevel, levelOf } from './log.js';
import { mergeRequests, type OptionRequest } from './option-requests.js';
import { UsageError } from './usage-error.js';

export type Plan = { readonly kind: Shown } | ServePlan | ExplorePlan;

/** What both ways to start servers have in common. */
interface StartPlan {
  readonly options: EchoStsOptions;
  readonly logLevel: LogLevel;
  readonly isJson: boolean;
  /** Whether to end with the parent process; undefined where nothing says so. */
  readonly exitsWithParent?: boolean | undefined;
  /** One sentence for each variable that is ignored. */
  readonly warnings: readonly string[];
}

export interface ServePlan extends StartPlan {
  readonly kind: 'serve';
  /** Whether to print the control URL with its token. */
  readonly printsControl: boolean;
  /** The command to run; undefined to serve until a signal arrives. */
  readonly command: readonly string[] | undefined;
}

export interface ExplorePlan extends StartPlan {
  readonly kind: 'explore';
  /** How to explore; later ones win over earlier ones. They are checked when exploring begins. */
  readonly requests: readonly ExploreRequest[];
  readonly command: readonly string[];
}

/** What a plan depends on besides the arguments. */
export interface PlanInputs {
  readonly environment: Environment;
  readonly readFile: (path: string) => string;
  /** A token that nobody can guess. */
  readonly makeToken: () => string;
}

/** Throws a `UsageError`. */
export function planFor(args: readonly string[], inputs: PlanInputs): Plan {
  const line = readCommandLine(args);
  if (line.shows !== undefined) return { kind: line.shows };
  const variables = readEnvironment(inputs.environment, line.isExploring);
  const startPlan = startPlanFor(line, variables, inputs);
  const { command } = line;
  if (!line.isExploring) {
    requireControl(startPlan.options);
    const printsControl = line.printControl ?? variables.printControl ?? false;
    return { ...startPlan, kind: 'serve', printsControl, command };
  }
  if (command === undefined)
    throw new UsageError('`explore` requires a command after --, as in `echo-sts explore -- npm test`.');
  if (line.printControl === true)
    throw new UsageError('`explore` starts a server for each run, and takes no --print-control; leave it out.');
  const requests = [...variables.explore, ...line.explore];
  const isMistaken =
    line.requests.some(({ option }) => option === 'seed') && !requests.some(({ option }) => option === 'seed');
  const warnings = isMistaken ? [...startPlan.warnings, SEED_OF_FIXTURES] : startPlan.warnings;
  return { ...startPlan, kind: 'explore', requests, command, warnings };
}

function startPlanFor(line: CommandLine, variables: EnvironmentSettings, inputs: PlanInputs): StartPlan {
  const { environment, readFile, makeToken } = inputs;
  const { command, isExploring } = line;
  const file =
    line.config === undefined
      ? readConfigOf(variables.config, 'ECHO_STS_CONFIG', readFile)
      : readConfigOf(line.config, '--config', readFile);
  // Before a command, variables without a prefix are those of the worker.
  const deployment = command === undefined ? readDeploymentVariables(environment) : undefined;
  const options = mergeRequests([
    ...(command === undefined ? STANDALONE_DEFAULTS : commandDefaults(makeToken())),
    ...(deployment?.requests ?? []),
    ...(file?.requests ?? []),
    ...[...variables.requests, ...line.requests].map((request) => withFile(request, readFile)),
  ]);
  return {
    options,
    logLevel:
      levelOf(line.logLevel, '--log-level') ??
      levelOf(variables.logLevel, 'ECHO_STS_LOG_LEVEL') ??
      levelOf(file?.logLevel, `${line.config ?? variables.config}`) ??
      deployment?.logLevel ??
      (command === undefined || isExploring ? 'info' : 'warn'),
    isJson: line.json ?? variables.json ?? file?.json ?? false,
    exitsWithParent: line.exitWithParent ?? variables.exitWithParent ?? file?.exitWithParent,
    warnings: [...variables.warnings, ...(deployment?.warnings ?? [])],
  };
}

function readConfigOf(path: string | undefined, from: string, readFile: PlanInputs['readFile']): Config | undefined {
  return path === undefined ? undefined : readConfig(textOf(path, from, readFile), path);
}

/** The option `seed` of `explore` has another flag here. */
const SEED_OF_FIXTURES = '--seed is the seed of each fixture; the plans are drawn with --explore-seed.';

const STANDALONE_DEFAULTS: readonly OptionRequest[] = [{ option: 'port', value: STANDALONE_PORT, from: 'the default' }];

/** A free port, because several commands may run at once; and control for the command only. */
function commandDefaults(token: string): OptionRequest[] {
  const from = 'the default';
  return [
    { option: 'port', value: 0, from },
    { option: 'control', value: true, from },
    { option: 'control', part: 'token', value: token, from },
  ];
}

/** The request with what is in the file that it names. */
function withFile(request: OptionRequest, readFile: PlanInputs['readFile']): OptionRequest {
  if (request.isFile !== true) return request;
  return { ...request, value: textOf(String(request.value), request.from, readFile) };
}

function textOf(path: string, flag: string, readFile: PlanInputs['readFile']): string {
  try {
    return readFile(path);
  } catch (error) {
    throw new UsageError(`${flag} ${path} cannot be read: ${error instanceof Error ? error.message : error}.`);
  }
}

/** Without control, a manual clock would never move. */
function requireControl({ clock, control = false }: EchoStsOptions): void {
  if (typeof clock !== 'object' || control !== false) return;
  throw new UsageError(
    '`--clock manual` requires `--control`: only a control client can move the clock of a server in another process.',
  );
}
