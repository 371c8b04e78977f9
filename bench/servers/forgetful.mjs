/** echo-sts without a timeline: what the timeline costs is measured against it. */

import { createEchoSts } from '../../dist/index.js';

export const start = () => createEchoSts({ timeline: { limit: 0 } });
