/** How long waits take at most: what the call says, else the environment, else the option, else 4000 ms. */

import { type EchoStsOptions, manualClock } from 'echo-sts';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { toSettings } from '../../src/options/settings.js';
import { watchHost } from '../support/host.js';
import { rejection } from '../support/rejection.js';
import { createScriptedFixture, type ScriptedFixture, useScriptedFixtures } from '../support/scripted-fixture.js';
import { fragment } from '../support/worker.js';

watchHost();
const { start, join, begin } = useScriptedFixtures();
const VARIABLE = 'ECHO_STS_WAIT_TIMEOUT_MS';

afterEach(() => vi.unstubAllEnvs());

/** Each wait, in vain. */
const WAITS: Readonly<Record<string, (sts: ScriptedFixture, options?: { timeoutMs: number }) => Promise<unknown>>> = {
  waitFor: (sts, options) => sts.waitFor('stream:end', options),
  waitForSession: (sts, options) => sts.waitForSession({ state: 'completed', ...options }),
  idle: (sts, options) => sts.idle(options),
  'waitFor of a scope': (sts, options) => sts.scope({ streamId: 'x' }).waitFor('stream:end', options),
  'waitFor of a view': async (sts, options) => (await sts.waitForSession()).waitFor('stream:end', options),
};

/** With a stream that does not come to rest. */
async function busy(options: EchoStsOptions = {}): Promise<ScriptedFixture> {
  const sts = await start({ clock: manualClock(), delayMs: 100, ...options });
  const worker = await begin(sts);
  worker.send('fragment:data', fragment(0));
  await sts.waitFor('fragment:ack');
  return sts;
}

describe.each(Object.entries(WAITS))('%s', (_, wait) => {
  it.each<[string, { call?: number; variable?: string; option?: number }, number]>([
    ['the call, whatever else is said', { call: 2, variable: '600000', option: 600_000 }, 2],
    ['the call, also where it is longer', { call: 3, variable: '1', option: 1 }, 3],
    ['the variable before the option', { variable: '4', option: 600_000 }, 4],
    ['the option', { option: 5 }, 5],
    ['the option where the variable is empty', { variable: '', option: 6 }, 6],
    ['the option where the variable is blank', { variable: ' ', option: 7 }, 7],
    ['the variable, with space around it', { variable: ' 8 ', option: 600_000 }, 8],
    ['the call with 0', { call: 0, variable: '600000' }, 0],
    ['the variable with 0', { variable: '0' }, 0],
  ])('goes by %s', async (__, { call, variable, option }, ms) => {
    if (variable !== undefined) vi.stubEnv(VARIABLE, variable);
    const sts = await busy(option === undefined ? {} : { waitTimeoutMs: option });
    const { code, message } = await rejection(wait(sts, ...(call === undefined ? [] : [{ timeoutMs: call }])));
    expect([code, /gave up after (\d+) ms/.exec(message)?.[1]]).toEqual(['WAIT_TIMEOUT', `${ms}`]);
  });

  it.each<[string, { call?: number; variable?: string; option?: number }]>([
    ['in the call', { call: Number.POSITIVE_INFINITY, variable: '1', option: 1 }],
    ['in the variable', { variable: 'Infinity', option: 1 }],
    ['in the option', { option: Number.POSITIVE_INFINITY }],
  ])('waits for ever with Infinity %s', async (__, { call, variable, option }) => {
    if (variable !== undefined) vi.stubEnv(VARIABLE, variable);
    const sts = await busy(option === undefined ? {} : { waitTimeoutMs: option });
    const ended: string[] = [];
    const infinite = rejection(wait(sts, ...(call === undefined ? [] : [{ timeoutMs: call }])));
    void infinite.then(({ code }) => ended.push(code));
    // A timer that took Infinity for 1 ms would be over before this one.
    await rejection(sts.waitFor('error', { timeoutMs: 20 }));
    expect(ended).toEqual([]);
    await sts.reset();
    expect((await infinite).code).toBe('RESET');
  });
});

it('a wait with Infinity resolves when what it waits for comes', async () => {
  const sts = await start({ waitTimeoutMs: Number.POSITIVE_INFINITY });
  const waits = [sts.waitFor('connect'), sts.waitForSession(), sts.idle()];
  await begin(sts);
  await Promise.all(waits);
  expect(sts.connections).toBe(1);
});

it('a fixture goes by the environment that it was made in', async () => {
  vi.stubEnv(VARIABLE, '5');
  const sts = await start();
  vi.stubEnv(VARIABLE, 'nonsense');
  expect((await rejection(sts.waitFor('connect'))).message).toMatch(/gave up after 5 ms/);
  await join(sts);
});

it('without anything that says so, 4000 ms', () => {
  vi.stubEnv(VARIABLE, undefined);
  expect(toSettings({}).waitTimeoutMs).toBe(4000);
});

it.each([
  ['soon', '"soon"'],
  ['-1', '"-1"'],
  ['1.5', '"1.5"'],
  ['2147483648', '"2147483648"'],
  ['1e3', '"1e3"'],
  ['0x10', '"0x10"'],
  ['-Infinity', '"-Infinity"'],
  ['infinity', '"infinity"'],
  ['NaN', '"NaN"'],
  ['5s', '"5s"'],
])('%s in the variable is refused by the name of the variable', (text, shown) => {
  vi.stubEnv(VARIABLE, text);
  expect(() => createScriptedFixture({ waitTimeoutMs: 5 })).toThrow(
    expect.objectContaining({
      name: 'EchoStsError',
      code: 'INVALID_OPTION',
      message: `\`${VARIABLE}\` expected an integer from 0 to 2147483647, or Infinity, got ${shown}.`,
    }),
  );
});

it('what a runner can count at most is allowed everywhere', async () => {
  vi.stubEnv(VARIABLE, `${2 ** 31 - 1}`);
  const sts = await start({ waitTimeoutMs: 2 ** 31 - 1 });
  const wait = sts.waitFor('connect');
  await join(sts);
  expect((await wait).n).toBe(1);
});
