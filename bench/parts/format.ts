/** What it costs to draw a timeline of many streams whose names are long and begin alike. */

import { createEchoSts } from 'echo-sts';
import { io } from 'socket.io-client';
import { MILLISECONDS, type Row, valueRow } from '../report.js';

const DEFAULT_ROUNDS = 5;
const SHARED = 'x'.repeat(480);

export async function* format(rounds = DEFAULT_ROUNDS): AsyncGenerator<Row> {
  for (const streams of [500, 1000])
    yield valueRow(`format() of ${streams} streams`, await measure(streams, rounds), MILLISECONDS);
}

async function measure(streams: number, rounds: number): Promise<number[]> {
  const sts = await createEchoSts();
  const worker = io(sts.url, { transports: ['websocket'], forceNew: true });
  for (let number = 0; number < streams; number += 1) {
    const stream_id = `${SHARED}${number}`;
    worker.emit('stream:init', { stream_id, worker_id: 'bench', config: {} });
    worker.emit('stream:end', { stream_id });
  }
  await sts.waitFor('stream:complete', { times: streams });
  const durations = Array.from({ length: rounds }, () => {
    const startedAt = performance.now();
    sts.format();
    return performance.now() - startedAt;
  });
  worker.disconnect();
  await sts.close();
  return durations;
}
