/** What a run whose time is up may still say, and how a failure is worded for whoever explores. */

import { expect, it } from 'vitest';
import { failureText } from '../../src/explore/failure.js';
import { LastWords, runPlan } from '../../src/explore/run-plan.js';
import { TEST_WORDING } from '../../src/explore/wording.js';

const TIME_IS_UP = { echoSts: {}, timeoutMs: 20, seed: 1 };

/** A run that rejects when it is ended. */
const saying =
  (error: Error) =>
  (_: unknown, { signal }: { readonly signal: AbortSignal }) =>
    new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(error)));

it('a run whose time is up ends with its last words, and with nothing else that it rejects with', async () => {
  const words = 'The end of its output: hello';
  const said = await runPlan(saying(new LastWords(words)), {}, { ...TIME_IS_UP, aftermathMs: 5000 });
  expect(said.failure).toMatchObject({
    isHang: true,
    text: expect.stringMatching(/^The run did not end within 20 ms\./),
  });
  expect(said.failure?.text.endsWith(`\n\n  ${words}`)).toBe(true);
  const silent = await runPlan(saying(new Error(words)), {}, TIME_IS_UP);
  expect(silent.failure?.text).not.toContain(words);
});

it.each([
  [
    'a test, as code',
    TEST_WORDING,
    "const sts = await createEchoSts({\n    conduct: 'strict',\n    delayMs: 5,\n  });",
    "{ seed: 7, path: '1:2' }",
  ],
  [
    'another caller, in its words',
    {
      plan: () => '{ "delayMs": 5 }',
      pass: (seed: number, path: string) => `--explore-seed ${seed} --path ${path}`,
      connect: '',
    },
    '{ "delayMs": 5 }',
    '--explore-seed 7 --path 1:2',
  ],
])('a failure is worded for %s', (_, wording, plan, passed) => {
  const again = { line: 'ECHO_STS_EXPLORE=x,7,1:2,3,open', seed: 7, path: '1:2' };
  const failure = { text: 'It failed.' };
  const text = failureText({
    plan: { delayMs: 5 },
    echoSts: {},
    where: 'plan 1 of 2',
    which: 'the smallest plan',
    count: 3,
    of: 3,
    failure,
    again,
    wording,
  });
  expect(text).toContain(`\n\n  ${plan}\n\n  The run failed like this:\n`);
  expect(text).toContain(`  To run this plan alone, set ${again.line}\n  or pass ${passed}.`);
});
