/** The environment variables of the program: `ECHO_STS_DELAY_MS` is `--delay-ms`, and so for every flag. */

import { meantBy } from '../checks/spelling.js';
import { show } from '../core/show.js';
import type { Flag } from './flag.js';
import { type FlagValue, type ProgramSettings, settingsOf } from './flag-values.js';
import { FLAGS } from './program-flags.js';
import { boolean } from './text-values.js';
import { UsageError } from './usage-error.js';

export type Environment = Readonly<Record<string, string | undefined>>;

const PREFIX = 'ECHO_STS_';

/** What these mean is not what a flag of that name means: the program sets them for its command, or the library reads them. */
const RESERVED = ['ECHO_STS_URL', 'ECHO_STS_CONTROL', 'ECHO_STS_CA', 'ECHO_STS_SEED', 'ECHO_STS_WAIT_TIMEOUT_MS'];

/** They do nothing else but print. */
const WITHOUT_VARIABLE = ['help', 'version', 'verbose'];

/** Variable → flag, in the order of the flags. */
export const FLAG_VARIABLES: ReadonlyMap<string, Flag> = new Map(
  FLAGS.filter(({ name }) => !WITHOUT_VARIABLE.includes(name))
    .map((flag) => [variableOf(flag), flag] as const)
    .filter(([variable]) => !RESERVED.includes(variable)),
);

export interface EnvironmentSettings extends ProgramSettings {
  /** One sentence for each variable that nobody reads. */
  readonly warnings: readonly string[];
}

/** An empty variable counts as not set. Throws a `UsageError` for a value that does not fit. */
export function readEnvironment(environment: Environment): EnvironmentSettings {
  const values = [...FLAG_VARIABLES].flatMap(([from, flag]): FlagValue[] => {
    const text = environment[from]?.trim() ?? '';
    return text === '' ? [] : [{ flag, value: flag.takes === undefined ? switchOf(text, from) : text, from }];
  });
  const unknown = Object.keys(environment).filter((name) => name.startsWith(PREFIX) && !isKnown(name));
  return { ...settingsOf(values), warnings: unknown.map(describeUnknown) };
}

function variableOf({ name }: Flag): string {
  return `${PREFIX}${name.toUpperCase().replaceAll('-', '_')}`;
}

function isKnown(name: string): boolean {
  return FLAG_VARIABLES.has(name) || RESERVED.includes(name);
}

function switchOf(text: string, from: string): boolean {
  const value = boolean(text);
  if (typeof value === 'boolean') return value;
  throw new UsageError(`${from}: expected true or false, got ${show(text)}.`);
}

function describeUnknown(name: string): string {
  const near = meantBy(name, [...FLAG_VARIABLES.keys(), ...RESERVED]);
  const hint = near === undefined ? ' See `echo-sts --help`.' : ` Did you mean ${near}?`;
  return `Ignored ${name}: unknown variable.${hint}`;
}
