/** The arguments of the program → the options that they request, and what else they ask for. */

import { parseArgs } from 'node:util';
import { meantBy } from '../checks/spelling.js';
import { abbreviate, show } from '../core/show.js';
import { type FlagValue, findFlag, type ProgramSettings, settingsOf } from './flag-values.js';
import { FLAGS } from './program-flags.js';
import { UsageError } from './usage-error.js';

/** A text that is printed: the help, the version, or that and the versions of all bundled packages. */
export type Shown = 'help' | 'version' | 'versions';

export interface CommandLine extends ProgramSettings {
  readonly shows: Shown | undefined;
  /** The words after `--`; undefined without `--`. */
  readonly command: readonly string[] | undefined;
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
    // A word after a flag may be a part of a token: it is not repeated.
    const which = token.index === 0 ? ` ${show(word)}` : '';
    throw new UsageError(`Unexpected argument${which}; write a command after --, as in \`echo-sts -- npm test\`.`);
  });
  const isOn = (name: string) => values.findLast(({ flag }) => flag.name === name)?.value === true;
  return {
    ...settingsOf(values),
    shows: isOn('help') ? 'help' : versionShown(isOn('version'), isOn('verbose')),
    command: end === undefined ? undefined : commandOf(args.slice(end + 1)),
  };
}

function versionShown(isAsked: boolean, isVerbose: boolean): Shown | undefined {
  if (isAsked) return isVerbose ? 'versions' : 'version';
  if (!isVerbose) return undefined;
  throw new UsageError('--verbose requires --version; for a log with more in it, use --log-level debug.');
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
  const flag = findFlag(isNegated ? name.slice(NEGATED.length) : name);
  if (flag === undefined || (isNegated && flag.takes !== undefined)) throw unknownFlag(rawName);
  const from = `--${flag.name}`;
  if (flag.takes === undefined) {
    if (value === undefined) return { flag, value: !isNegated, from };
    // The value may be a token: it is not repeated.
    throw new UsageError(`${rawName} takes no value, got one; leave it out.`);
  }
  // A word that begins like a flag is a flag, not the value of the flag before it.
  if (value !== undefined && (inlineValue === true || !value.startsWith('--'))) return { flag, value, from };
  throw new UsageError(`${rawName} requires a value, got nothing; write it as ${rawName} ${flag.takes}.`);
}

function unknownFlag(rawName: string): UsageError {
  const near = meantBy(
    rawName.replace(`--${NEGATED}`, ''),
    FLAGS.map(({ name }) => name),
  );
  const hint = near === undefined ? '' : ` Did you mean --${near}?`;
  return new UsageError(`Unknown flag ${abbreviate(rawName)}.${hint} See \`echo-sts --help\`.`);
}

function commandOf(words: readonly string[]): readonly string[] {
  if (words[0] !== undefined && words[0] !== '') return words;
  throw new UsageError('A command is required after --, as in `echo-sts -- npm test`.');
}
