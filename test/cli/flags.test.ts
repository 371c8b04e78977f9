/** The table of flags, held against the options. */

import { describe, expect, it } from 'vitest';
import { OPTION_FLAGS } from '../../src/cli/flags.js';
import { flagSyntax, helpText } from '../../src/cli/help.js';
import { FLAGS } from '../../src/cli/program-flags.js';
import { toSettings } from '../../src/options/settings.js';

/** What a session is made with besides the options. */
const NO_OPTIONS = ['rules', 'rulesOf', 'actions', 'scopeOf'];

describe('the flags', () => {
  it('leave no option out', () => {
    const settings = Object.keys(toSettings({})).filter((name) => !NO_OPTIONS.includes(name));
    expect(Object.keys(OPTION_FLAGS).sort()).toEqual(settings.sort());
    expect(Object.entries(OPTION_FLAGS).filter(([, flags]) => flags.length === 0)).toEqual([]);
  });

  it('are named after their options', () => {
    const kebab = (name: string) => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    const odd = Object.entries(OPTION_FLAGS).flatMap(([option, flags]) =>
      flags.filter(({ name }) => !name.startsWith(kebab(option))).map(({ name }) => name),
    );
    // One entry at a time.
    expect(odd).toEqual(['error-rule', 'cut', 'refusal', 'restart', 'signal']);
    expect(new Set(FLAGS.map(({ name }) => name)).size).toBe(FLAGS.length);
  });

  it('say the defaults as they are', () => {
    const settings: Readonly<Record<string, unknown>> = { ...toSettings({}) };
    const plain = ['delayMs', 'capacity', 'maxInflight', 'queueLimit', 'queueFullLimit', 'maxFragmentsPerMinute'];
    const others = ['autoCloseMs', 'maxConnections', 'host', 'paths', 'transports', 'pingIntervalMs', 'conduct'];
    for (const name of [...plain, ...others, 'pingTimeoutMs', 'maxMessageBytes']) {
      const [flag] = OPTION_FLAGS[name as keyof typeof OPTION_FLAGS];
      expect(`${name} ${flag?.byDefault}`).toBe(`${name} ${settings[name]}`);
    }
    expect(OPTION_FLAGS.timeline[0]?.byDefault).toBe(String(toSettings({}).timeline.limit));
  });

  it('are all in the help, on lines that fit', () => {
    const lines = helpText().split('\n');
    expect(FLAGS.filter((flag) => !lines.includes(`  ${flagSyntax(flag)}`))).toEqual([]);
    expect(lines.filter((line) => line.length > 110)).toEqual([]);
  });
});
