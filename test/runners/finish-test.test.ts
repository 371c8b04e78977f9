/** How a test is finished, for each result that it can have. */

import { createEchoSts, type EchoSts } from 'echo-sts';
import { describe, expect, it } from 'vitest';
import { finishTest, type TestResult } from '../../src/runners/finish-test.js';
import { connect, fragment } from '../support/client.js';
import { useServers } from '../support/servers.js';

const { start, join } = useServers();

/** What is reported when something is missing, and when nothing is. */
const REPORTS: [result: TestResult, missing: string | undefined, nothing: string | undefined][] = [
  [{ outcome: 'passed' }, 'EchoStsError: `verify` found', undefined],
  [{ outcome: 'unknown' }, 'EchoStsError: `verify` found', undefined],
  [{ outcome: 'skipped' }, undefined, undefined],
  [
    { outcome: 'failed', errors: [] },
    'EchoStsError: in addition to the test’s own error, `verify` found',
    'Timeline: what',
  ],
  [{ outcome: 'failed', errors: [verdict()] }, 'Timeline: what', 'Timeline: what'],
  [
    { outcome: 'failed', errors: [new Error('as Node wraps it', { cause: verdict() })] },
    'Timeline: what',
    'Timeline: what',
  ],
  [{ outcome: 'passed', errors: [verdict()] }, 'EchoStsError: `verify` found', undefined],
];

describe.each(REPORTS)('of a test that has %o', (result, missing, nothing) => {
  it('with something missing, the fixture is closed and the right error reported', async () => {
    const sts = await start();
    sts.expectEvent({ event: 'stream:end' });
    expect(headOf(await finishTest(sts, result))).toBe(missing);
    expectClosed(sts);
  });

  it('with nothing missing, the fixture is closed and the right error reported', async () => {
    const sts = await start();
    expect(headOf(await finishTest(sts, result))).toBe(nothing);
    expectClosed(sts);
  });
});

describe('what is reported', () => {
  it('is not what the text of the test’s own failure has shown', async () => {
    const sts = await start({ waitTimeoutMs: 1, conduct: 'strict' });
    const worker = await join(sts);
    await worker.init();
    worker.send('fragment:data', { ...fragment(0), sequence_number: '0' });
    await sts.waitFor('malformed', { timeoutMs: 10_000 });
    const own = await sts.waitFor('stream:end').catch((error: Error) => error);
    expect(String(own)).toMatch(/\n {2}violation invalid-payload, /);
    sts.expectEvent({ event: 'stream:end' });
    const { message = '' } = (await finishTest(sts, { outcome: 'failed', errors: [own] })) ?? {};
    expect(message).toMatch(
      /^in addition to the test’s own error, `verify` found 1 unmet expectation, 1 violation\.\n\n {2}expected {2}`stream:end`/,
    );
    expect(message).not.toMatch(/violation invalid-payload|timeline|│/);
  });

  it('is nothing where that has shown everything', async () => {
    const sts = await start({ waitTimeoutMs: 1 });
    const own = await sts.waitFor('stream:end').catch((error: Error) => error);
    expect(await finishTest(sts, { outcome: 'failed', errors: [own] })).toBeUndefined();
  });

  it('says what is wrong once: the diagram names the violation, without its text', async () => {
    const sts = await start({ conduct: 'strict' });
    const worker = await join(sts);
    await worker.init();
    worker.send('fragment:data', { ...fragment(0), sequence_number: '0' });
    await worker.next('error');
    const { message = '' } = (await finishTest(sts, { outcome: 'passed' })) ?? {};
    expect(message).toMatch(
      /\n {2}violation invalid-payload, stream .*\n[\s\S]*\n.*│ ! violation {2}invalid-payload +(← #\d+ +)?│/,
    );
    expect(message.match(/expected an\s+integer/g)).toHaveLength(1);
  });

  it('has the text of each violation that differs from the first of its kind', async () => {
    const sts = await start({ conduct: 'strict' });
    const worker = await join(sts);
    await worker.init();
    const wrong = [{ sequence_number: '0' }, { sequence_number: '1' }, { audio: 5 }];
    for (const fields of wrong) {
      worker.send('fragment:data', { ...fragment(0), ...fields });
      await worker.next('error');
    }
    const { message = '' } = (await finishTest(sts, { outcome: 'passed' })) ?? {};
    expect(message).toContain('and 2 more of this kind in this stream');
    expect(message.match(/`sequence_number`\s[│\s]*expected/g)).toHaveLength(1);
    expect(message.match(/`audio`\s[│\s]*expected/g)).toHaveLength(1);
  });

  it('ends with the newest entries of a long timeline, and says so', async () => {
    const sts = await start();
    const worker = await join(sts);
    await worker.init();
    for (let n = 0; n < 30; n += 1) {
      worker.send('fragment:data', fragment(n));
      await worker.next('fragment:processed');
    }
    const { message = '' } = (await finishTest(sts, { outcome: 'failed' })) ?? {};
    expect(message).toMatch(/\n\nthe newest 60 entries of the timeline:\n/);
    expect(message).not.toContain('stream:init');
    expect(message).toMatch(/fragment:processed {2}#29/);
  });

  it('is what went wrong when a fixture cannot be verified, and it is closed all the same', async () => {
    const sts = await start();
    const mishap = new TypeError('the connection is lost');
    const handle = { ...sts, verify: () => Promise.reject(mishap), close: sts.close };
    expect(await finishTest(handle, { outcome: 'passed' })).toBe(mishap);
    expectClosed(sts);
  });

  it('includes the last messages of a worker', async () => {
    const sts = await createEchoSts();
    sts.expectEvent({ event: 'fragment:data', times: 2 });
    const worker = await connect(sts.url);
    await worker.init();
    for (const n of [0, 1]) worker.send('fragment:data', fragment(n));
    expect(await finishTest(sts, { outcome: 'passed' })).toBeUndefined();
    worker.close();
  });
});

function verdict(): Error {
  return Object.assign(new Error('found'), { code: 'VERIFY_FAILED' });
}

/** The name and the first words. */
function headOf(error: Error | undefined): string | undefined {
  if (error === undefined) return undefined;
  expect(error.stack).toBe(`${error.name}: ${error.message}`);
  return /^(EchoStsError: .*`verify` found|\w+: \w+)/.exec(String(error))?.[0];
}

function expectClosed(sts: EchoSts): void {
  expect(() => sts.setDelay(1)).toThrow(expect.objectContaining({ code: 'CLOSED' }));
}
