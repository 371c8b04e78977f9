/** `useEchoSts` of `echo-sts/jest`, here with vitest’s hooks in place of jest’s, which are called the same. */

import { manualClock } from 'echo-sts';
import { useEchoSts } from 'echo-sts/jest';
import { afterAll, describe, expect, it } from 'vitest';
import { endingOfRunningTest } from '../../src/jest/running-test.js';
import { fixtureOfEachTest } from '../../src/runners/use-echo-sts.js';
import { connect } from '../support/client.js';

describe('useEchoSts', () => {
  const sts = useEchoSts({ delayMs: 7 });
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
    expect(() => sts.url).toThrow(
      /^`url` of the fixture of `useEchoSts\(\)` was expected to be read while a test runs/,
    );
  });
});

describe('useEchoSts with a function', () => {
  const sts = useEchoSts(() => ({ clock: manualClock() }));

  it.each([1, 2])('makes the options anew for each test, %i', async () => {
    expect(sts.clock.now()).toBe(0);
    await sts.clock.advance(10);
  });
});

describe('the fixture of each test', () => {
  it('is not handed to a second test while the first runs', async () => {
    const { start, end } = fixtureOfEachTest({});
    await start();
    await expect(start()).rejects.toThrow(expect.objectContaining({ code: 'INVALID_OPTION' }));
    expect(await end({ outcome: 'passed' })).toBeUndefined();
    expect(await end({ outcome: 'passed' })).toBeUndefined();
  });

  it('can be awaited and printed while no test runs', async () => {
    const { accessor } = fixtureOfEachTest({});
    expect(await accessor).toBe(accessor);
    expect('url' in accessor).toBe(false);
    expect(String(Object.keys(accessor))).toBe('');
  });

  it('makes the test fail when something is missing', async () => {
    const { accessor, start, end } = fixtureOfEachTest({});
    await start();
    accessor.expect({ event: 'stream:end' });
    expect(await end({ outcome: 'unknown' })).toMatchObject({ code: 'VERIFY_FAILED' });
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
    expect(endingOfRunningTest()).toEqual({ outcome: 'unknown' });
  });

  it.each([[null], [{}], [{ currentlyRunningTest: null }], [{ currentlyRunningTest: { errors: 'none' } }]])(
    'is not known when jest-circus keeps %o',
    (state) => {
      using _kept = keep(state);
      expect(endingOfRunningTest()).toEqual({ outcome: 'unknown' });
    },
  );

  it('is failed with the errors that jest-circus keeps, and passed without', () => {
    const [first, second] = [new Error('first'), new Error('second')];
    {
      using _kept = keep({ currentlyRunningTest: { errors: [] } });
      expect(endingOfRunningTest()).toEqual({ outcome: 'passed', errors: [] });
    }
    using _kept = keep({ currentlyRunningTest: { errors: [[first, new Error('where')], second] } });
    expect(endingOfRunningTest()).toEqual({ outcome: 'failed', errors: [first, second] });
  });
});
