/** The options of `createEchoSts`: what is refused, in which words, and where it listens. */

import { createEchoSts, EchoStsError, type EchoStsOptions, manualClock } from 'echo-sts';
import { VIOLATIONS } from 'echo-sts/core';
import { describe, expect, it } from 'vitest';
import { fragment } from '../support/client.js';
import { watchHost } from '../support/host.js';
import { dialSocketIo } from '../support/raw-peer.js';
import { unusedPort, useServers } from '../support/servers.js';

watchHost();
const { start, join } = useServers();

/** How `createEchoSts` refuses; with a fixture in place of an error the test fails and closes it. */
async function refusal(options: unknown): Promise<{ code: string; message: string; cause: unknown }> {
  const outcome = await createEchoSts(options as EchoStsOptions).catch((reason: unknown) => reason);
  expect(outcome).toBeInstanceOf(EchoStsError);
  const { code, message, cause } = outcome as EchoStsError;
  return { code, message, cause };
}

const NOT_INTEGER = [null, '5', true, 1.5, Number.NaN, Number.POSITIVE_INFINITY, [5], {}, 5n];
const NOT_LIST = [null, 5, 'x', {}, [], () => []];
const LIST = "a list with at least one entry, such as ['…']";

const NOT_INTEGER_BUT_INFINITY = NOT_INTEGER.filter((value) => value !== Number.POSITIVE_INFINITY);
const COUNT = 'an integer ≥ 1, or Infinity';
const VIOLATION_KINDS = `one of ${Object.keys(VIOLATIONS)
  .map((kind) => `"${kind}"`)
  .join(', ')}`;
const DELAY =
  'an integer from 0 to 600000, { min, max } with min ≤ max, { p50, p99 } with 0 < p50 ≤ p99, or a function';

/** Each option: what it expects, what it must not be, and the path that a refusal names when it is not the option. */
const BAD: [option: keyof EchoStsOptions, expected: string, values: unknown[], path?: string][] = [
  [
    'delayMs',
    DELAY,
    [...NOT_INTEGER, -1, 600_001, { min: 2, max: 1 }, { min: 1 }, { p50: 0, p99: 1 }, { p50: 2, p99: 1 }],
  ],
  ['capacity', COUNT, [...NOT_INTEGER_BUT_INFINITY, 0, -1]],
  ['backpressure', 'true, false or { low, medium, high }', [null, 5, 'yes', []]],
  ['backpressure', 'a number > 0', [{ low: 0 }, { low: '1' }, { low: null }], 'backpressure.low'],
  ['backpressure', 'low ≤ medium ≤ high', [{ low: 0.8 }, { medium: 2 }, { low: 3, medium: 2, high: 1 }]],
  ['errorRules', 'a list of rules', [null, 5, {}]],
  ['seed', 'a text or a number', [null, true, {}, []]],
  ['auth', '{ token } or a function', [null, 5, 'token', []]],
  ['auth', 'a non-empty string', [{ token: '' }, { token: 5 }], 'auth.token'],
  ['maxConnections', COUNT, [...NOT_INTEGER_BUT_INFINITY, 0, -1]],
  ['maxFragmentsPerMinute', COUNT, [...NOT_INTEGER_BUT_INFINITY, 0, -1]],
  ['host', 'a non-empty string', [null, 5, '', {}, ['127.0.0.1']]],
  ['port', 'a port number from 0 to 65535, or a list of port numbers', [null, '80', -1, 65_536, 1.5, Number.NaN, {}]],
  ['port', LIST, [[]]],
  ['port', 'an integer from 1 to 65535', [[0], ['81'], [65_536], [null]], 'port.0'],
  ['paths', LIST, NOT_LIST],
  ['paths', 'a path that begins with "/"', [['x'], ['/'], [''], ['/a b'], ['/a?b'], ['/a#b'], [5], [null]], 'paths.0'],
  ['transports', LIST, NOT_LIST],
  ['transports', 'one of "polling", "websocket"', [['x'], ['WebSocket'], [''], [5], [null]], 'transports.0'],
  ['maxInflight', 'an integer from 1 to 10', [...NOT_INTEGER, 0, 11]],
  ['queueLimit', 'an integer from 1 to 10000', [...NOT_INTEGER, 0, 10_001]],
  ['queueFullLimit', 'an integer from 0 to 2147483647', [...NOT_INTEGER, -1, 2 ** 31]],
  ['reorderWindow', 'an integer from 0 to 10000', [...NOT_INTEGER, -1, 10_001]],
  ['autoCloseMs', 'an integer from 0 to 2147483647', [...NOT_INTEGER, -1, 2 ** 31]],
  ['pingIntervalMs', 'an integer from 1 to 1073741823', [...NOT_INTEGER, 0, 2 ** 30]],
  ['pingTimeoutMs', 'an integer from 1 to 1073741823', [...NOT_INTEGER, 0, 2 ** 30]],
  ['maxMessageBytes', 'an integer from 1 to 536870912', [...NOT_INTEGER, 0, 2 ** 29 + 1]],
  ['cors', 'a boolean, an origin, or a list of origins', [null, 5, '', {}, [''], [5], [null]]],
  ['transcript', 'a text or a function', [null, 5, true, {}, ['text']]],
  ['clock', '"real", "global" or a `manualClock()`', [null, 5, 'fake', {}, { isManual: true }, manualClock]],
  ['timeline', 'an object', [null, 5, true, 'all', []]],
  ['timeline', 'an integer from 0 to 1000000', NOT_INTEGER.map((limit) => ({ limit })), 'timeline.limit'],
  ['timeline', 'an integer from 0 to 1000000', [{ limit: -1 }, { limit: 1_000_001 }], 'timeline.limit'],
  ['timeline', 'true or false', [{ audio: null }, { audio: 1 }, { audio: 'yes' }], 'timeline.audio'],
  ['conduct', 'one of "lenient", "strict"', [null, 5, true, 'Strict', '']],
  ['allow', 'a list of kinds of violations', [null, 5, 'unknown-event', {}]],
  ['allow', VIOLATION_KINDS, [['x'], [''], [5], [null]], 'allow.0'],
  ['control', 'true, false or { token }', [null, 5, 'token', []]],
  ['control', 'a non-empty string', [{ token: '' }, { token: 5 }], 'control.token'],
];
const NAMES = [...new Set(BAD.map(([option]) => option))];

describe('an option', () => {
  it.each(BAD)('%s expects %s', async (option, expected, values, path = option) => {
    for (const value of values) {
      const { code, message } = await refusal({ [option]: value });
      expect(code).toBe('INVALID_OPTION');
      expect(message.split(', got ')[0]).toBe(`\`${path}\` expected ${expected}`);
      expect(message).toMatch(/, got [^,]+(, [^,]+, [^,]+)?\.$/);
    }
  });

  it('that does not exist is refused with the names of those that do', async () => {
    const names = NAMES.map((name) => `\`${name}\``).join(', ');
    for (const name of ['volume', 'toString', '__proto__x', '']) {
      expect(await refusal({ port: 0, [name]: undefined })).toMatchObject({ code: 'INVALID_OPTION' });
      expect(await refusal({ [name]: 5 })).toMatchObject({
        message: `\`${name}\` is not known; expected one of ${names}.`,
      });
    }
  });

  it.each([
    ['delay', 'delayMs'],
    ['Port', 'port'],
    ['maxInFlght', 'maxInflight'],
    ['prot', 'port'],
  ])('and is likely a misspelt one is refused with that', async (name, meant) => {
    const { message } = await refusal({ [name]: 5 });
    expect(message).toMatch(/^`\w+` is not known; expected one of `delayMs`, .+; perhaps `\w+` is meant\.$/);
    expect(message).toContain(`; perhaps \`${meant}\` is meant.`);
  });

  it.each([
    ['TIMEUOT', '; perhaps the code "TIMEOUT" is meant'],
    ['gpu-oom', '; perhaps the code "GPU_OOM" is meant'],
    ['MY_OWN', ''],
  ])('%s as the code of a rule has to say whether it is retryable', async (code, advice) => {
    expect(await refusal({ errorRules: [{ when: {}, code }] })).toMatchObject({
      message: `\`errorRules.0.retryable\` expected true or false beside a \`code\` of your own, got nothing${advice}.`,
    });
  });

  it('is refused along with all others that are wrong', async () => {
    expect(await refusal({ delayMs: -1, maxInflight: 3, cors: 5, prot: 1 })).toMatchObject({
      message: expect.stringMatching(
        /^`delayMs` expected [^;]+, got -1; `cors` expected [^;]+, got 5; `prot` is not known; expected one of .+; perhaps `port` is meant\.$/,
      ),
    });
  });

  it('for the paths may name that of `control`, unless that is on', async () => {
    for (const path of ['/control', '/control/']) {
      expect(await refusal({ paths: ['/a', path], control: true })).toMatchObject({
        code: 'INVALID_OPTION',
        message: `\`paths\` expected no "/control/" beside the option \`control\`, which is served there, got it in the list.`,
      });
    }
    const sts = await start({ paths: ['/control'] });
    await join(sts, { path: '/control/' });
    expect(sts.connections).toBe(1);
  });

  it('may be left undefined, each of them', async () => {
    const sts = await start(Object.fromEntries(NAMES.map((name) => [name, undefined])));
    expect(sts.url).toBe(`http://127.0.0.1:${sts.port}`);
  });

  it.each([null, 5, 'x', [], [5], () => ({}), true])('has to be in an object, not in %o', async (options) => {
    const { code, message } = await refusal(options);
    expect([code, message]).toEqual([
      'INVALID_OPTION',
      expect.stringMatching(/^`options` expected an object, got .+\.$/),
    ]);
  });

  it('is refused in a few words, however large it is', async () => {
    const { message } = await refusal({ host: ['x'.repeat(1e6)], ['y'.repeat(1e6)]: 1 });
    expect(message.length).toBeLessThan(1000);
  });

  it('is looked at once: changing the object later changes nothing', async () => {
    const options = { paths: ['/a'], transports: ['websocket' as const], maxInflight: 2 };
    const sts = await start(options);
    Object.assign(options, { maxInflight: 9 });
    options.paths.push('/b');
    expect(await (await join(sts, { path: '/a' })).init({ max_inflight: 9 })).toMatchObject({ max_inflight: 2 });
    expect((await fetch(`${sts.url}/b`)).status).toBe(404);
  });
});

describe('`port`', () => {
  it('0 is any free one, another for each fixture', async () => {
    const ports = [await start(), await start({ port: 0 })].map((sts) => sts.port);
    expect(ports[0]).toBeGreaterThan(0);
    expect(ports[1]).not.toBe(ports[0]);
  });

  it('as a number is that one and no other', async () => {
    const port = await unusedPort();
    const sts = await start({ port });
    expect([sts.port, sts.url]).toEqual([port, `http://127.0.0.1:${port}`]);
    const { cause, ...facts } = await refusal({ port });
    expect(facts).toEqual({
      code: 'PORT_IN_USE',
      message: `\`port\` ${port} on 127.0.0.1 is taken; use 0 for any free port, or a list of ports to prefer.`,
    });
    expect(cause).toMatchObject({ code: 'EADDRINUSE' });
    await (await join(sts)).init();
  });

  it('as a list is the first that is free, again and again', async () => {
    const { port: taken } = await start();
    const port = await unusedPort();
    for (let round = 0; round < 3; round += 1) {
      const sts = await createEchoSts({ port: [taken, port, taken] });
      await (await join(sts)).init();
      await sts.close();
      expect(sts.port).toBe(port);
    }
  });

  it('as a list is any free one when all of them are taken', async () => {
    const taken = [(await start()).port, (await start()).port];
    const sts = await start({ port: taken });
    expect(taken).not.toContain(sts.port);
    await (await join(sts)).init();
  });
});

describe('`host`', () => {
  it.each([
    ['0.0.0.0', '127.0.0.1'],
    ['127.0.0.1', '127.0.0.1'],
    ['localhost', 'localhost'],
  ])('%s is reached at %s', async (host, reached) => {
    const sts = await start({ host });
    expect([sts.host, sts.url]).toEqual([host, `http://${reached}:${sts.port}`]);
    await (await join(sts)).init();
  });

  it.each([
    [0, 0],
    [40_000, 40_000],
    [[40_001, 40_002], 40_001],
  ])('that is none of this machine cannot be listened on: port %j', async (port, tried) => {
    const { cause, ...facts } = await refusal({ host: '203.0.113.1', port });
    const message = expect.stringContaining(`\`host\` "203.0.113.1" with \`port\` ${tried} cannot be listened on: `);
    expect(facts).toEqual({ code: 'LISTEN_FAILED', message });
    expect(cause).toMatchObject({ code: 'EADDRNOTAVAIL' });
  });
});

describe('`transcript`', () => {
  it.each([
    ['a text', 'good morning', 'good morning'],
    ['an empty text', '', ''],
    ['a function of the fragment', ({ sequenceNumber }: { sequenceNumber: number }) => `#${sequenceNumber}`, '#0'],
    ['left out', undefined, 'fragment 0'],
  ])('may be %s', async (_, transcript, text) => {
    const worker = await join(await start({ transcript } as EchoStsOptions));
    await worker.init({ config: { target_language: 'fr' } });
    worker.send('fragment:data', fragment(0));
    const result = await worker.next('fragment:processed');
    expect([result.transcript, result.translated_text]).toEqual([`[ECHO] ${text}`, `[ECHO] (fr) ${text}`]);
  });

  it.each([
    ['throws', () => JSON.parse('no'), /^`transcript` threw: .*JSON/],
    ['throws no error', thrower, /^`transcript` threw: "oops"$/],
    ['returns no text', () => 5, /^`transcript` expected to return a text, got 5$/],
    ['returns a promise', async () => 'x', /^`transcript` expected to return a text, got a promise$/],
    [
      'returns a promise that rejects',
      async () => thrower(),
      /^`transcript` expected to return a text, got a promise$/,
    ],
  ])('that %s makes the fragment fail, and says why', async (_, transcript, message) => {
    const worker = await join(await start({ transcript } as unknown as EchoStsOptions));
    await worker.init();
    worker.send('fragment:data', fragment(0));
    const { status, error } = await worker.next('fragment:processed');
    expect([status, error.code, error.retryable]).toEqual(['failed', 'MODEL_ERROR', false]);
    expect(error.message).toMatch(message);
  });

  function thrower(): never {
    throw 'oops';
  }
});

it('the ping options reach the worker', async () => {
  const { url } = await start({ pingIntervalMs: 1234, pingTimeoutMs: 567, maxMessageBytes: 8910 });
  const opened = await (await fetch(`${url}/ws/sts?EIO=4&transport=polling`)).text();
  expect(JSON.parse(opened.slice(1))).toMatchObject({ pingInterval: 1234, pingTimeout: 567, maxPayload: 8910 });
  const defaults = await (await fetch(`${(await start()).url}/ws/sts?EIO=4&transport=polling`)).text();
  expect(JSON.parse(defaults.slice(1))).toMatchObject({
    pingInterval: 25000,
    pingTimeout: 10000,
    maxPayload: 52428800,
  });
});

it('a worker that does not answer a ping in time is closed', async () => {
  const sts = await start({ pingIntervalMs: 20, pingTimeoutMs: 20 });
  const peer = await dialSocketIo(sts.port);
  const session = await sts.waitForSession({ state: 'closed' });
  peer.destroy();
  expect(session.closeReason).toBe('ping timeout');
});
