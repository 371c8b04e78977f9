/** Whoever has no socket.io-client may use all but what needs it, and is told what to install. */

import assert from 'node:assert/strict';
import { connectEchoSts, createEchoSts } from 'echo-sts';

async function main() {
  const sts = await createEchoSts({ control: true });
  const missing = { code: 'MISSING_PACKAGE', message: /npm install --save-dev socket\.io-client/ };
  await assert.rejects(connectEchoSts(sts.controlUrl), missing);
  await sts.close();
}

void main();
