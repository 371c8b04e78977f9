/** The same for modules: what is imported with the library, and with what that imports. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createEchoSts } from 'echo-sts';

/** What stands in the program, in the metrics, in control and in the look-up of a range of ports alone. */
const MARKS = ['Usage:', 'ws_queue_depth', 'speaks version', 'No available ports found'];

const texts = new Map();
load(import.meta.resolve('echo-sts'));
assert.ok(texts.size > 1);
assert.deepEqual(
  MARKS.filter((mark) => [...texts.values()].some((text) => text.includes(mark))),
  [],
);

const sts = await createEchoSts();
assert.match(await (await fetch(`${sts.url}/metrics`)).text(), /^ws_active_connections 0$/m);
await sts.close();
await (await createEchoSts({ port: { from: 20_000, to: 30_000 } })).close();

function load(url) {
  if (texts.has(url)) return;
  const text = readFileSync(new URL(url), 'utf8');
  texts.set(url, text);
  for (const [, path] of text.matchAll(/(?:from|import)\s*["'](\.[^"']+)["']/g)) load(new URL(path, url).href);
}
