/** A control client in a process of its own, which the test kills: it holds a scope, a wait and an iteration. */

import { connectEchoSts } from 'echo-sts';
import { report } from './report.js';

const sts = await connectEchoSts(process.argv[2]);
const scope = await sts.scope({ streamId: 'mine/' });
await scope.addErrorRule({ when: {}, code: 'TIMEOUT' });
await scope.expectEvent({ event: 'stream:end' });
void scope.waitFor('stream:end', { timeoutMs: 600_000 });
void sts.entries({ event: 'stream:end' }).next();
report({ sessions: (await scope.sessions).length });
