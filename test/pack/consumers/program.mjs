/** The program, called as its users call it. */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const { version } = JSON.parse(readFileSync(fileURLToPath(import.meta.resolve('echo-sts/package.json')), 'utf8'));

assert.deepEqual(npx('--version'), { code: 0, stdout: `${version}\n` });
assert.deepEqual(npx('--prot', '1'), { code: 2, stdout: '' });

const script = `
  const { status, service } = await (await fetch(process.env.ECHO_STS_URL + '/health')).json();
  const sessions = await (await fetch(process.env.ECHO_STS_CONTROL.replace('/control', '/sessions'))).json();
  const { ok } = await fetch(process.env.ECHO_STS_URL + '/metrics');
  console.log(status, service, sessions.length, ok);
  process.exitCode = 5;
`;
const command = ['--', process.execPath, '--input-type=module', '--eval', script];
assert.deepEqual(npx(...command), { code: 5, stdout: 'healthy echo-sts 0 true\n' });

function npx(...args) {
  const { status, stdout } = spawnSync('npx', ['--no-install', 'echo-sts', ...args], { encoding: 'utf8' });
  return { code: status, stdout };
}
