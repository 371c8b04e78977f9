/** Every option and its default, as the pages show it. */

import { DEFAULT_OPTIONS } from '../../src/options/defaults.js';

/** Where the default is no plain value, or not known before the fixture runs. */
const IN_WORDS = {
  reorderWindow: 'max_inflight',
  maxUnreadBytes: '67108864 or max_inflight results',
  seed: 'a random seed',
  auth: 'every connection is accepted',
  tls: 'plain HTTP',
  transcript: 'fragment <n>',
};

/** Name of the option → its default. */
export function shownDefaults(): Readonly<Record<string, string>> {
  const options = Object.entries(DEFAULT_OPTIONS).map(([name, value]) => [name, shown(value)]);
  return { ...Object.fromEntries(options), ...IN_WORDS };
}

function shown(value: unknown): string {
  return value === Number.POSITIVE_INFINITY ? 'Infinity' : JSON.stringify(value);
}
