/** `echo-sts/node` in a node:test of its own. */

import { expect, it } from 'vitest';
import { startSharedServer } from '../../src/runners/shared-server.js';
import { runNodeTestInVain } from '../support/run.js';

it('a test of node:test has a fixture, and fails or passes as it should', async () => {
  const printed = await runNodeTestInVain('test/runners/inner/node-fails.ts');
  expect(
    [...printed.matchAll(/^ *(not ok|ok) \d+ - (.*)$/gm)].map(([, verdict, name]) => `${verdict}: ${name}`),
  ).toEqual([
    'ok: passes',
    'ok: the first',
    'ok: the second',
    'ok: has subtests that see its fixture',
    'ok: has options of its own beside those of the file, and is not blamed for what a hook does',
    'ok: a suite',
    'not ok: fails by itself, and misses something',
    'not ok: does something wrong at the very end',
    'not ok: misses something',
    'ok: is skipped while it runs # SKIP for a reason',
  ]);
  expect(printed).toMatch(
    /- fails by itself[\s\S]*?error: 'the error of the test'[\s\S]*?\n# EchoStsError: in addition to the test’s/,
  );
  expect(printed).toMatch(/\n# .*│─ stream:init .*\n/);
  expect(printed).toMatch(
    /- does something wrong at the very end[\s\S]*?`verify` found 1 violation[\s\S]*?got\s[#\s]*"strem:end"/,
  );
  expect(printed).toMatch(
    /- misses something[\s\S]*?failureType: 'hookFailed'\n {2}error: \|-\n {4}`verify` found 1 unmet/,
  );
});

it('a test of node:test has its part of a server in another process', async () => {
  const server = await startSharedServer({});
  const printed = await runNodeTestInVain('test/runners/inner/node-shared.ts').finally(server.stop);
  expect(printed.match(/^(not ok|ok) \d+ - .*$/gm)).toEqual([
    'ok 1 - passes',
    'not ok 2 - fails by itself',
    'not ok 3 - misses something',
  ]);
  expect(printed).toMatch(/error: 'the error of the test'[\s\S]*\n# Timeline: [\s\S]*\n# .*│─ stream:init .*\n/);
});
