/** Functions and matchers that a test passes in and that answer with a promise, or throw: wherever one is called. */

import { runInNewContext } from 'node:vm';
import type { DelayPlan, EchoStsError, EchoStsOptions, Scope } from 'echo-sts';
import { matchers } from 'echo-sts/matchers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nextTurn } from '../../src/clock/clock.js';
import { fragment } from '../support/client.js';
import { rejection, thrown, unwrapped } from '../support/rejection.js';
import { type ScriptedFixture, useScriptedFixtures } from '../support/scripted-fixture.js';

const { start, join, begin } = useScriptedFixtures();

/** What nobody has waited for: vitest would report it, but not beside the test whose doing it was. */
const unhandled: unknown[] = [];
const remember = (reason: unknown) => unhandled.push(reason);
beforeAll(() => void process.on('unhandledRejection', remember));
afterAll(() => void process.off('unhandledRejection', remember));

/** Node reports a rejection when the promises that are settled have been dealt with. */
async function unhandledSoFar(): Promise<unknown[]> {
  await nextTurn();
  await nextTurn();
  return unhandled.splice(0);
}

const PROMISES: [name: string, answer: () => unknown][] = [
  ['that is going to be true', async () => true],
  ['that rejects', () => Promise.reject(new Error('of the test'))],
  // As a test runner's sandbox has them: of another realm.
  ['of another realm', () => runInNewContext('Promise.reject(new Error("of the test"))')],
];

/** Each calls a function of the test's that looks at a `fragment:data`; it has come, or it comes now. */
const JUDGED: [place: string, act: (sts: ScriptedFixture, where: never) => Promise<unknown>][] = [
  ['waitFor()', (sts, where) => sts.waitFor('fragment:data', { where })],
  ['waitFor() of several', (sts, where) => sts.waitFor('fragment:data', { where, times: 2 })],
  ['entries()', (sts, where) => sts.entries({ event: 'fragment:data', where }).next()],
  ['waitFor() of a session', async (sts, where) => (await sts.waitForSession()).waitFor('fragment:data', { where })],
  ['entries() of a session', async (sts, where) => (await sts.waitForSession()).entries({ where }).next()],
];

describe.each(PROMISES)('a promise %s', (_, answer) => {
  const FORMS: [form: string, where: unknown, name: string][] = [
    ['a `where` function', answer, 'where'],
    ['a matcher', { fragment_id: { asymmetricMatch: answer } }, 'asymmetricMatch'],
    ['a matcher deep down', { audio: { channels: { asymmetricMatch: answer } } }, 'asymmetricMatch'],
  ];
  const PLACES = FORMS.flatMap(([form, where, name]) =>
    JUDGED.map(([place, act]) => ({ form, where, name, place, act })),
  );
  const message = (name: string) => `\`${name}\` expected to return true or false, got a promise; make it synchronous.`;

  it.each(PLACES)('of $form ends $place, over what has come', async ({ act, where, name }) => {
    const sts = await start();
    const worker = await begin(sts);
    worker.send('fragment:data', fragment(0));
    expect(await rejection(act(sts, where as never))).toMatchObject({ code: 'INVALID_OPTION', message: message(name) });
    expect(await unhandledSoFar()).toEqual([]);
  });

  it.each(PLACES)('of $form ends $place, over what comes, and the worker is served', async ({ act, where, name }) => {
    const sts = await start();
    const worker = await begin(sts);
    const error = rejection(act(sts, where as never));
    await nextTurn();
    worker.send('fragment:data', fragment(0));
    expect((await worker.next('fragment:processed')).status).toBe('success');
    expect(await error).toMatchObject({ code: 'INVALID_OPTION', message: message(name) });
    expect(await unhandledSoFar()).toEqual([]);
  });

  it.each(FORMS)('of %s in expect() is told by verify(), whether or not it came before', async (_, where, name) => {
    const sts = await start();
    const worker = await begin(sts);
    const late = sts.expectEvent({ event: 'fragment:data', where: where as never });
    worker.send('fragment:data', fragment(0));
    const early = sts.expectEvent({ event: 'fragment:data', where: where as never });
    expect([early.isMet, late.isMet, early.hits, late.hits]).toEqual([false, false, 0, 0]);
    const error = await rejection(sts.verify());
    expect([error.code, unwrapped(error.message).split(message(name))]).toEqual([
      'VERIFY_FAILED',
      [expect.any(String), expect.any(String), expect.any(String)],
    ]);
    expect(await unhandledSoFar()).toEqual([]);
  });

  it('of a matcher in toHaveReceived() is refused', async () => {
    const sts = await start();
    (await begin(sts)).send('fragment:data', fragment(0));
    const part = { fragment_id: { asymmetricMatch: answer as () => boolean } };
    const error = await thrown(() => matchers.toHaveReceived(sts, 'fragment:data', part));
    expect([error.code, error.message]).toEqual(['INVALID_OPTION', message('asymmetricMatch')]);
    expect(await unhandledSoFar()).toEqual([]);
  });

  it.each<[name: string, expected: string, options: EchoStsOptions]>([
    ['delayMs', 'milliseconds ≥ 0', { delayMs: answer as DelayPlan }],
    ['transcript', 'a text', { transcript: answer as () => string }],
    ['when', 'true or false', { errorRules: [{ when: answer as () => boolean, code: 'TIMEOUT' }] }],
    ['when', 'true or false', { errorRules: [{ on: 'fragment:ack', when: answer as () => boolean, fault: 'drop' }] }],
  ])('of `%s` fails the fragment', async (name, expected, options) => {
    const worker = await begin(await start(options));
    worker.send('fragment:data', fragment(0));
    expect((await worker.next('fragment:processed')).error).toEqual({
      code: 'MODEL_ERROR',
      message: `\`${name}\` expected to return ${expected}, got a promise`,
      retryable: false,
    });
    expect(await unhandledSoFar()).toEqual([]);
  });

  it('of what says which streams are a scope’s claims nothing, which verify() and a wait in vain tell', async () => {
    const sts = await start();
    const scope = sts.scope({ streamId: answer as () => boolean });
    const worker = await begin(sts);
    worker.send('fragment:data', fragment(0));
    expect((await worker.next('fragment:processed')).status).toBe('success');
    await expectTrouble(sts, scope, '`streamId` expected to return true or false, got a promise for stream "stream-1"');
    expect(await unhandledSoFar()).toEqual([]);
  });

  it.each<[name: string, attempt: (value: never) => unknown, expected: string]>([
    ['the options', (value) => start(value), '`options` expected an object, got a promise.'],
    ['`delayMs`', (delayMs) => start({ delayMs }), '`delayMs` expected an integer from 0 to 600000, '],
    ['`auth`', (auth) => start({ auth }), '`auth` expected { token } or a function, got a promise.'],
  ])('in place of %s is refused', async (_, attempt, expected) => {
    const error = await rejection(Promise.resolve().then(() => attempt(answer() as never)));
    expect([error.code, error.message.startsWith(expected), error.message.endsWith('got a promise.')]).toEqual([
      'INVALID_OPTION',
      true,
      true,
    ]);
    expect(await unhandledSoFar()).toEqual([]);
  });

  it('in place of a `where` is refused', async () => {
    const sts = await start();
    for (const act of JUDGED.slice(0, 3)) {
      const error = await rejection(Promise.resolve().then(() => act[1](sts, answer() as never)));
      expect(error.message).toBe('`where` expected an object or a function, got a promise.');
    }
    expect(await unhandledSoFar()).toEqual([]);
  });
});

/** All that a test is told of a scope whose function has failed. */
async function expectTrouble(sts: ScriptedFixture, scope: Scope, trouble: string): Promise<void> {
  const errors: EchoStsError[] = [
    await rejection(scope.verify()),
    await rejection(scope.waitFor('stream:init', { timeoutMs: 0 })),
    await rejection(sts.verify()),
  ];
  expect(errors.map(({ code, message }) => [code, unwrapped(message).includes(trouble)])).toEqual([
    ['VERIFY_FAILED', true],
    ['WAIT_TIMEOUT', true],
    ['VERIFY_FAILED', true],
  ]);
  expect(errors[0]?.message).toMatch(/^`verify` found 1 function that failed\./);
}

describe('a function that says which streams are a scope’s', () => {
  const throwing = () => {
    throw new Error('no idea');
  };
  it.each<[string, () => unknown, string]>([
    ['throws', throwing, '`streamId` threw: no idea for stream "stream-1"'],
    ['answers "yes"', () => 'yes', '`streamId` expected to return true or false, got "yes" for stream "stream-1"'],
    [
      'answers nothing',
      () => undefined,
      '`streamId` expected to return true or false, got nothing for stream "stream-1"',
    ],
  ])('and %s is told by the scope and by the fixture', async (_, streamId, trouble) => {
    const sts = await start();
    const scope = sts.scope({ streamId: streamId as () => boolean });
    await begin(sts);
    await expectTrouble(sts, scope, trouble);
  });

  it('is told of by the first stream that it failed for, and not at all while it answers', async () => {
    const sts = await start();
    const scope = sts.scope({ streamId: (id) => (id === 'mine' ? true : JSON.parse('{')) });
    await (await join(sts)).init({ stream_id: 'mine' });
    await scope.verify();
    for (const stream_id of ['one', 'two']) await (await join(sts)).init({ stream_id });
    const { message } = await rejection(scope.verify());
    expect([message.includes('for stream "one"'), message.includes('for stream "two"')]).toEqual([true, false]);
  });
});

describe('an expectation', () => {
  it('is not met when its `where` throws nothing at all', async () => {
    const sts = await start();
    const where = () => {
      throw undefined;
    };
    const expected = sts.expectEvent({ event: 'stream:init', where, times: 0 });
    await begin(sts);
    expect(expected.isMet).toBe(false);
    expect((await rejection(sts.verify())).message).toMatch(/its `where` function threw nothing;/);
  });

  it('tells of a `where` that cannot be read', async () => {
    const sts = await start();
    const where = {
      get worker_id(): string {
        throw new TypeError('a getter of the test');
      },
    };
    sts.expectEvent({ event: 'stream:init', where });
    await begin(sts);
    expect(unwrapped((await rejection(sts.verify())).message)).toContain(
      'its `where` threw TypeError: a getter of the test when it was read; its fields must be plain values',
    );
  });
});

it('a wait that a `where` function has ended points to the test', async () => {
  const sts = await start();
  const wait = rejection(sts.waitFor('stream:init', { where: (async () => true) as unknown as () => boolean }));
  await begin(sts);
  expect((await wait).stack?.split('\n')[1]).toContain('callers-functions.test.ts');
});
