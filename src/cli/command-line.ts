/** The arguments of the program → the options that they request, and what else they ask for. */

import { parseArgs } from 'node:util';
import { meantBy } from '../checks/spelling.js';
import { abbreviate, show } from '../core/show.js';
import { EXPLORE, EXPLORE_FLAGS } from './explore-flags.js';
import type { Flag } from './flag.js';
import { type FlagValue, type ProgramSettings, settingsOf } from './flag-values.js';
import { FLAGS } from './program-flags.js';
import { UsageError } from './usage-error.js';

/** A text that is printed: a help, the version, or that and the versions of all bundled packages. */
export type Shown = 'help' | 'exploreHelp' | 'version' | 'versions';

export interface CommandLine extends ProgramSettings {
  readonly shows: Shown | undefined;
  /** The words after `--`; undefined without `--`. */
  readonly command: readonly string[] | undefined;
  /** Whether the first word is `explore`. */
  readonly isExploring: boolean;
}

/** Negates a flag without a value. */
const NEGATED = 'no-';

/** Throws a `UsageError`. */
export function readCommandLine(args: readonly string[]): CommandLine {
  if (args[0] !== EXPLORE) return { ...readWords(args, SERVE), isExploring: false };
  const { shows, ...line } = readWords(args.slice(1), EXPLORING);
  return { ...line, shows: shows === 'help' ? 'exploreHelp' : shows, isExploring: true };
}

/** What differs between the two ways to call the program. */
interface Syntax {
  readonly flags: readonly Flag[];
  /** How a command is run. */
  readonly example: string;
  readonly help: string;
}

const SERVE: Syntax = { flags: FLAGS, example: '`echo-sts -- npm test`', help: '`echo-sts --help`' };
const EXPLORING: Syntax = {
  flags: [...Object.values(EXPLORE_FLAGS), ...FLAGS],
  example: '`echo-sts explore -- npm test`',
  help: '`echo-sts explore --help`',
};

function readWords(args: readonly string[], syntax: Syntax): Omit<CommandLine, 'isExploring'> {
  const { tokens } = parseArgs({
    args: [...args],
    options: optionsOf(syntax.flags),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const end = tokens.find(({ kind }) => kind === 'option-terminator')?.index;
  const beforeEnd = tokens.filter(({ index }) => index < (end ?? Number.POSITIVE_INFINITY));
  const values = beforeEnd.map((token) => {
    if (token.kind === 'option') return toFlagValue(token, syntax);
    throw unexpected(args[token.index] ?? '', token.index === 0, syntax);
  });
  const isOn = (name: string) => values.findLast(({ flag }) => flag.name === name)?.value === true;
  return {
    ...settingsOf(values),
    shows: isOn('help') ? 'help' : versionShown(isOn('version'), isOn('verbose')),
    command: end === undefined ? undefined : commandOf(args.slice(end + 1), syntax),
  };
}

/** A word after a flag may be a part of a token: it is not repeated. */
function unexpected(word: string, isFirst: boolean, { flags, example }: Syntax): UsageError {
  if (word === EXPLORE && flags === FLAGS)
    return new UsageError('`explore` expected to be the first word; write the flags after it.');
  if (isFirst && flags === FLAGS && meantBy(word, [EXPLORE]) !== undefined)
    return new UsageError(`Unexpected argument ${show(word)}. Did you mean \`echo-sts explore\`?`);
  const which = isFirst ? ` ${show(word)}` : '';
  return new UsageError(`Unexpected argument${which}; write a command after --, as in ${example}.`);
}

function versionShown(isAsked: boolean, isVerbose: boolean): Shown | undefined {
  if (isAsked) return isVerbose ? 'versions' : 'version';
  if (!isVerbose) return undefined;
  throw new UsageError('--verbose requires --version; for a log with more in it, use --log-level debug.');
}

/** As `parseArgs` takes them. */
function optionsOf(flags: readonly Flag[]) {
  return Object.fromEntries(
    flags.flatMap(({ name, short, takes }) => {
      const syntax = { type: takes === undefined ? ('boolean' as const) : ('string' as const) };
      const negation = takes === undefined ? [[NEGATED + name, syntax] as const] : [];
      return [[name, { ...syntax, ...(short !== undefined && { short }) }] as const, ...negation];
    }),
  );
}

type OptionToken = { readonly name: string; readonly rawName: string } & {
  readonly value?: string | undefined;
  readonly inlineValue?: boolean | undefined;
};

function toFlagValue({ name, rawName, value, inlineValue }: OptionToken, syntax: Syntax): FlagValue {
  const isNegated = name.startsWith(NEGATED);
  const own = isNegated ? name.slice(NEGATED.length) : name;
  const flag = syntax.flags.find((each) => each.name === own);
  if (flag === undefined || (isNegated && flag.takes !== undefined)) throw unknownFlag(rawName, syntax);
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

function unknownFlag(rawName: string, { flags, help }: Syntax): UsageError {
  const name = rawName.replace(`--${NEGATED}`, '');
  const isOfExplore = EXPLORING.flags.some((flag) => `--${flag.name}` === name && !flags.includes(flag));
  if (isOfExplore)
    return new UsageError(`Unknown flag ${rawName}. It is a flag of \`echo-sts explore\`; write \`explore\` first.`);
  const near = meantBy(
    name,
    flags.map((flag) => flag.name),
  );
  const hint = near === undefined ? '' : ` Did you mean --${near}?`;
  return new UsageError(`Unknown flag ${abbreviate(rawName)}.${hint} See ${help}.`);
}

function commandOf(words: readonly string[], { example }: Syntax): readonly string[] {
  if (words[0] !== undefined && words[0] !== '') return words;
  throw new UsageError(`A command is required after --, as in ${example}.`);
}
