/** A config file → the options that it requests: a JSON object, as `createEchoSts` takes it. */

import { isRecord } from '../checks/fields.js';
import { show, typed } from '../core/show.js';
import { checkOptions } from '../options/settings.js';
import { addSwitches, type OptionName, type OptionRequest, toUsageError } from './option-requests.js';
import { clock } from './text-values.js';
import { UsageError } from './usage-error.js';

export interface Config {
  readonly requests: readonly OptionRequest[];
  readonly logLevel: string | undefined;
  readonly json: boolean | undefined;
  readonly exitWithParent: boolean | undefined;
}

/** Options of which a flag can set one part. */
const OPTIONS_WITH_PARTS: readonly string[] = ['timeline', 'auth', 'control', 'tls'];

/** Throws a `UsageError` that names everything that is wrong in it. */
export function readConfig(text: string, from: string): Config {
  const { logLevel, json, exitWithParent, ...rest } = parseObject(text, from);
  if (logLevel !== undefined && typeof logLevel !== 'string')
    throw toWrongTypeError(from, 'logLevel', 'a text', logLevel);
  const switches = {
    json: switchOf('json', json, from),
    exitWithParent: switchOf('exitWithParent', exitWithParent, from),
  };
  const options = typeof rest['clock'] === 'string' ? { ...rest, clock: clock(rest['clock']) } : rest;
  try {
    checkOptions(options);
  } catch (error) {
    throw toUsageError(error, from);
  }
  const requests = Object.entries(options).flatMap(([option, value]) => requestsOf(option as OptionName, value, from));
  return { requests: addSwitches(requests), logLevel, ...switches };
}

function switchOf(name: string, value: unknown, from: string): boolean | undefined {
  if (value === undefined || typeof value === 'boolean') return value;
  throw toWrongTypeError(from, name, 'true or false', value);
}

function requestsOf(option: OptionName, value: unknown, from: string): OptionRequest[] {
  if (!isRecord(value)) return [{ option, value, from }];
  if (option === 'backpressure') return [{ option, part: 'levels', value, from }];
  if (!OPTIONS_WITH_PARTS.includes(option)) return [{ option, value, from }];
  return Object.entries(value).map(([part, each]) => ({ option, part, value: each, from }));
}

function parseObject(text: string, from: string): Readonly<Record<string, unknown>> {
  const value = parse(text, from);
  if (isRecord(value)) return value as Readonly<Record<string, unknown>>;
  throw new UsageError(`${from}: expected an object of options, such as {"delayMs": 40}, got ${show(value)}.`);
}

function parse(text: string, from: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UsageError(`${from}: expected JSON: ${problemOf(error)}.`);
  }
}

/** Node repeats a part of the text, which may be a token. */
function problemOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(/, (\.\.\.)?".*"(\.\.\.)? is not valid JSON$/s, '');
}

function toWrongTypeError(from: string, name: string, expected: string, value: unknown): UsageError {
  return new UsageError(`${from}: \`${name}\` expected ${expected}, got ${typed(value)}.`);
}
