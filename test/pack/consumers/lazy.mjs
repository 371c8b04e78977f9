/** The same for modules: what is imported with the library, and with what that imports. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createEchoSts } from 'echo-sts';

/** What stands in the program, in the metrics, in control and in the look-up of a range of ports alone. */
const MARKS = {
  program: 'Usage:',
  metrics: 'ws_queue_depth',
  control: 'speaks version',
  range: 'No available ports found',
};

// An ES module of the library leads to a CommonJS one: also what is imported stands here.
const { cache } = createRequire(import.meta.url);

/** What of that is loaded. */
function loaded() {
  const files = Object.keys(cache).filter((file) => file.includes('/node_modules/echo-sts/'));
  assert.ok(files.length > 1, 'this would show nothing if it could not see the library');
  const texts = files.map((file) => readFileSync(file, 'utf8'));
  return Object.keys(MARKS).filter((name) => texts.some((text) => text.includes(MARKS[name])));
}

assert.deepEqual(loaded(), []);
const sts = await createEchoSts();
assert.match(await (await fetch(`${sts.url}/metrics`)).text(), /^ws_active_connections 0$/m);
assert.deepEqual(loaded(), ['metrics']);
await sts.close();
await (await createEchoSts({ port: { from: 20_000, to: 30_000 } })).close();
assert.deepEqual(loaded(), ['metrics', 'range']);
