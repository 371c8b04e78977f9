/** Many workers that would reconnect if they were not told to stay away: then their process could not exit. */

import { connect } from '../../support/client.js';
import { report } from './report.js';

const [, , url = '', count = '1', ...transports] = process.argv;

const workers = await Promise.all(
  Array.from({ length: Number(count) }, () => connect(url, { transports, reconnection: true })),
);
await Promise.all(workers.map((worker, index) => worker.init({ stream_id: `stream-${index}` })));
report('ready');

const reasons = await Promise.all(workers.map((worker) => worker.next('disconnect')));
report({ reasons: [...new Set(reasons)], comingBack: workers.filter(({ socket }) => socket.active).length });
