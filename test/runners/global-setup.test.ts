/** A server for all test files: how they find it, what each test has of it, and that it is gone in the end. */

import { connectEchoSts } from 'echo-sts';
import jestSetup, { echoStsSetup as jestSetupWith } from 'echo-sts/jest/global-setup';
import jestTeardown from 'echo-sts/jest/global-teardown';
import vitestSetup, { echoStsSetup as vitestSetupWith } from 'echo-sts/vitest/global-setup';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { makeCertificate } from '../support/certificate.js';
import { type FileRun, runTypeScript, runVitestInVain, runVitestOnAll, runVitestWith } from '../support/run.js';

const NOTHING = [undefined, undefined];
const variables = () => [process.env['ECHO_STS_URL'], process.env['ECHO_STS_CONTROL']];
const CONFIG = 'test/runners/inner/shared.vitest.config.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('a global setup of vitest', () => {
  it('provides where the server is, in both ways, and takes it back in the end', async () => {
    const provide = vi.fn();
    const teardown = await vitestSetup({ provide });
    const [url, control] = variables();
    expect(provide.mock.calls).toEqual([
      ['echoStsUrl', url],
      ['echoStsControl', control],
    ]);
    const sts = await connectEchoSts();
    expect(await sts.url).toBe(url);
    await sts.close();
    await teardown();
    expect(variables()).toEqual(NOTHING);
  });

  it('has options of the user’s, and leaves what was in the environment before', async () => {
    vi.stubEnv('ECHO_STS_URL', 'http://127.0.0.1:1');
    const teardown = await vitestSetupWith({ control: { token: 'secret' }, seed: 'ours' })({
      provide: () => undefined,
    });
    expect(process.env['ECHO_STS_CONTROL']).toMatch(/token=secret/);
    const sts = await connectEchoSts();
    expect(await sts.seed).toBe('ours');
    await sts.close();
    await teardown();
    expect(variables()).toEqual(['http://127.0.0.1:1', undefined]);
  });

  it('over TLS says whom to trust as well, and takes that back in the end', async () => {
    const tls = await makeCertificate();
    const teardown = await vitestSetupWith({ tls })({ provide: () => undefined });
    expect(process.env['ECHO_STS_URL']).toMatch(/^https:/);
    expect(process.env['ECHO_STS_CA']).toBe(tls.cert.trim());
    const sts = await connectEchoSts();
    expect(await sts.url).toBe(process.env['ECHO_STS_URL']);
    await sts.close();
    await teardown();
    expect([...variables(), process.env['ECHO_STS_CA']]).toEqual([...NOTHING, undefined]);
  });

  it('can leave the control away', async () => {
    const teardown = await vitestSetupWith({ control: false })({ provide: () => undefined });
    expect(variables()).toEqual([expect.any(String), '']);
    await teardown();
  });
});

describe('a global setup of jest', () => {
  it.each([
    ['in `globals`', () => jestSetup({}, { globals: { echoSts: { seed: 'ours' } } })],
    ['of a factory', () => jestSetupWith({ seed: 'ours' })()],
  ])('has the options %s, and the teardown ends what it has started', async (_, setup) => {
    await setup();
    const sts = await connectEchoSts();
    expect(await sts.seed).toBe('ours');
    await sts.close();
    await jestTeardown();
    expect(variables()).toEqual(NOTHING);
    await jestTeardown();
  });

  it('has the defaults without options', async () => {
    await jestSetup();
    expect(variables()).toEqual([expect.stringMatching(/^http/), expect.stringMatching(/\/control/)]);
    await jestTeardown();
  });
});

it('a process ends by itself after a teardown, which takes less than a second under a busy worker', async () => {
  expect(Number(await runTypeScript('test/runners/inner/set-up-and-tear-down.ts'))).toBeLessThan(1000);
});

describe('a test that shares a server', () => {
  const [PASSING, FAILING] = ['test/runners/inner/shared-passes.ts', 'test/runners/inner/shared-fails.ts'];
  let files: Map<string, FileRun>;

  beforeAll(async () => {
    files = await runVitestOnAll([PASSING, FAILING], CONFIG);
  }, 60_000);

  it('has its own part of it, beside others', () => {
    const { hasPassed, printed } = files.get(PASSING) as FileRun;
    expect({ hasPassed, printed }).toEqual({ hasPassed: true, printed });
    expect(printed).toContain('(4 tests)');
    expect(printed).not.toMatch(/close timed out|hanging/);
  });

  it('has its own part of it over TLS, too', async () => {
    const printed = await runVitestWith('test/runners/inner/shared-tls.vitest.config.ts', PASSING);
    expect(printed).toMatch(/Tests {2}4 passed \(4\)/);
  });

  it('prints its own error first and then the timeline, and fails for what it misses', () => {
    const { hasPassed, printed } = files.get(FAILING) as FileRun;
    expect(hasPassed).toBe(false);
    expect(printed.match(/^\w*(Error|Timeline): .*$/gm)).toEqual([
      'Error: the error of the test, which has seen 1',
      'Timeline: what the fixture recorded until the test failed',
      'EchoStsError: `verify` found 1 unmet expectation.',
      // The server's own conduct is lenient.
      'EchoStsError: `verify` found 1 violation.',
    ]);
    expect(printed).toMatch(
      /Timeline: .*\n\n {2}state {5}stream ".*news" .* is active; [\s\S]*\n {2}owed {6}the worker has sent nothing [\s\S]*\n {2}seed {6}\d+\n\n.* echo-sts\n.*\n.*│─ stream:init/,
    );
  });

  it('fails without a server, and says how to have one', async () => {
    const printed = await runVitestInVain('test/runners/inner/shared-fails.ts');
    expect(printed).toContain(
      'EchoStsError: `sharedTest` needs a server that was started with `control`, and there is none;',
    );
  });
});
