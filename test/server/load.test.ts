/** What is loaded when it is first needed, in a process that has run out of file descriptors and gets some back. */

import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { load } from '../../src/server/load.js';

const run = promisify(execFile);
const CHILD = fileURLToPath(new URL('children/without-descriptors.mjs', import.meta.url));

it.each(['index.js', 'index.cjs'])('is loaded once there are some again: %s', async (file) => {
  const limited = ['-c', 'ulimit -n 100; exec "$0" "$@"', process.execPath, CHILD, file];
  const { stdout } = await run('sh', limited);
  const failed = expect.stringMatching(/EMFILE/);
  expect(JSON.parse(stdout)).toEqual({
    '/metrics': [failed, failed, expect.stringMatching(/^HTTP\/1\.1 200 OK/)],
    'connectEchoSts()': [failed, failed, expect.stringMatching(/^No fixture with `control` replies/)],
  });
});

it('is not tried anew when it has failed for another reason', async () => {
  const error = new Error('not found');
  let calls = 0;
  const attempt = load(() => {
    calls += 1;
    return Promise.reject(error);
  });
  await expect(attempt).rejects.toBe(error);
  expect(calls).toBe(1);
});

it('fails with what went wrong at first, when a second attempt is in vain as well', async () => {
  const error = Object.assign(new Error('EMFILE'), { errno: -24, path: '/nowhere/module.js' });
  await expect(load(() => Promise.reject(error))).rejects.toBe(error);
});
