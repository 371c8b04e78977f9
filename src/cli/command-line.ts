/** The arguments of the program → what they wish for. */

import { parseArgs } from 'node:util';
import { meantBy } from '../checks/spelling.js';
import { show } from '../core/show.js';
import { FLAGS, type Flag, OPTION_FLAGS } from './flags.js';
import { UsageError } from './usage-error.js';
import { type OptionName, told, type Wish, withSwitches } from './wishes.js';

export interface CommandLine {
  readonly wishes: readonly Wish[];
  readonly config: string | undefined;
  readonly logLevel: string | undefined;
  readonly json: boolean | undefined;
  readonly wants: 'help' | 'version' | undefined;
  /** What stands behind `--`; undefined where there is no `--`. */
  readonly command: readonly string[] | undefined;
}

interface Given {
  readonly flag: Flag;
  readonly value: string | boolean;
}

/** With `no-` before their names the flags without a value say the opposite. */
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
  const own = tokens.filter(({ index }) => index < (end ?? Number.POSITIVE_INFINITY));
  const given = own.map((token) => {
    if (token.kind === 'option') return givenBy(token);
    const word = args[token.index];
    throw new UsageError(
      `${show(word)} is no flag; a command to run stands behind --, as in \`echo-sts -- npm test\`.`,
    );
  });
  const last = (name: string) => given.findLast(({ flag }) => flag.name === name)?.value;
  return {
    wishes: withSwitches(wishesOf(given)),
    config: last('config') as string | undefined,
    logLevel: last('log-level') as string | undefined,
    json: last('json') as boolean | undefined,
    wants: last('help') === true ? 'help' : last('version') === true ? 'version' : undefined,
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

function givenBy({ name, rawName, value, inlineValue }: OptionToken): Given {
  const isNegated = name.startsWith(NEGATED);
  const flag = FLAGS.find((each) => each.name === (isNegated ? name.slice(NEGATED.length) : name));
  if (flag === undefined || (isNegated && flag.takes !== undefined)) throw unknownFlag(rawName);
  if (flag.takes === undefined) {
    if (value === undefined) return { flag, value: !isNegated };
    throw new UsageError(`${rawName} takes no value, but ${show(value)} came; leave it out.`);
  }
  // What begins like a flag is one, rather than the value of the flag before it.
  if (value !== undefined && (inlineValue === true || !value.startsWith('--'))) return { flag, value };
  throw new UsageError(`${rawName} expects a value, but none came; write it as ${rawName} ${flag.takes}.`);
}

function unknownFlag(rawName: string): UsageError {
  const names = FLAGS.map(({ name }) => name);
  const meant = meantBy(rawName.replace(`--${NEGATED}`, ''), names);
  const advice = meant === undefined ? 'see `echo-sts --help`' : `did you mean --${meant}?`;
  return new UsageError(`${show(rawName)} is no flag; ${advice}${advice.endsWith('?') ? '' : '.'}`);
}

function wishesOf(given: readonly Given[]): Wish[] {
  const options = Object.entries(OPTION_FLAGS) as [OptionName, readonly Flag[]][];
  return options.flatMap(([option, flags]) =>
    flags.flatMap((flag) => {
      const values = given.filter((each) => each.flag === flag).map(({ value }) => valueFor(flag, value));
      const { part, takes } = flag;
      if (values.length === 0) return [];
      const value = flag.isRepeated ? values.flat() : values.at(-1);
      return [{ option, part, value, from: `--${flag.name}`, takes }];
    }),
  );
}

function valueFor(flag: Flag, value: string | boolean): unknown {
  if (typeof value === 'boolean' || flag.parse === undefined) return value;
  try {
    return flag.parse(value);
  } catch (error) {
    throw told(error, `--${flag.name}`);
  }
}

function commandOf(words: readonly string[]): readonly string[] {
  if (words[0] !== undefined && words[0] !== '') return words;
  throw new UsageError('A command is missing behind --; write it as in `echo-sts -- npm test`.');
}
