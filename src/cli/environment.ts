/** The environment variables of the program: `ECHO_STS_DELAY_MS` is `--delay-ms`, and so for every flag. */

import { meantBy } from '../checks/spelling.js';
import { show } from '../core/show.js';
import { EXPLORE_FLAGS } from './explore-flags.js';
import type { Flag } from './flag.js';
import { type FlagValue, type ProgramSettings, settingsOf } from './flag-values.js';
import { FLAGS } from './program-flags.js';
import { boolean } from './text-values.js';
import { UsageError } from './usage-error.js';

export type Environment = Readonly<Record<string, string | undefined>>;

const PREFIX = 'ECHO_STS_';

/** What these mean is not what a flag of that name means: the program sets them for its command, or the library reads them. */
const RESERVED = [
  ...['ECHO_STS_URL', 'ECHO_STS_CONTROL', 'ECHO_STS_CA'],
  ...['ECHO_STS_SEED', 'ECHO_STS_WAIT_TIMEOUT_MS', 'ECHO_STS_EXPLORE'],
];

/** They do nothing else but print; or, if they stayed set, only one plan would be run ever after. */
const WITHOUT_VARIABLE = ['help', 'version', 'verbose', EXPLORE_FLAGS.path.name];

/** Variable → flag, in the order of the flags. */
export const FLAG_VARIABLES = variablesOf(FLAGS);

/** Those that only `explore` reads. */
export const EXPLORE_VARIABLES = variablesOf(Object.values(EXPLORE_FLAGS));

export interface EnvironmentSettings extends ProgramSettings {
  /** One sentence for each variable that nobody reads. */
  readonly warnings: readonly string[];
}

/** An empty variable counts as not set. Throws a `UsageError` for a value that does not fit. */
export function readEnvironment(environment: Environment, isExploring: boolean): EnvironmentSettings {
  const variables = new Map([...FLAG_VARIABLES, ...(isExploring ? EXPLORE_VARIABLES : [])]);
  const values = [...variables].flatMap(([from, flag]): FlagValue[] => {
    const text = environment[from]?.trim() ?? '';
    return text === '' ? [] : [{ flag, value: flag.takes === undefined ? switchOf(text, from) : text, from }];
  });
  const isKnown = (name: string) => variables.has(name) || RESERVED.includes(name);
  const unknown = Object.keys(environment).filter((name) => name.startsWith(PREFIX) && !isKnown(name));
  return { ...settingsOf(values), warnings: unknown.map((name) => describeUnknown(name, [...variables.keys()])) };
}

function variablesOf(flags: readonly Flag[]): ReadonlyMap<string, Flag> {
  const withVariable = flags.filter(({ name }) => !WITHOUT_VARIABLE.includes(name));
  return new Map(
    withVariable.map((flag) => [variableOf(flag), flag] as const).filter(([name]) => !RESERVED.includes(name)),
  );
}

function variableOf({ name }: Flag): string {
  return `${PREFIX}${name.toUpperCase().replaceAll('-', '_')}`;
}

function switchOf(text: string, from: string): boolean {
  const value = boolean(text);
  if (typeof value === 'boolean') return value;
  throw new UsageError(`${from}: expected true or false, got ${show(text)}.`);
}

function describeUnknown(name: string, variables: readonly string[]): string {
  if (EXPLORE_VARIABLES.has(name)) return `Ignored ${name}: only \`echo-sts explore\` reads it.`;
  const near = meantBy(name, [...variables, ...RESERVED]);
  const hint = near === undefined ? ' See `echo-sts --help`.' : ` Did you mean ${near}?`;
  return `Ignored ${name}: unknown variable.${hint}`;
}
