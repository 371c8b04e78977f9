/** The text of `--help`, from the table of flags. */

import { wrap } from '../drawing/cells.js';
import { LOG_LEVEL_VARIABLE, VARIABLES } from './deployment-variables.js';
import { EXPLORE_FLAGS } from './explore-flags.js';
import type { Flag } from './flag.js';
import { OPTION_FLAGS } from './flags.js';
import { OWN_FLAGS } from './program-flags.js';

const COLUMNS = 100;

export function helpText(): string {
  const options = Object.values(OPTION_FLAGS).flat();
  return `${[
    'echo-sts: a fake speech-to-speech service that speaks the STS fragment protocol over Socket.IO.',
    '',
    'Usage:',
    '  echo-sts [flags]                 serve until SIGINT or SIGTERM',
    '  echo-sts [flags] -- COMMAND …    serve while the command runs, with ECHO_STS_URL and ECHO_STS_CONTROL set;',
    '                                   exits with its code, or with 1 if it passes and',
    '                                   strict conduct found violations',
    '  echo-sts explore [flags] -- COMMAND …',
    '                                   run the command against plan after plan of faults, and show the',
    '                                   smallest with which it fails: see `echo-sts explore --help`',
    '',
    'Flags:',
    ...OWN_FLAGS.flatMap(rows),
    '',
    'Options of the server:',
    ...options.flatMap(rows),
    '',
    'Every flag has a variable: --delay-ms is ECHO_STS_DELAY_MS, --json is ECHO_STS_JSON=true.',
    'ECHO_STS_CONTROL is set for the command: use ECHO_STS_CONTROL_TOKEN in place of --control.',
    'Flags win over these variables, these over the config file, and that over the variables of existing',
    'deployments, which are read without a COMMAND only:',
    ...wrap([...Object.keys(VARIABLES), LOG_LEVEL_VARIABLE].join(', '), COLUMNS - 2, 9).map((line) => `  ${line}`),
  ].join('\n')}\n`;
}

export function exploreHelpText(): string {
  return `${[
    'echo-sts explore: runs a command against plan after plan of faults, and shows the smallest with which it fails.',
    '',
    'Usage:',
    '  echo-sts explore [flags] -- COMMAND …',
    '',
    'The first run is undisturbed. A run fails if the command exits with another code than 0, takes too long, or',
    'a worker does something wrong. Exits with 0 if no run fails, and with 1 if one does. Requires the package',
    'fast-check.',
    '',
    'Flags:',
    ...Object.values(EXPLORE_FLAGS).flatMap(rows),
    '',
    'The flags of the server, such as --delay-ms, are those of `echo-sts --help`; --conduct is strict unless it is set.',
    'Every flag but --path has a variable: --runs is ECHO_STS_RUNS. ECHO_STS_EXPLORE, from the text of a failure, runs',
    'one plan again.',
  ].join('\n')}\n`;
}

function rows(flag: Flag): string[] {
  const { help, byDefault, takes } = flag;
  const remark = takes === undefined || byDefault === 'none' ? help : `${help} [${byDefault}]`;
  return [`  ${flagSyntax(flag)}`, `      ${remark}`];
}

/** A flag as it is written on a command line. */
export function flagSyntax({ name, short, takes }: Flag): string {
  const long = takes === undefined ? `--${name}` : `--${name} ${takes}`;
  return short === undefined ? long : `-${short}, ${long}`;
}
