/** What flags, config file and environment wish for, checked one by one and put together to options. */

import { EchoStsError } from '../checks/errors.js';
import type { EchoStsOptions } from '../options/options.js';
import { toSettings } from '../options/settings.js';
import { UsageError } from './usage-error.js';

export type OptionName = keyof EchoStsOptions;

/** One value, where it goes, and who has said so. */
export interface Wish {
  readonly option: OptionName;
  /** The part of the option that it is, where the option has parts. */
  readonly part?: string | undefined;
  readonly value: unknown;
  /** The flag, the variable or the file. */
  readonly from: string;
  /** How it is to be written. */
  readonly takes?: string | undefined;
}

/** Options that can be on without their parts, or off with them: by themselves the parts switch them on. */
const SWITCHED: readonly OptionName[] = ['backpressure', 'control'];

/** One source's wishes, with what goes without saying: who says how something is to be wants it to be. */
export function withSwitches(wishes: readonly Wish[]): Wish[] {
  const isSaid = (option: OptionName) => wishes.some((wish) => wish.option === option && wish.part === undefined);
  const unsaid = wishes.filter(({ option }) => SWITCHED.includes(option) && !isSaid(option));
  return [...wishes, ...unsaid.map(({ option, from }) => ({ option, value: true, from }))];
}

/** Later wishes win over earlier ones. Throws a `UsageError` that names who has wished for something impossible. */
export function granted(wishes: readonly Wish[]): EchoStsOptions {
  const options: Record<string, unknown> = {};
  for (const wish of wishes) checkWish(wish);
  for (const option of new Set(wishes.map((wish) => wish.option))) {
    const own = wishes.filter((wish) => wish.option === option);
    const parts = own.flatMap(({ part, value }) => (part === undefined ? [] : [[part, value] as const]));
    const whole = own.findLast(({ part }) => part === undefined)?.value;
    options[option] = SHAPES[option]?.(whole, Object.fromEntries(parts)) ?? whole ?? Object.fromEntries(parts);
  }
  return options;
}

/** How the options that can be switched are made of their parts. */
const SHAPES: Readonly<Partial<Record<OptionName, (isOn: unknown, parts: Record<string, unknown>) => unknown>>> = {
  backpressure: (isOn = false, { levels }) => (isOn === true && levels !== undefined ? levels : isOn),
  control: (isOn = false, { token }) => (isOn === true && token !== undefined ? { token } : isOn),
};

function checkWish({ option, part, value, from, takes }: Wish): void {
  const isWhole = part === undefined || part === 'levels';
  try {
    toSettings({ [option]: isWhole ? value : { [part]: value } });
  } catch (error) {
    throw told(error, from, takes);
  }
}

/** What is wrong with an option, by the name that it was given. */
export function told(error: unknown, from: string, takes?: string): unknown {
  if (!(error instanceof EchoStsError || error instanceof UsageError)) return error;
  // Plain numbers and texts need no hint.
  const hint = takes !== undefined && /[|,=]/.test(takes) ? `; write it as ${takes}` : '';
  return new UsageError(`${from}: ${error.message.replace(/\.$/, '')}${hint}.`);
}
