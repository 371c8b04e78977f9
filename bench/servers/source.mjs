/** echo-sts as its sources are, with the fast lane: what it saves is measured with it. */

import { createEchoSts } from '../../src/index.ts';

export const start = () => createEchoSts();
