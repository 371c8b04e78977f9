/** The flags of the program itself, and all flags. */

import { type Flag, onOff, row } from './flag.js';
import { OPTION_FLAGS } from './flags.js';
import { plainText } from './text-values.js';

/** The flags that set no option. */
export const OWN_FLAGS: readonly Flag[] = [
  row('config', 'FILE', plainText, 'A JSON file of options; flags and variables win over it.', 'none'),
  row('log-level', 'LEVEL', plainText, 'debug, info, warn, error or silent.', 'info; warn before a command'),
  onOff('json', 'Log in JSON, one object per line.', 'off'),
  onOff(
    'exit-with-parent',
    'Exit when the parent process or the standard input has ended; with a command, when the parent has.',
    'off; on before a command',
  ),
  onOff('print-control', 'Print the control URL with its token.', 'off'),
  { ...onOff('help', 'Print this help.', 'off'), short: 'h' },
  { ...onOff('version', 'Print the version.', 'off'), short: 'v' },
  onOff('verbose', 'With --version, print the version of each bundled package, too.', 'off'),
];

/** In the order of the tables. */
export const FLAGS: readonly Flag[] = [...Object.values(OPTION_FLAGS).flat(), ...OWN_FLAGS];
