/** What the program plans to explore, by its arguments and its environment. */

import { describe, expect, it } from 'vitest';
import { EXPLORE_VARIABLES, FLAG_VARIABLES } from '../../src/cli/environment.js';
import { EXPLORE_FLAGS } from '../../src/cli/explore-flags.js';
import { exploreSettings } from '../../src/cli/explore-settings.js';
import { exploreHelpText, flagSyntax } from '../../src/cli/help.js';
import type { ExplorePlan } from '../../src/cli/plan.js';
import { FLAGS } from '../../src/cli/program-flags.js';
import { UsageError } from '../../src/cli/usage-error.js';
import { complaint, plan, type Surroundings, serving, TOKEN } from '../support/plan.js';

const COMMAND = ['--', 'pytest', '-x'];

function exploring(args: readonly string[], surroundings?: Surroundings): ExplorePlan {
  const planned = plan(['explore', ...args, ...COMMAND], surroundings);
  if (planned.kind !== 'explore') throw new Error(`expected a plan to explore, got ${planned.kind}`);
  return planned;
}

const settings = (args: readonly string[], surroundings?: Surroundings) =>
  exploreSettings(exploring(args, surroundings));

function settingsComplaint(args: readonly string[], surroundings?: Surroundings): string {
  try {
    return `no complaint, but ${JSON.stringify(settings(args, surroundings))}`;
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
}

describe('explore', () => {
  it('runs the command with a free port and control with a token, and logs what there is to know', () => {
    expect(exploring([])).toEqual({
      kind: 'explore',
      options: { port: 0, control: { token: TOKEN } },
      requests: [],
      logLevel: 'info',
      isJson: false,
      exitsWithParent: undefined,
      warnings: [],
      command: ['pytest', '-x'],
    });
  });

  it('takes the flags of the server, the config file and the variables of both, in the order of the other flags', () => {
    const files = { 'base.json': '{"delayMs": 5, "capacity": 2, "logLevel": "error"}' };
    const environment = { ECHO_STS_CAPACITY: '3', ECHO_STS_RUNS: '7', ECHO_STS_RETRIES: '2' };
    const args = ['--config', 'base.json', '--seed', '9', '--runs', '8', '--json'];
    expect(exploring(args, { files, environment })).toMatchObject({
      options: { delayMs: 5, capacity: 3, seed: '9' },
      logLevel: 'error',
      isJson: true,
      warnings: ['--seed is the seed of each fixture; the plans are drawn with --explore-seed.'],
    });
    expect(settings(args, { files, environment })).toMatchObject({ runs: 8, choice: { retries: 2 } });
  });

  it('does not read the variables of existing deployments, which are the worker’s', () => {
    expect(exploring([], { environment: { ECHO_PROCESSING_DELAY_MS: '40', LOG_LEVEL: 'error' } })).toEqual(
      exploring([]),
    );
  });

  it('moves a manual clock itself, without control', () => {
    expect(exploring(['--clock', 'manual', '--no-control']).options.clock).toBeTypeOf('object');
  });

  it.each<[string[], string]>([
    [[], '`explore` requires a command after --, as in `echo-sts explore -- npm test`.'],
    [['--'], 'A command is required after --, as in `echo-sts explore -- npm test`.'],
    [['pytest'], 'Unexpected argument "pytest"; write a command after --, as in `echo-sts explore -- npm test`.'],
    [['--runz', '3', ...COMMAND], 'Unknown flag --runz. Did you mean --runs? See `echo-sts explore --help`.'],
    [['--runs', ...COMMAND], '--runs requires a value, got nothing; write it as --runs N.'],
    [
      ['--print-control', ...COMMAND],
      '`explore` starts a server for each run, and takes no --print-control; leave it out.',
    ],
  ])('%j is a usage error', (args, sentence) => {
    expect(complaint(['explore', ...args])).toBe(sentence);
  });

  it('has a help of its own, with its flags, on lines that fit', () => {
    expect(plan(['explore', '--help'])).toEqual({ kind: 'exploreHelp' });
    expect(plan(['explore', '--version'])).toEqual({ kind: 'version' });
    const lines = exploreHelpText().split('\n');
    expect(Object.values(EXPLORE_FLAGS).filter((flag) => !lines.includes(`  ${flagSyntax(flag)}`))).toEqual([]);
    expect(lines.filter((line) => line.length > 120)).toEqual([]);
  });
});

describe('the flags of explore', () => {
  it('are its options, with their defaults', () => {
    const { choice, ...others } = settings([]);
    expect(others).toMatchObject({ runs: 100, seed: undefined, path: undefined, timeoutMs: 30_000, isStrict: false });
    expect(choice).toMatchObject({ retries: 1, isHostile: false });
    expect(EXPLORE_FLAGS.runs.byDefault).toBe('100');
    expect(EXPLORE_FLAGS.timeoutMs.byDefault).toBe('30000');
    expect(EXPLORE_FLAGS.retries.byDefault).toBe('1');
  });

  it('set them', () => {
    const args = ['--runs', '50', '--explore-seed', '-7', '--path', '3:1', '--timeout-ms', '900'];
    const more = ['--faults', 'hostile', '--retries', '0', '--coverage', 'strict', '--out', 'plan.json'];
    expect(settings([...args, ...more])).toMatchObject({
      ...{ runs: 50, seed: -7, path: '3:1', timeoutMs: 900, isStrict: true, out: 'plan.json' },
      choice: { retries: 0, isHostile: true },
    });
    expect(settings(['--faults', '{"preset":"none","reset":true}']).choice.kinds).toEqual(['reset']);
  });

  it.each<[string[], RegExp]>([
    [['--runs', 'many'], /^--runs: `runs` expected an integer from 1 to 1000000, got "many"\.$/],
    [['--timeout-ms', '0'], /^--timeout-ms: `timeoutMs` expected an integer from 1 to \d+, got 0\.$/],
    [['--explore-seed', '1.5'], /^--explore-seed: `seed` expected an integer/],
    [['--retries', '11'], /^--retries: `retries` expected an integer from 0 to 10, got 11\.$/],
    [['--coverage', 'strickt'], /^--coverage: Did you mean `strict`\?/],
    [['--faults', 'hostil'], /^--faults: Did you mean `hostile`\?/],
    [['--faults', '{"TIMEOT":true}'], /^--faults: Did you mean `TIMEOUT`\?/],
    [['--faults', '{"TIMEOUT"'], /^--faults: expected a choice by kind as JSON: /],
    [['--out='], /^--out: expected the name of a file, got nothing\.$/],
    [['--out', 'test'], /^--out: expected the name of a file, got a directory\.$/],
    [['--out', 'no/such/plan.json'], /^--out no\/such\/plan\.json cannot be written: ENOENT/],
    [
      ['--faults', 'none'],
      /^--faults: `faults` expected at least one kind of fault, got none; add one by name, as in \{ /,
    ],
  ])('%j is a usage error', (args, sentence) => {
    expect(settingsComplaint(args)).toMatch(sentence);
  });

  it('have variables, but for the path, which would run one plan ever after', () => {
    const names = Object.values(EXPLORE_FLAGS).map(({ name }) => name);
    const variables = names.map((name) => `ECHO_STS_${name.toUpperCase().replaceAll('-', '_')}`);
    expect([...EXPLORE_VARIABLES.keys()]).toEqual(variables.filter((name) => name !== 'ECHO_STS_PATH'));
    expect(settingsComplaint([], { environment: { ECHO_STS_RUNS: '0' } })).toMatch(/^ECHO_STS_RUNS: `runs` expected/);
    expect(exploring([], { environment: { ECHO_STS_PATH: '3' } }).warnings).toEqual([
      'Ignored ECHO_STS_PATH: unknown variable. Did you mean ECHO_STS_PATHS?',
    ]);
  });

  it('have names that no other flag has', () => {
    const names = [...FLAGS, ...Object.values(EXPLORE_FLAGS)].map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect([...EXPLORE_VARIABLES.keys()].filter((name) => FLAG_VARIABLES.has(name))).toEqual([]);
  });
});

describe('without explore', () => {
  it.each(Object.values(EXPLORE_FLAGS).map(({ name }) => name))(
    '--%s is unknown, and says where it belongs',
    (name) => {
      expect(complaint([`--${name}`, 'x', ...COMMAND])).toBe(
        `Unknown flag --${name}. It is a flag of \`echo-sts explore\`; write \`explore\` first.`,
      );
    },
  );

  it.each<[string[], string]>([
    [['--delay-ms', '3', 'explore', ...COMMAND], '`explore` expected to be the first word; write the flags after it.'],
    [['explor', ...COMMAND], 'Unexpected argument "explor". Did you mean `echo-sts explore`?'],
  ])('%j is a usage error that says how to explore', (args, sentence) => {
    expect(complaint(args)).toBe(sentence);
  });

  it('warns of a seed that is not the one of the plans', () => {
    const warning = '--seed is the seed of each fixture; the plans are drawn with --explore-seed.';
    expect(exploring(['--seed', 'a']).warnings).toEqual([warning]);
    expect(exploring(['--seed', 'a', '--explore-seed', '5']).warnings).toEqual([]);
  });

  it('its variables are ignored with a warning, and the line of a failure is left to the command', () => {
    const environment = { ECHO_STS_RUNS: '5', ECHO_STS_EXPLORE: 'command,1,2,3,complete' };
    const { warnings, ...rest } = serving(COMMAND, { environment });
    expect(warnings).toEqual(['Ignored ECHO_STS_RUNS: only `echo-sts explore` reads it.']);
    expect(rest).toMatchObject({ kind: 'serve', command: ['pytest', '-x'] });
  });

  it('a command may be called like that', () => {
    expect(serving(['--', 'explore', '--runs', '3']).command).toEqual(['explore', '--runs', '3']);
  });
});
