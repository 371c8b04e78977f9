/** The options that flags, config file and environment request: checked one by one, and merged. */

import { EchoStsError } from '../checks/errors.js';
import type { EchoStsOptions } from '../options/options.js';
import { checkOptions } from '../options/settings.js';
import { UsageError } from './usage-error.js';

export type OptionName = keyof EchoStsOptions;

/** One value for an option or a part of it, and where the request comes from. */
export interface OptionRequest {
  readonly option: OptionName;
  /** The part of the option, where the option is an object. */
  readonly part?: string | undefined;
  readonly value: unknown;
  /** The flag, the environment variable or the file. */
  readonly from: string;
  /** The syntax of the value. */
  readonly takes?: string | undefined;
  /** Whether the value is the name of a file, in place of what is in there. */
  readonly isFile?: true | undefined;
}

/** Options that can be on without their parts, and off with them. A part alone switches its option on. */
const SWITCHES: readonly OptionName[] = ['backpressure', 'control'];

/** Options whose parts mean nothing without each other: they are checked when all are there. */
const INDIVISIBLE: readonly OptionName[] = ['tls'];

/** Adds the requests that switch an option on for which a source requests only parts. */
export function addSwitches(requests: readonly OptionRequest[]): OptionRequest[] {
  const isRequested = (option: OptionName) =>
    requests.some((request) => request.option === option && request.part === undefined);
  const parts = requests.filter(({ option }) => SWITCHES.includes(option) && !isRequested(option));
  return [...requests, ...parts.map(({ option, from }) => ({ option, value: true, from }))];
}

/** The options; later requests win over earlier ones. Throws a `UsageError` that names where a wrong value comes from. */
export function mergeRequests(requests: readonly OptionRequest[]): EchoStsOptions {
  const options: Record<string, unknown> = {};
  for (const request of requests) checkRequest(request);
  for (const option of new Set(requests.map((request) => request.option))) {
    const requested = requests.filter((request) => request.option === option);
    const partEntries = requested.flatMap(({ part, value }) => (part === undefined ? [] : [[part, value] as const]));
    const parts = Object.fromEntries(partEntries);
    const whole = requested.findLast(({ part }) => part === undefined)?.value;
    options[option] = COMBINE[option]?.(whole, parts) ?? whole ?? parts;
    const from = requested.map((request) => request.from).join(' and ');
    if (INDIVISIBLE.includes(option)) check({ [option]: options[option] }, from);
  }
  return options;
}

/** How an option that can be switched is made of its switch and its parts. */
const COMBINE: Readonly<Partial<Record<OptionName, (isOn: unknown, parts: Record<string, unknown>) => unknown>>> = {
  backpressure: (isOn = false, { levels }) => (isOn === true && levels !== undefined ? levels : isOn),
  control: (isOn = false, { token }) => (isOn === true && token !== undefined ? { token } : isOn),
};

/** Throws a `UsageError` that names where a wrong value comes from. */
export function checkRequest({ option, part, value, from, takes }: OptionRequest): void {
  if (INDIVISIBLE.includes(option)) return;
  const isWhole = part === undefined || part === 'levels';
  check({ [option]: isWhole ? value : { [part]: value } }, from, takes);
}

function check(options: EchoStsOptions, from: string, takes?: string): void {
  try {
    checkOptions(options);
  } catch (error) {
    throw toUsageError(error, from, takes);
  }
}

/** An error of an option, by the name of the flag, variable or file. */
export function toUsageError(error: unknown, from: string, takes?: string): unknown {
  if (!(error instanceof EchoStsError || error instanceof UsageError)) return error;
  // Plain numbers and texts need no hint.
  const hint = takes !== undefined && /[|,=]/.test(takes) ? `; write it as ${takes}` : '';
  return new UsageError(`${from}: ${error.message.replace(/\.$/, '')}${hint}.`);
}
