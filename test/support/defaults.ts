/** Every option and its default, as the pages show it. */

import { toSettings } from '../../src/options/settings.js';

/** What a session is made with besides the options. */
const NO_OPTIONS = ['rules', 'rulesOf', 'cuts', 'scopeOf'];

/** Where the default is no plain value, or not known before the fixture runs. */
const IN_WORDS = {
  backpressure: 'false',
  reorderWindow: 'max_inflight',
  seed: 'a random one',
  auth: 'everybody may',
  transcript: 'fragment <n>',
  clock: '"real"',
};

/** Name of the option → its default. */
export function shownDefaults(): Readonly<Record<string, string>> {
  const options = Object.entries(toSettings({})).filter(([name]) => !NO_OPTIONS.includes(name));
  return { ...Object.fromEntries(options.map(([name, value]) => [name, shown(value)])), ...IN_WORDS };
}

function shown(value: unknown): string {
  return value === Number.POSITIVE_INFINITY ? 'Infinity' : JSON.stringify(value);
}
