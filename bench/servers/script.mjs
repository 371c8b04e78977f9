/** Bare Socket.IO as a program of its own: what the command line of echo-sts is measured against. */

import { start } from './bare.mjs';

const { url } = await start();
process.stdout.write(`listens at ${url}\n`);
