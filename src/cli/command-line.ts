/** The arguments of the program → the options that they request, and what else they ask for. */

import { parseArgs } from 'node:util';
import { meantBy } from '../checks/spelling.js';
import { show } from '../core/show.js';
import { FLAGS, type Flag, OPTION_FLAGS } from './flags.js';
import { addSwitches, type OptionName, type OptionRequest, toUsageError } from './option-requests.js';
import { UsageError } from './usage-error.js';

export interface CommandLine {
  readonly requests: readonly OptionRequest[];
  readonly config: string | undefined;
  readonly logLevel: string | undefined;
  readonly json: boolean | undefined;
  readonly exitWithParent: boolean | undefined;
  readonly shows: 'help' | 'version' | undefined;
  /** What stands behind `--`; undefined where there is no `--`. */
  readonly command: readonly string[] | undefined;
}

interface FlagValue {
  readonly flag: Flag;
  readonly value: string | boolean;
}

/** Negates a flag without a value. */
const NEGATED = 'no-';

/** Throws a `UsageError`. */
export function readCommandLine(args: readonly string[]): CommandLine {
  const { tokens } = parseArgs({
    args: [...args],
    options: SYNTAX,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const end = tokens.find(({ kind }) => kind === 'option-terminator')?.index;
  const beforeEnd = tokens.filter(({ index }) => index < (end ?? Number.POSITIVE_INFINITY));
  const values = beforeEnd.map((token) => {
    if (token.kind === 'option') return toFlagValue(token);
    const word = args[token.index];
    throw new UsageError(
      `${show(word)} is no flag; a command to run stands behind --, as in \`echo-sts -- npm test\`.`,
    );
  });
  const last = (name: string) => values.findLast(({ flag }) => flag.name === name)?.value;
  return {
    requests: addSwitches(requestsOf(values)),
    config: last('config') as string | undefined,
    logLevel: last('log-level') as string | undefined,
    json: last('json') as boolean | undefined,
    exitWithParent: last('exit-with-parent') as boolean | undefined,
    shows: last('help') === true ? 'help' : last('version') === true ? 'version' : undefined,
    command: end === undefined ? undefined : commandOf(args.slice(end + 1)),
  };
}

const SYNTAX = Object.fromEntries(
  FLAGS.flatMap(({ name, short, takes }) => {
    const syntax = { type: takes === undefined ? ('boolean' as const) : ('string' as const) };
    const negation = takes === undefined ? [[NEGATED + name, syntax] as const] : [];
    return [[name, { ...syntax, ...(short !== undefined && { short }) }] as const, ...negation];
  }),
);

type OptionToken = { readonly name: string; readonly rawName: string } & {
  readonly value?: string | undefined;
  readonly inlineValue?: boolean | undefined;
};

function toFlagValue({ name, rawName, value, inlineValue }: OptionToken): FlagValue {
  const isNegated = name.startsWith(NEGATED);
  const flag = FLAGS.find((each) => each.name === (isNegated ? name.slice(NEGATED.length) : name));
  if (flag === undefined || (isNegated && flag.takes !== undefined)) throw unknownFlag(rawName);
  if (flag.takes === undefined) {
    if (value === undefined) return { flag, value: !isNegated };
    throw new UsageError(`${rawName} takes no value, but ${show(value)} came; leave it out.`);
  }
  // A word that begins like a flag is a flag, not the value of the flag before it.
  if (value !== undefined && (inlineValue === true || !value.startsWith('--'))) return { flag, value };
  throw new UsageError(`${rawName} expects a value, but none came; write it as ${rawName} ${flag.takes}.`);
}

function unknownFlag(rawName: string): UsageError {
  const names = FLAGS.map(({ name }) => name);
  const meant = meantBy(rawName.replace(`--${NEGATED}`, ''), names);
  const advice = meant === undefined ? 'see `echo-sts --help`' : `did you mean --${meant}?`;
  return new UsageError(`${show(rawName)} is no flag; ${advice}${advice.endsWith('?') ? '' : '.'}`);
}

function requestsOf(values: readonly FlagValue[]): OptionRequest[] {
  const options = Object.entries(OPTION_FLAGS) as [OptionName, readonly Flag[]][];
  return options.flatMap(([option, flags]) =>
    flags.flatMap((flag) => {
      const own = values.filter((each) => each.flag === flag).map(({ value }) => parseValue(flag, value));
      const { part, takes, isFile } = flag;
      if (own.length === 0) return [];
      const value = flag.isRepeated ? own.flat() : own.at(-1);
      return [{ option, part, value, from: `--${flag.name}`, takes, isFile }];
    }),
  );
}

function parseValue(flag: Flag, value: string | boolean): unknown {
  if (typeof value === 'boolean' || flag.parse === undefined) return value;
  try {
    return flag.parse(value);
  } catch (error) {
    throw toUsageError(error, `--${flag.name}`);
  }
}

function commandOf(words: readonly string[]): readonly string[] {
  if (words[0] !== undefined && words[0] !== '') return words;
  throw new UsageError('A command is missing behind --; write it as in `echo-sts -- npm test`.');
}
