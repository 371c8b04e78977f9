/** echo-sts as it is published, with its default options. */

import { createEchoSts } from '../../dist/index.js';

export const start = () => createEchoSts();
