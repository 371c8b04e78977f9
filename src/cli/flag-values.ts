/** Values of flags, wherever they were written: the options that they request, and what else they ask of the program. */

import { EXPLORE_FLAGS, type ExploreOption, type ExploreRequest } from './explore-flags.js';
import type { Flag } from './flag.js';
import { OPTION_FLAGS } from './flags.js';
import { addSwitches, type OptionName, type OptionRequest, toUsageError } from './option-requests.js';

export interface FlagValue {
  readonly flag: Flag;
  readonly value: string | boolean;
  /** Where it was written: `--delay-ms`, `ECHO_STS_DELAY_MS`. */
  readonly from: string;
}

/** What one source asks for; undefined where it says nothing. */
export interface ProgramSettings {
  readonly requests: readonly OptionRequest[];
  /** Of `explore`. */
  readonly explore: readonly ExploreRequest[];
  readonly config: string | undefined;
  readonly logLevel: string | undefined;
  readonly json: boolean | undefined;
  readonly exitWithParent: boolean | undefined;
  readonly printControl: boolean | undefined;
}

/** The last value of a flag counts, unless it may be repeated. Throws a `UsageError`. */
export function settingsOf(values: readonly FlagValue[]): ProgramSettings {
  const last = (name: string) => values.findLast(({ flag }) => flag.name === name)?.value;
  return {
    requests: addSwitches(requestsOf(values)),
    explore: exploreRequestsOf(values),
    config: last('config') as string | undefined,
    logLevel: last('log-level') as string | undefined,
    json: last('json') as boolean | undefined,
    exitWithParent: last('exit-with-parent') as boolean | undefined,
    printControl: last('print-control') as boolean | undefined,
  };
}

function requestsOf(values: readonly FlagValue[]): OptionRequest[] {
  const options = Object.entries(OPTION_FLAGS) as [OptionName, readonly Flag[]][];
  return options.flatMap(([option, flags]) =>
    flags.flatMap((flag) => {
      const own = values.filter((each) => each.flag === flag);
      const [{ from } = { from: '' }] = own;
      const parsed = own.map(parseValue);
      const { part, takes, isFile } = flag;
      if (own.length === 0) return [];
      const value = flag.isRepeated ? parsed.flat() : parsed.at(-1);
      return [{ option, part, value, from, takes, isFile }];
    }),
  );
}

function exploreRequestsOf(values: readonly FlagValue[]): ExploreRequest[] {
  const options = Object.entries(EXPLORE_FLAGS) as [ExploreOption, Flag][];
  return options.flatMap(([option, flag]) => {
    const last = values.findLast((each) => each.flag === flag);
    return last === undefined ? [] : [{ option, value: parseValue(last), from: last.from, takes: flag.takes }];
  });
}

function parseValue({ flag, value, from }: FlagValue): unknown {
  if (typeof value === 'boolean' || flag.parse === undefined) return value;
  try {
    return flag.parse(value);
  } catch (error) {
    throw toUsageError(error, from);
  }
}
