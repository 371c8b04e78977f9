/** A flag: its syntax, what it sets, its purpose, and its default. */

import { entries, plainText } from './text-values.js';

export interface Flag {
  /** Without its dashes. */
  readonly name: string;
  readonly short?: string;
  /** The syntax of its value; a flag without a value is on, or off with `no-` before its name. */
  readonly takes?: string;
  readonly parse?: (text: string) => unknown;
  /** The part of the option that it sets, where that is an object. */
  readonly part?: string;
  /** Whether its value is the name of a file, and what it sets is what is in there. */
  readonly isFile?: true;
  /** Whether it may be repeated, each time with one more value. */
  readonly isRepeated?: true;
  readonly help: string;
  /** The default, in words. */
  readonly byDefault: string;
}

type Row = [name: string, takes: string, parse: (text: string) => unknown, help: string, byDefault: string];

/** A flag with a value. */
export function row(...[name, takes, parse, help, byDefault]: Row): Flag {
  return { name, takes, parse, help, byDefault };
}

/** Of an option that is a list of planned entries. */
export function planned(name: string, help: string): Flag {
  return { ...row(name, 'JSON', entries(name), help, 'none'), isRepeated: true };
}

/** Of the option `tls`. */
export function file(name: string, part: string, help: string): Flag {
  return { ...row(name, 'FILE', plainText, help, 'none'), part, isFile: true };
}

export function onOff(name: string, help: string, byDefault: string): Flag {
  return { name, help, byDefault };
}

/** A default as it is written on a command line. */
export function shown(value: unknown): string {
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  if (Array.isArray(value)) return value.join(',') || 'none';
  if (typeof value !== 'object' || value === null) return String(value);
  return Object.entries(value)
    .map(([name, part]) => `${name}=${part}`)
    .join(',');
}
