/** A fixture in one process and its handle in another; the fixture waits until the other has seen and done everything. */

import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { connectEchoSts, createEchoSts } from 'echo-sts';

async function start() {
  const sts = await createEchoSts({ control: { token: 'a-secret' } });
  const env = { ...process.env, ECHO_STS_CONTROL: sts.controlUrl };
  const other = fork(process.argv[1], ['other'], { env });
  const [code] = await once(other, 'exit');
  assert.equal(code, 0);
  assert.equal(sts.errorRules.length, 1);
  await sts.close();
}

async function control() {
  const sts = await connectEchoSts();
  assert.deepEqual(await sts.sessions, []);
  const rule = await sts.addErrorRule({ when: {}, code: 'TIMEOUT', times: Number.POSITIVE_INFINITY });
  assert.equal(await rule.hits, 0);
  await assert.rejects(sts.waitFor('stream:init', { timeoutMs: 1 }), { name: 'EchoStsError', code: 'WAIT_TIMEOUT' });
  await sts.close();
}

void (process.argv[2] === 'other' ? control() : start());
