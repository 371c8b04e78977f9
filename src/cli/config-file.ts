/** A config file → what it wishes for: a JSON object of options, as `createEchoSts` takes them. */

import { isRecord } from '../checks/fields.js';
import { show } from '../core/show.js';
import { toSettings } from '../options/settings.js';
import { clock } from './text-values.js';
import { UsageError } from './usage-error.js';
import { type OptionName, told, type Wish, withSwitches } from './wishes.js';

export interface Config {
  readonly wishes: readonly Wish[];
  readonly logLevel: string | undefined;
  readonly json: boolean | undefined;
}

/** Whose parts a flag can set, one by one. */
const IN_PARTS: readonly string[] = ['timeline', 'auth', 'control'];

/** Throws a `UsageError` that names everything that is wrong in it. */
export function readConfig(text: string, from: string): Config {
  const { logLevel, json, ...written } = objectIn(text, from);
  if (logLevel !== undefined && typeof logLevel !== 'string') throw wrong(from, 'logLevel', 'a text', logLevel);
  if (json !== undefined && typeof json !== 'boolean') throw wrong(from, 'json', 'true or false', json);
  const options = typeof written['clock'] === 'string' ? { ...written, clock: clock(written['clock']) } : written;
  try {
    toSettings(options);
  } catch (error) {
    throw told(error, from);
  }
  const wishes = Object.entries(options).flatMap(([option, value]) => wishesOf(option as OptionName, value, from));
  return { wishes: withSwitches(wishes), logLevel, json };
}

function wishesOf(option: OptionName, value: unknown, from: string): Wish[] {
  if (!isRecord(value)) return [{ option, value, from }];
  if (option === 'backpressure') return [{ option, part: 'levels', value, from }];
  if (!IN_PARTS.includes(option)) return [{ option, value, from }];
  return Object.entries(value).map(([part, each]) => ({ option, part, value: each, from }));
}

function objectIn(text: string, from: string): Readonly<Record<string, unknown>> {
  const value = parsed(text, from);
  if (isRecord(value)) return value as Readonly<Record<string, unknown>>;
  throw new UsageError(`${from}: expected an object of options, such as {"delayMs": 40}, got ${show(value)}.`);
}

function parsed(text: string, from: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UsageError(`${from}: expected JSON: ${error instanceof Error ? error.message : error}.`);
  }
}

function wrong(from: string, name: string, expected: string, value: unknown): UsageError {
  return new UsageError(`${from}: \`${name}\` expected ${expected}, got ${show(value)}.`);
}
