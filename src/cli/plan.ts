/**
 * What the program is to do: from its arguments, its environment and its config file. Flags win over the config file, and
 * that over the environment. It starts nothing.
 */

import { show } from '../core/show.js';
import type { EchoStsOptions } from '../options/options.js';
import { readCommandLine } from './command-line.js';
import { readConfig } from './config-file.js';
import { type Environment, LOG_LEVEL_VARIABLE, readEnvironment } from './environment.js';
import { PORT_ALONE } from './flags.js';
import { LOG_LEVELS, type LogLevel } from './log.js';
import { UsageError } from './usage-error.js';
import { granted, type Wish } from './wishes.js';

export type Plan = { readonly kind: 'help' } | { readonly kind: 'version' } | ServePlan;

export interface ServePlan {
  readonly kind: 'serve';
  readonly options: EchoStsOptions;
  readonly logLevel: LogLevel;
  readonly isJson: boolean;
  /** What to run while the server is there; undefined: until a signal comes. */
  readonly command: readonly string[] | undefined;
}

/** What the program can see of the world. */
export interface Surroundings {
  readonly environment: Environment;
  readonly readFile: (path: string) => string;
  /** A token that nobody can guess. */
  readonly makeToken: () => string;
}

/** What others call the levels. */
const SYNONYMS: Readonly<Record<string, LogLevel>> = { warning: 'warn', critical: 'error' };

/** Throws a `UsageError`. */
export function planFor(args: readonly string[], { environment, readFile, makeToken }: Surroundings): Plan {
  const line = readCommandLine(args);
  if (line.wants !== undefined) return { kind: line.wants };
  const { command } = line;
  const config = line.config === undefined ? undefined : readConfig(textOf(line.config, readFile), line.config);
  const wishes = [
    ...(command === undefined ? ALONE : besideCommand(makeToken())),
    ...readEnvironment(environment),
    ...(config?.wishes ?? []),
    ...line.wishes,
  ];
  const options = granted(wishes);
  requireControl(options);
  const logLevel =
    levelOf(line.logLevel, '--log-level') ??
    levelOf(config?.logLevel, `${line.config}`) ??
    levelOf(environment[LOG_LEVEL_VARIABLE], LOG_LEVEL_VARIABLE) ??
    (command === undefined ? 'info' : 'warn');
  return { kind: 'serve', options, logLevel, isJson: line.json ?? config?.json ?? false, command };
}

const ALONE: readonly Wish[] = [{ option: 'port', value: PORT_ALONE, from: 'the default' }];

/** A free port, for several commands may run at once; and the command, but nobody else, may steer the server. */
function besideCommand(token: string): Wish[] {
  const from = 'the default';
  return [
    { option: 'port', value: 0, from },
    { option: 'control', value: true, from },
    { option: 'control', part: 'token', value: token, from },
  ];
}

function textOf(path: string, readFile: Surroundings['readFile']): string {
  try {
    return readFile(path);
  } catch (error) {
    throw new UsageError(`--config ${path} cannot be read: ${error instanceof Error ? error.message : error}.`);
  }
}

/** Time would stand still for ever. */
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
