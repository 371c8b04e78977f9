/** What `echo-sts/vitest` and its global setup export, as the compiler sees it. */

import { manualClock } from 'echo-sts';
import { matchers, sharedTest, test } from 'echo-sts/vitest';
import globalSetup, { echoStsSetup } from 'echo-sts/vitest/global-setup';
import { expect, inject } from 'vitest';

test.override({ echoSts: { delayMs: 40 } });
test.override('echoSts', () => ({ clock: manualClock() }));
// @ts-expect-error: there is no such option
test.override({ echoSts: { delay: 40 } });

test('a test', async ({ sts, echoSts }) => {
  const url: string = sts.url;
  const delay = echoSts.delayMs;
  const { payload } = await sts.waitFor('fragment:ack', { direction: 'out' });
  const status: 'queued' = payload.status;
  expect(sts).toHaveReceived('stream:init', { worker_id: url });
  return void [delay, status];
});

sharedTest('another', async ({ url, sts, server, streamPrefix }) => {
  const text: string = await sts.format();
  const connections: number = await server.connections;
  // @ts-expect-error: another process answers with a promise
  const sessions: number = sts.sessions.length;
  return void [url, text, connections, sessions, streamPrefix];
});

const provided: [string, string] = [inject('echoStsUrl'), inject('echoStsControl')];
const setups: (typeof globalSetup)[] = [globalSetup, echoStsSetup({ delayMs: 40 })];
expect.extend(matchers);
void [provided, setups];
