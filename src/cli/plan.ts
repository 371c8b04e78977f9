/**
 * What the program is to do: from its arguments, its environment and its config file. Flags win over the config file, and
 * that over the environment. It starts nothing.
 */

import { show } from '../core/show.js';
import type { EchoStsOptions } from '../options/options.js';
import { readCommandLine } from './command-line.js';
import { readConfig } from './config-file.js';
import { type Environment, LOG_LEVEL_VARIABLE, readEnvironment } from './environment.js';
import { STANDALONE_PORT } from './flags.js';
import { LOG_LEVELS, type LogLevel } from './log.js';
import { mergeRequests, type OptionRequest } from './option-requests.js';
import { UsageError } from './usage-error.js';

export type Plan = { readonly kind: 'help' } | { readonly kind: 'version' } | ServePlan;

export interface ServePlan {
  readonly kind: 'serve';
  readonly options: EchoStsOptions;
  readonly logLevel: LogLevel;
  readonly isJson: boolean;
  /** Whether to end with whoever started the program; undefined where nothing says so. */
  readonly exitsWithParent?: boolean | undefined;
  /** What to run beside the server; undefined to serve until a signal comes. */
  readonly command: readonly string[] | undefined;
}

/** What a plan depends on besides the arguments. */
export interface PlanInputs {
  readonly environment: Environment;
  readonly readFile: (path: string) => string;
  /** A token that nobody can guess. */
  readonly makeToken: () => string;
}

/** Names of levels in other programs. */
const SYNONYMS: Readonly<Record<string, LogLevel>> = { warning: 'warn', critical: 'error' };

/** Throws a `UsageError`. */
export function planFor(args: readonly string[], { environment, readFile, makeToken }: PlanInputs): Plan {
  const line = readCommandLine(args);
  if (line.shows !== undefined) return { kind: line.shows };
  const { command } = line;
  const config =
    line.config === undefined ? undefined : readConfig(textOf(line.config, '--config', readFile), line.config);
  const requests = [
    ...(command === undefined ? STANDALONE_DEFAULTS : commandDefaults(makeToken())),
    ...readEnvironment(environment),
    ...(config?.requests ?? []),
    ...line.requests.map((request) => withFile(request, readFile)),
  ];
  const options = mergeRequests(requests);
  requireControl(options);
  const logLevel =
    levelOf(line.logLevel, '--log-level') ??
    levelOf(config?.logLevel, `${line.config}`) ??
    levelOf(environment[LOG_LEVEL_VARIABLE], LOG_LEVEL_VARIABLE) ??
    (command === undefined ? 'info' : 'warn');
  const isJson = line.json ?? config?.json ?? false;
  const exitsWithParent = line.exitWithParent ?? config?.exitWithParent;
  return { kind: 'serve', options, logLevel, isJson, exitsWithParent, command };
}

const STANDALONE_DEFAULTS: readonly OptionRequest[] = [{ option: 'port', value: STANDALONE_PORT, from: 'the default' }];

/** A free port, for several commands may run at once; and control for the command alone. */
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
    '`--clock manual` needs `--control`: nobody else can move the clock of a server in its own process.',
  );
}

function levelOf(text: string | undefined, from: string): LogLevel | undefined {
  if (text === undefined || text === '') return undefined;
  const name = text.toLowerCase();
  const level = SYNONYMS[name] ?? LOG_LEVELS.find((each) => each === name);
  if (level !== undefined) return level;
  throw new UsageError(`${from}: expected one of ${LOG_LEVELS.join(', ')}, got ${show(text)}.`);
}
