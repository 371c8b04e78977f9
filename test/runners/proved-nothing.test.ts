/** What proved nothing, as runners say it of a test that has passed: once, and in few lines. */

import { connectEchoSts, type EchoStsOptions } from 'echo-sts';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { finishTest, type TestHandle, type TestResult } from '../../src/runners/finish-test.js';
import { fragment } from '../support/client.js';
import { runNodeTestInVain, runVitestInVain } from '../support/run.js';
import { useServers } from '../support/servers.js';

const { start, begin } = useServers();
afterEach(() => {
  vi.restoreAllMocks();
});

const HEADLINE = 'echo-sts: this test passed, but these proved nothing:';

/** A fixture with so many rules that were to hit twice, and have hit once. */
async function seldom(rules: number, options: EchoStsOptions = {}) {
  const sts = await start(options);
  const worker = await begin(sts);
  for (let sequenceNumber = 0; sequenceNumber < rules; sequenceNumber += 1) {
    sts.addErrorRule({ when: { sequenceNumber }, code: 'TIMEOUT', times: 2 });
    worker.send('fragment:data', fragment(sequenceNumber));
    await worker.next('fragment:processed');
  }
  return sts;
}

/** What is written to the console when a test has come to that, and what is reported. */
async function finished(handle: TestHandle, result: TestResult): Promise<unknown[]> {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
  const report = await finishTest(handle, result);
  return [report?.name, ...warn.mock.calls.flat().map(String)];
}

describe('of a test that has', () => {
  const line = (n: number) => `rule ${n + 1} ({ sequenceNumber: ${n} } → TIMEOUT) hit once, and its \`times\` is 2`;

  it.each([
    [1, [HEADLINE, line(0)]],
    [3, [HEADLINE, line(0), line(1), line(2)]],
    [5, [HEADLINE, line(0), line(1), line(2), 'and 2 more']],
  ])('passed, %i things are said in few lines', async (rules, lines) => {
    expect(await finished(await seldom(rules), { outcome: 'passed' })).toEqual([undefined, lines.join('\n  ')]);
  });

  it.each<TestResult>([{ outcome: 'skipped' }, { outcome: 'failed' }])('$outcome, nothing is said', async (result) => {
    expect(await finished(await seldom(1), result)).toEqual([result.outcome === 'failed' ? 'Timeline' : undefined]);
  });

  it("failed on it, with `vacuous: 'fail'`, it is said in the error alone", async () => {
    const sts = await seldom(1, { vacuous: 'fail' });
    expect(await finished(sts, { outcome: 'passed' })).toEqual(['EchoStsError']);
  });

  it('proved something, nothing is said', async () => {
    expect(await finished(await seldom(0), { outcome: 'passed' })).toEqual([undefined]);
  });

  it('a part of a server in another process, it is said of that part', async () => {
    const server = await start({ control: true });
    const remote = await connectEchoSts(server.controlUrl);
    const scope = await remote.scope({ streamId: 'stream-' });
    await scope.addErrorRule({ when: { sequenceNumber: 0 }, code: 'TIMEOUT', times: 2 });
    const worker = await begin(server);
    worker.send('fragment:data', fragment(0));
    await worker.next('fragment:processed');
    expect(await finished(scope, { outcome: 'passed' })).toEqual([undefined, [HEADLINE, line(0)].join('\n  ')]);
    await remote.close();
  });

  it('a handle that does not know of it, nothing is said', async () => {
    const sts = await seldom(1);
    const handle = { seed: sts.seed, verify: sts.verify, format: sts.format, timeline: sts.timeline, close: sts.close };
    expect(await finished(handle, { outcome: 'passed' })).toEqual([undefined]);
  });
});

describe('a runner prints it', () => {
  it('beside the test that has passed, in vitest, and nowhere else', async () => {
    const printed = await runVitestInVain('test/runners/inner/vitest-proves-nothing.ts');
    const [first, ...others] = printed.split(HEADLINE).slice(1);
    expect(printed).toMatch(
      /stderr \| .*vitest-proves-nothing\.ts > tells its worker to pause when all has been sent\n+echo-sts: this/,
    );
    expect(first).toMatch(/^\n {2}rule 1 .*\n {2}rule 2 .*\n {2}rule 3 .*\n {2}and 1 more\n/);
    expect(others).toEqual([]);
    expect(printed).toMatch(/found 1 unmet expectation\.\n[\s\S]* proved nothing:\n +#5 backpressure {2}high\/pause/);
  });

  it('as a comment, in node:test, and nowhere else', async () => {
    const printed = await runNodeTestInVain('test/runners/inner/node-proves-nothing.ts');
    const [first, ...others] = printed.split(HEADLINE).slice(1);
    expect(first).toMatch(/^\n# {3}rule 1 .*\n/);
    expect(others).toEqual([]);
  });
});
