/** What `echo-sts/jest`, its global setup and `echo-sts/node` export, as the compiler sees it. */

import { expect } from '@jest/globals';
import { manualClock } from 'echo-sts';
import { matchers, useEchoSts } from 'echo-sts/jest';
import globalSetup, { echoStsSetup } from 'echo-sts/jest/global-setup';
import globalTeardown from 'echo-sts/jest/global-teardown';
import { useEchoSts as useEchoStsOfNode } from 'echo-sts/node';

const sts = useEchoSts({ delayMs: 40 });
const other = useEchoStsOfNode(() => ({ clock: manualClock() }));
// @ts-expect-error: there is no such option
useEchoSts({ delay: 40 });

expect.extend(matchers);
expect(sts).toHaveCompleted();
const urls: string[] = [sts.url, other.url];
const setups: (typeof globalSetup)[] = [globalSetup, echoStsSetup({ delayMs: 40 })];
const ended: Promise<void> = globalTeardown();
void [urls, setups, ended];
