/** echo-sts as it is published, to be controlled from another process. */

import { createEchoSts } from '../../dist/index.js';

export const start = () => createEchoSts({ control: true });
