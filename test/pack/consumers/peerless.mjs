/** Without the optional packages all works but what needs them, and the error names what to install. */

import assert from 'node:assert/strict';
import { connectEchoSts, createEchoSts } from 'echo-sts';
import { explore, faultPlans } from 'echo-sts/explore';

async function main() {
  const sts = await createEchoSts({ control: true });
  const missing = { code: 'MISSING_PACKAGE', message: /npm install --save-dev socket\.io-client/ };
  await assert.rejects(connectEchoSts(sts.controlUrl), missing);
  await sts.close();
  const withoutFastCheck = { code: 'MISSING_PACKAGE', message: /npm install --save-dev fast-check/ };
  await assert.rejects(
    explore(() => {}),
    withoutFastCheck,
  );
  assert.throws(() => faultPlans(), withoutFastCheck);
}

void main();
