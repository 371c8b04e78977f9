/** `useEchoSts` of `echo-sts/jest`, here with vitest’s hooks in place of jest’s, which are called the same. */

import { EchoStsError, type EchoStsOptions, manualClock } from 'echo-sts';
import { useEchoSts, useSharedEchoSts } from 'echo-sts/jest';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { putFirst, runningTestResult } from '../../src/runners/jest/running-test.js';
import { fixturePerTest } from '../../src/runners/per-test.js';
import { nextStreamPrefix, scopePerTest } from '../../src/runners/shared-scope.js';
import { type SharedServer, startSharedServer } from '../../src/runners/shared-server.js';
import { connect, fragment } from '../support/client.js';
import { unusedRange } from '../support/servers.js';

const EARLY = /^`url` of `useEchoSts\(\)` can be read only while a test runs/;

describe('useEchoSts', () => {
  const sts = useEchoSts({ delayMs: 7 });
  const early = expect.objectContaining({ code: 'CLOSED', message: expect.stringMatching(EARLY) });
  expect(() => sts.url).toThrow(early);
  const urls: string[] = [];
  it.each([1, 2])('gives each test a fixture of its own, with the same members, %i', async () => {
    urls.push(sts.url);
    expect(sts.sessions).toEqual([]);
    const { setDelay } = sts;
    setDelay(3);
    expect('url' in sts && !('nothing' in sts)).toBe(true);
    const worker = await connect(sts.url);
    await worker.init();
    expect(sts).toHaveNoViolations();
    worker.close();
  });

  afterAll(() => {
    expect(new Set(urls).size).toBe(2);
    expect(sts.sessions).toHaveLength(1);
    expect(() => sts.setDelay(1)).toThrow(/after `close\(\)`/);
  });
});

describe('useEchoSts with a function', () => {
  const sts = useEchoSts(() => ({ clock: manualClock() }));

  it.each([1, 2])('makes the options anew for each test, %i', async () => {
    expect(sts.clock.now()).toBe(0);
    await sts.clock.advance(10);
  });
});

describe('useEchoSts with a function that makes no options', () => {
  const oops = () => {
    throw new Error('a fit');
  };
  it.each<[string, () => unknown, object]>([
    ['throws', oops, { message: 'a fit' }],
    ['answers with a promise', async () => ({ delayMs: 5 }), refusal('a promise; make it synchronous')],
    ['rejects', async () => oops(), refusal('a promise; make it synchronous')],
    ['answers nothing, for its braces are those of a block', () => undefined, refusal('nothing')],
  ])('and %s lets the test fail', async (_, make, expected) => {
    const { start, end } = fixturePerTest(make as () => EchoStsOptions);
    await expect(start()).rejects.toMatchObject(expected);
    expect(await end({ outcome: 'failed' })).toBeUndefined();
  });

  function refusal(got: string): object {
    return { code: 'INVALID_OPTION', message: `\`options\` expected to return an object of options, got ${got}.` };
  }
});

describe('useSharedEchoSts', () => {
  const prefixes: string[] = [];
  let server: SharedServer;
  beforeAll(async () => {
    server = await startSharedServer({});
  });
  afterAll(async () => {
    await server.stop();
    expect(new Set(prefixes).size).toBe(2);
  });
  const shared = useSharedEchoSts();

  it.each([1, 2])('gives each test a scope of its own on the server of the environment, %i', async () => {
    const { url, streamPrefix, sts } = shared;
    prefixes.push(streamPrefix);
    expect([url, await shared.server.url]).toEqual([server.url, server.url]);
    await sts.expectEvent({ event: 'stream:init' });
    const worker = await connect(url);
    await worker.init({ stream_id: `${streamPrefix}news` });
    expect((await sts.sessions).map(({ streamId }) => streamId)).toEqual([`${streamPrefix}news`]);
    worker.close();
  });
});

describe('the scope of each test', () => {
  it('has a prefix that no other has, also of another copy of the library in this thread', async () => {
    vi.resetModules();
    const other: typeof import('../../src/runners/shared-scope.js') = await import('../../src/runners/shared-scope.js');
    expect(other.nextStreamPrefix).not.toBe(nextStreamPrefix);
    const prefixes = [nextStreamPrefix, other.nextStreamPrefix].flatMap((next) => Array.from({ length: 9 }, next));
    expect(new Set(prefixes).size).toBe(18);
  });

  it('makes the test fail when something is missing, and is gone then', async () => {
    await using _server = await startSharedServer({}).then(disposing);
    const { accessor, start, end, disconnect } = scopePerTest();
    expect(() => accessor.sts).toThrow(/^`sts` of `useSharedEchoSts\(\)` can be read only while a test runs/);
    await start();
    await accessor.sts.expectEvent({ event: 'stream:end' });
    expect(await end({ outcome: 'passed' })).toMatchObject({ code: 'VERIFY_FAILED' });
    await disconnect();
  });

  it('cannot be had without a server, which is said', async () => {
    const { start, end, disconnect } = scopePerTest();
    await expect(start()).rejects.toThrow(
      /^`useSharedEchoSts\(\)` needs a server that was started with `control`, and there is none; add `echo-sts/,
    );
    expect(await end({ outcome: 'failed' })).toBeUndefined();
    await disconnect();
  });

  it('is let go of when the server could not be reached', async () => {
    vi.stubEnv('ECHO_STS_CONTROL', 'http://127.0.0.1:1/control');
    const { start, disconnect } = scopePerTest();
    await expect(start()).rejects.toThrow(EchoStsError);
    await disconnect();
    vi.unstubAllEnvs();
  });
});

function disposing(server: SharedServer): AsyncDisposable {
  return { [Symbol.asyncDispose]: server.stop };
}

describe('the fixture of each test', () => {
  it('is not handed to a second test while the first runs', async () => {
    const { start, end } = fixturePerTest({});
    await start();
    await expect(start()).rejects.toThrow(expect.objectContaining({ code: 'INVALID_OPTION' }));
    expect(await end({ outcome: 'passed' })).toBeUndefined();
    expect(await end({ outcome: 'passed' })).toBeUndefined();
  });

  it('is refused each test with the same words when the options are wrong', async () => {
    const { start, end } = fixturePerTest({ capacity: 0 });
    const refusal = expect.objectContaining({ code: 'INVALID_OPTION', message: expect.stringContaining('`capacity`') });
    await expect(start()).rejects.toThrow(refusal);
    await expect(start()).rejects.toThrow(refusal);
    expect(await end({ outcome: 'failed' })).toBeUndefined();
  });

  it('can be awaited and printed while no test runs', async () => {
    const { accessor } = fixturePerTest({});
    expect(await accessor).toBe(accessor);
    expect('url' in accessor).toBe(false);
    expect(String(Object.keys(accessor))).toBe('');
  });

  it('makes the test fail when something is missing', async () => {
    const { accessor, start, end } = fixturePerTest({});
    await start();
    accessor.expectEvent({ event: 'stream:end' });
    expect(await end({ outcome: 'unknown' })).toMatchObject({ code: 'VERIFY_FAILED' });
  });
});

describe('the fixtures of nested suites', () => {
  it('have the options of both, those of the inner suite first; a port is of one alone', async () => {
    const [file, suite] = [{}, {}];
    const outer = fixturePerTest({ delayMs: 5, maxInflight: 1, port: [7, 9].map((n) => 20_000 + n) }, () => file);
    const inner = fixturePerTest(
      () => ({ maxInflight: 2 }),
      () => suite,
    );
    await outer.start();
    await inner.start();
    for (const [{ accessor }, maxInflight] of [
      [outer, 1],
      [inner, 2],
    ] as const) {
      const worker = await connect(accessor.url);
      expect((await worker.init()).max_inflight).toBe(maxInflight);
      worker.send('fragment:data', fragment(0));
      expect((await worker.next('fragment:processed')).processing_time_ms).toBeGreaterThanOrEqual(5);
      worker.close();
    }
    for (const { end } of [inner, outer]) expect(await end({ outcome: 'passed' })).toBeUndefined();
  });

  it('have a port each of the range that the outer suite asks for', async () => {
    const range = await unusedRange(2);
    const [outer, inner] = [fixturePerTest({ port: range }, () => 'file'), fixturePerTest({}, () => 'suite')];
    await outer.start();
    await inner.start();
    const ports = [outer, inner].map(({ accessor }) => accessor.port);
    for (const { end } of [inner, outer]) await end({ outcome: 'skipped' });
    expect(ports.sort()).toEqual([range.from, range.to]);
  });

  it('have nothing of each other when they are for the same suite, or for another test', async () => {
    const suite = {};
    const [one, other] = [fixturePerTest({ maxInflight: 1 }, () => suite), fixturePerTest({}, () => suite)];
    const later = fixturePerTest({}, () => ({}));
    await one.start();
    await other.start();
    expect(await maxInflightOf(other.accessor.url)).toBe(3);
    for (const { end } of [one, other]) await end({ outcome: 'skipped' });
    await later.start();
    expect(await maxInflightOf(later.accessor.url)).toBe(3);
    await later.end({ outcome: 'skipped' });
  });

  async function maxInflightOf(url: string): Promise<unknown> {
    const worker = await connect(url);
    const { max_inflight } = await worker.init();
    worker.close();
    return max_inflight;
  }
});

describe('the conduct of a fixture of each test', () => {
  it.each<[EchoStsOptions, string | undefined]>([
    [{}, 'VERIFY_FAILED'],
    [{ conduct: 'lenient' }, undefined],
  ])('with the options %o', async (options, code) => {
    const { accessor, start, end } = fixturePerTest(options);
    await start();
    const worker = await connect(accessor.url);
    worker.send('strem:end', {});
    expect(((await end({ outcome: 'passed' })) as EchoStsError | undefined)?.code).toBe(code);
    worker.close();
  });

  it('is not judged by what comes when the body has ended', async () => {
    const { accessor, start, bodyEnded, end } = fixturePerTest({});
    await start();
    const worker = await connect(accessor.url);
    await bodyEnded(false);
    worker.send('strem:end', {});
    await accessor.waitFor('violation');
    expect(await end({ outcome: 'passed' })).toBeUndefined();
    await bodyEnded(false);
    worker.close();
  });
});

describe('the order of hooks in jest-circus', () => {
  it('is changed so that one comes first in its block and in all within it', async () => {
    const [own, users] = [async () => {}, async () => {}];
    const hook = (fn: () => Promise<void>) => ({ type: 'afterEach', fn });
    const inner = { type: 'describeBlock', hooks: [hook(users)], children: [] };
    const block = { type: 'describeBlock', hooks: [hook(users), hook(own)], children: [{ type: 'test' }, inner] };
    putFirst(block, own);
    expect([block, inner].map(({ hooks }) => hooks[0]?.fn)).toEqual([own, own]);
    expect(inner.hooks).toHaveLength(2);
    putFirst(undefined, own);
    putFirst(inner, async () => {});
    expect(inner.hooks).toHaveLength(2);
  });
});

describe('how the running test stands', () => {
  /** As jest-circus keeps it. */
  function keep(state: unknown): Disposable {
    const symbol = Symbol('JEST_STATE_SYMBOL');
    Object.defineProperty(globalThis, symbol, { configurable: true, value: state });
    return { [Symbol.dispose]: () => void Reflect.deleteProperty(globalThis, symbol) };
  }

  it('is not known without jest-circus', () => {
    expect(runningTestResult()).toEqual({ outcome: 'unknown' });
  });

  it.each([[null], [{}], [{ currentlyRunningTest: null }], [{ currentlyRunningTest: { errors: 'none' } }]])(
    'is not known when jest-circus keeps %o',
    (state) => {
      using _kept = keep(state);
      expect(runningTestResult()).toEqual({ outcome: 'unknown' });
    },
  );

  it('is failed with the errors that jest-circus keeps, and passed without', () => {
    const [first, second] = [new Error('first'), new Error('second')];
    {
      using _kept = keep({ currentlyRunningTest: { errors: [] } });
      expect(runningTestResult()).toEqual({ outcome: 'passed', errors: [] });
    }
    using _kept = keep({ currentlyRunningTest: { errors: [[first, new Error('where')], second] } });
    expect(runningTestResult()).toEqual({ outcome: 'failed', errors: [first, second] });
  });
});
