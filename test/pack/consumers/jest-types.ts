/** What `echo-sts/jest`, its global setup and `echo-sts/node` export, as the compiler sees it. */

import { expect } from '@jest/globals';
import { manualClock } from 'echo-sts';
import { matchers, useEchoSts, useSharedEchoSts } from 'echo-sts/jest';
import globalSetup, { echoStsSetup } from 'echo-sts/jest/global-setup';
import globalTeardown from 'echo-sts/jest/global-teardown';
import { useEchoSts as useEchoStsOfNode, useSharedEchoSts as useSharedEchoStsOfNode } from 'echo-sts/node';

const sts = useEchoSts({ delayMs: 40 });
const other = useEchoStsOfNode(() => ({ clock: manualClock() }));
// @ts-expect-error: there is no such option
useEchoSts({ delay: 40 });

expect.extend(matchers);
expect(sts).toHaveCompleted();
const urls: string[] = [sts.url, other.url, useSharedEchoSts().url, useSharedEchoStsOfNode().streamPrefix];
const timeline: Promise<string> = useSharedEchoSts().sts.format();
const setups: (typeof globalSetup)[] = [globalSetup, echoStsSetup({ delayMs: 40 })];
const ended: Promise<void> = globalTeardown();
void [timeline, urls, setups, ended];
