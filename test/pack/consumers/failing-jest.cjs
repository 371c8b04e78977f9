/** Runs the tests that fail, and looks at what jest prints: the test's own error first, then the timeline. */

const assert = require('node:assert/strict');
const { spawnSync } = require('node:child_process');

const { stderr: printed } = spawnSync(process.execPath, [require.resolve('jest/bin/jest'), '--no-color'], {
  encoding: 'utf8',
});
const reports = printed.split(/^ {2}● /m).slice(1);
const heads = reports.map((report) => {
  const [name, , first] = report.split('\n');
  return `${name}: ${first?.trim()}`;
});
assert.deepEqual(heads, [
  'fails by itself: expect(received).toBe(expected) // Object.is equality',
  'fails by itself: Timeline: what the fixture recorded until the test failed',
  'fails by itself, and misses something: the error of the test',
  'fails by itself, and misses something: EchoStsError: in addition to the test’s own error, `verify` found 1 ' +
    'unmet expectation.',
  'misses something: EchoStsError: `verify` found 1 unmet expectation.',
]);
assert.match(printed, /Tests: +3 failed, 1 passed, 4 total/);
for (const index of [1, 3, 4]) assert.match(reports[index], /│─ stream:init {2}worker w-1/);
