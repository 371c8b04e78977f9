/** A server whose workers are in another process. Reports how many bytes of its heap each idle stream takes. */

import { createEchoSts } from 'echo-sts';
import { report } from './report.js';

const [first, last] = process.argv.slice(2).map(Number) as [number, number];

const sts = await createEchoSts();
report({ url: sts.url });
await sts.waitFor('stream:ready', { times: first, timeoutMs: 30_000 });
const before = heapUsed();
report('warm');
await sts.waitFor('stream:ready', { times: last, timeoutMs: 30_000 });
report({ bytesPerStream: Math.round((heapUsed() - before) / (last - first)) });
await sts.close();

function heapUsed(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}
