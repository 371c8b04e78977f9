/** Calls of control clients: whatever the message is, it is answered, and neither the fixture nor its process is harmed. */

import type { RemoteEchoSts } from 'echo-sts';
import { describe, expect, it } from 'vitest';
import { useControlPeers } from '../support/control-peer.js';
import { useHandles } from '../support/handles.js';
import { watchHost } from '../support/host.js';
import { rejection, unwrapped } from '../support/rejection.js';

watchHost();
const { start, join, connect } = useHandles();
const { join: joinAsPeer } = useControlPeers();

const deep = (levels: number): unknown => JSON.parse(`${'['.repeat(levels)}${']'.repeat(levels)}`);
const refusal = (message: unknown) => ({ error: { code: 'INVALID_OPTION', message } });

describe('a call', () => {
  const malformed: [what: string, message: unknown[], expected: RegExp][] = [
    ['nothing', [], /^`call` expected an object, got nothing/],
    ['null', [null], /^`call` expected an object, got null/],
    ['text', ['sessions'], /^`call` expected an object, got "sessions"/],
    ['a list', [['fixture', 'sessions']], /^`call` expected an object, got a list/],
    ['binary data', [Buffer.from('x')], /^`call` expected an object, got binary data/],
    ['no fields', [{}], /^`on` is required, but missing: expected a string\. `name` is required/],
    ['fields of another kind', [{ on: 1, name: {} }], /^`on` expected a string, got 1\. `name` expected a string/],
    [
      'a field too many',
      [{ on: 'fixture', name: 'seed', x: 1 }],
      /^Expected one of `on`, .*, got the unknown name `x`\.$/,
    ],
    ['arguments that are no list', [{ on: 'fixture', name: 'seed', args: { length: 1 } }], /^`args` expected a list/],
    ['a number that is none', [{ on: 'fixture', name: 'seed', number: 'x' }], /^`number` expected an integer ≥ 1/],
    ['a list of no numbers', [{ on: 'fixture', name: 'seed', seen: [0] }], /^`seen.0` expected an integer ≥ 1/],
    [
      'an object that is not there',
      [{ on: 'rule-7', name: 'hits' }],
      /^`on` expected an object of this client, got "rule-7", /,
    ],
    [
      'a name of all objects',
      [{ on: '__proto__', name: 'hits' }],
      /^`on` expected an object of this client, got "__proto__", /,
    ],
    [
      'a member that is not there',
      [{ on: 'fixture', name: 'sesions' }],
      /^Did you mean `sessions`\? `name` expected a member of a fixture, one of "timeline", .+ and \d+ more, got "sesions"\.$/,
    ],
    ...['constructor', '__proto__', 'toString', 'sessionSettings', '', 'verifyFor'].map(
      (name): [string, unknown[], RegExp] => [
        `the member ${name}`,
        [{ on: 'fixture', name }],
        /^`name` expected a member of a fixture/,
      ],
    ),
    ['too deep an argument', [{ on: 'fixture', name: 'expectEvent', args: [deep(500)] }], /nested deeper than 64/],
    [
      'binary arguments',
      [{ on: 'fixture', name: 'expectEvent', args: [Buffer.from('x')] }],
      /^Binary data cannot be sent/,
    ],
    [
      'a mark without meaning',
      [{ on: 'fixture', name: 'setDelay', args: [{ $: 'now' }] }],
      /single key "\$" must contain/,
    ],
    [
      'a mark of the wrong kind',
      [{ on: 'fixture', name: 'setDelay', args: [{ $: 5 }] }],
      /single key "\$" must contain/,
    ],
    ['an argument as it is not documented', [{ on: 'fixture', name: 'setDelay', args: ['x'] }], /^`delayMs` expected/],
    ['no arguments', [{ on: 'fixture', name: 'expectEvent' }], /^`expectation` expected an object, got nothing/],
  ];

  it.each(malformed)('with %s is answered with what is wrong', async (_, message, expected) => {
    const sts = await start({ control: true });
    const peer = await joinAsPeer(sts.url);
    expect(await peer.say(...message)).toEqual(refusal(expect.stringMatching(expected)));
    expect(await peer.call('fixture', 'seed')).toEqual({ value: sts.seed });
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
  });

  it('that is 100 000 levels deep is answered as well', async () => {
    const sts = await start({ control: true });
    const peer = await joinAsPeer(sts.url);
    const answered = new Promise((resolve) => peer.socket.io.engine.on('packet', ({ data }) => resolve(data)));
    const args = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    peer.socket.io.engine.write(`2/control,77["call",{"on":"fixture","name":"expect","args":${args}}]`);
    expect(await answered).toMatch(
      /^3\/control,77\[\{"error":\{"code":"INVALID_OPTION","message":"A value is nested deeper/,
    );
  });

  it('that asks for no answer does nothing, and neither does another event', async () => {
    const sts = await start({ control: true });
    const peer = await joinAsPeer(sts.url);
    peer.socket.emit('call', { on: 'fixture', name: 'setDelay', args: [5] }, 'no function');
    peer.socket.emit('cal', { on: 'fixture', name: 'reset' }, () => {});
    peer.socket.emit('call');
    expect(await peer.call('fixture', 'errorRules')).toEqual({ refs: [] });
  });

  it('that is too large closes the connection of its client alone', async () => {
    const sts = await start({ control: true });
    const [peer, other] = [await joinAsPeer(sts.url), await joinAsPeer(sts.url, { version: 1, client: 'c-2' })];
    const gone = new Promise((resolve) => peer.socket.once('disconnect', resolve));
    peer.socket.emit('call', { on: 'fixture', name: 'expectEvent', args: ['x'.repeat(17 * 1024 * 1024)] }, () => {});
    expect([await gone, await other.call('fixture', 'connections')]).toEqual(['transport close', { value: 0 }]);
  });

  it('that comes twice with the same number is carried out once', async () => {
    const sts = await start({ control: true });
    const peer = await joinAsPeer(sts.url);
    const call = { on: 'fixture', name: 'addErrorRule', args: [{ when: {}, code: 'TIMEOUT' }], number: 1 };
    const first = await peer.say(call);
    expect([first, await peer.say(call), sts.errorRules.length]).toEqual([first, first, 1]);
    await peer.say({ on: 'fixture', name: 'seed', number: 2, seen: [1] });
    expect(await peer.say(call)).toEqual(refusal(expect.stringMatching(/^`number` expected more than 2 for a/)));
    expect(sts.errorRules.length).toBe(1);
  });

  it('may use `__proto__` as any other key of a payload', async () => {
    const sts = await start({ control: true });
    const peer = await joinAsPeer(sts.url);
    const where = JSON.parse('{ "__proto__": { "polluted": true } }');
    const { ref } = await peer.call('fixture', 'expectEvent', { event: 'stream:end', where });
    expect([await peer.call(ref.id, 'hits'), Reflect.get({}, 'polluted')]).toEqual([{ value: 0 }, undefined]);
  });

  it('of an old object is refused once ten thousand others have come after it', async () => {
    const sts = await start({ control: true });
    const peer = await joinAsPeer(sts.url);
    const rule = { when: { sequenceNumber: 1 }, code: 'TIMEOUT' };
    const calls = Array.from({ length: 10_001 }, () => peer.call('fixture', 'addErrorRule', rule));
    await Promise.all(calls);
    expect(await peer.call('rule-1', 'hits')).toEqual(refusal(expect.stringContaining('newest 10000')));
    expect(await peer.call('rule-2', 'hits')).toEqual({ value: 0 });
  });
});

describe('what cannot cross', () => {
  class Fraction {
    readonly value = 1;
  }
  const attempts: [what: string, call: (sts: RemoteEchoSts) => Promise<unknown>, expected: RegExp][] = [
    [
      'a predicate of a rule',
      (sts) => sts.addErrorRule({ when: () => true, code: 'TIMEOUT' }),
      /^`addErrorRule` got a function in `when`, .+; pass conditions such as/,
    ],
    [
      'a predicate of a wait',
      (sts) => sts.waitFor('stream:end', { where: () => true }),
      /^`waitFor` got a function in `where`, .+; pass the required part/,
    ],
    [
      'a predicate of an iteration',
      (sts) => sts.entries({ where: () => true }).next(),
      /^`entries` got a function in `where`/,
    ],
    [
      'a predicate of an expectation',
      (sts) => sts.expectEvent({ event: 'stream:end', where: () => true }),
      /^`expectEvent` got a function in `where`/,
    ],
    [
      'a predicate of a scope',
      (sts) => sts.scope({ streamId: () => true }),
      /^`scope` got a function in `streamId`, .+; pass the beginning of the stream ids\.$/,
    ],
    [
      'a delay function',
      (sts) => sts.setDelay(() => 5),
      /^`setDelay` got a function as argument 1, .+; pass a number, { min, max } or { p50, p99 }\.$/,
    ],
    [
      'a promise',
      (sts) => sts.waitFor('stream:end', { where: Promise.reject(new Error('of the test')) as object }),
      /^`waitFor` got a promise in `where`, .+; `await` it and pass what it resolves with\.$/,
    ],
    [
      'an asymmetric matcher',
      (sts) => sts.expectEvent({ event: 'stream:init', where: { config: { extra: [expect.any(Number)] } } as object }),
      /^`expectEvent` got an asymmetric matcher in `where\.config\.extra\.0`, .+; pass the value itself/,
    ],
    [
      'a symbol',
      (sts) => sts.session(Symbol('x') as never),
      /^`session` got a symbol as argument 1, .+; pass plain data/,
    ],
    ['a bigint', (sts) => sts.setDelay(5n as never), /^`setDelay` got a bigint as argument 1/],
    [
      'an instance of a class',
      (sts) => sts.expectEvent({ event: 'stream:end', where: new Fraction() as object }),
      /^`expectEvent` got an instance of Fraction in `where`/,
    ],
    [
      'a date',
      (sts) => sts.expectEvent({ event: 'stream:end', where: { at: new Date(0) } as object }),
      /^`expectEvent` got an instance of Date in `where\.at`/,
    ],
    [
      'bytes',
      (sts) => sts.expectEvent({ event: 'stream:end', where: { data: new Uint8Array(3) } as object }),
      /^`expectEvent` got binary data in `where\.data`, .+; pass base64 text\.$/,
    ],
    [
      'more than a message can hold',
      (sts) => sts.expectEvent({ event: 'stream:end', where: { reason: 'x'.repeat(16 * 1024 * 1024) } }),
      /^`expectEvent` got 16777\d+ bytes of arguments, and the limit is 16777216; pass less\.$/,
    ],
    [
      'what leads back to itself',
      (sts) => sts.expectEvent({ event: 'stream:end', where: circle() }),
      /^`expectEvent` got something nested deeper than 64 in `where\.self/,
    ],
  ];

  function circle(): object {
    const circle: { self?: object } = {};
    circle.self = circle;
    return circle;
  }

  it.each(attempts)('is %s, and the call says so where it is made', async (_, call, expected) => {
    const sts = await start({ control: true });
    const error = await rejection(call(await connect(sts.controlUrl)));
    expect([error.code, error.message]).toEqual(['NOT_SERIALIZABLE', expect.stringMatching(expected)]);
    expect(error.stack?.split('\n    at ')[1]).toContain('calls.test.ts');
    expect([sts.errorRules, sts.timeline()]).toEqual([[], []]);
  });

  it('is a predicate in the fixture’s own process, seen from another', async () => {
    const sts = await start({ control: true, errorRules: [{ when: () => true, code: 'TIMEOUT' }] });
    const [rule] = await (await connect(sts.controlUrl)).errorRules;
    const { code, message } = await rejection(Promise.resolve(rule?.rule));
    expect([code, await rule?.hits]).toEqual(['NOT_SERIALIZABLE', 0]);
    expect(message).toMatch(/^`rule` contains a function in `when`, .+; read it in the process of the fixture\.$/);
  });
});

it('what JSON has no word for crosses all the same, in both directions', async () => {
  const sts = await start({ control: true });
  const [remote, worker] = [await connect(sts.controlUrl), await join(sts)];
  const odd = { $: { $: 'Infinity' }, list: [undefined, Number.NaN, Number.NEGATIVE_INFINITY, null], empty: undefined };
  const expected = await remote.expectEvent({ event: 'unknown', where: { event: 'odd', payload: { $: 'Infinity' } } });
  const absent = await remote.expectEvent({ event: 'stream:init', where: { timeout_ms: undefined } });
  worker.send('odd', { $: 'Infinity' });
  await worker.init({ timeout_ms: 2000 });
  expect([await expected.hits, await absent.hits]).toEqual([1, 0]);
  const [entry] = await remote.timeline({ event: 'unknown' });
  expect(entry?.payload).toEqual({ event: 'odd', payload: { $: 'Infinity' } });
  await remote.expectEvent({ event: 'unknown', where: { payload: odd }, named: 'odd' });
  const message = unwrapped((await rejection(remote.verify())).message);
  expect(message).toContain('list: [ undefined, NaN, -Infinity, null ], empty: undefined');
});
