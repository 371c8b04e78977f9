/** What few need is loaded when it is needed: not with the library. */

const assert = require('node:assert/strict');
const { readFileSync } = require('node:fs');

const { createEchoSts } = require('echo-sts');

/** What stands in the program, in the metrics, in control and in the look-up of a range of ports alone. */
const MARKS = {
  program: 'Usage:',
  metrics: 'ws_queue_depth',
  control: 'speaks version',
  range: 'No available ports found',
};

/** What of that is loaded. */
function loaded() {
  const files = Object.keys(require.cache).filter((file) => file.includes('/node_modules/echo-sts/'));
  const texts = files.map((file) => readFileSync(file, 'utf8'));
  return Object.keys(MARKS).filter((name) => texts.some((text) => text.includes(MARKS[name])));
}

async function main() {
  assert.deepEqual(loaded(), []);
  const sts = await createEchoSts();
  assert.equal((await fetch(`${sts.url}/health`)).status, 200);
  assert.deepEqual(loaded(), []);
  assert.match(await (await fetch(`${sts.url}/metrics`)).text(), /^ws_active_connections 0$/m);
  assert.deepEqual(loaded(), ['metrics']);
  await sts.close();
  await (await createEchoSts({ port: { from: 20_000, to: 30_000 } })).close();
  assert.deepEqual(loaded(), ['metrics', 'range']);
}

void main();
