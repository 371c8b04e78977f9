/** What a call from another process takes, against a bare acknowledgement of the same size. */

import { connectEchoSts } from 'echo-sts';
import { io } from 'socket.io-client';
import { MILLISECONDS, type Row, ratioRow } from '../report.js';
import { type ServerProcess, type Side, withServer } from '../server-process.js';
import { interleave, median } from '../statistics.js';

const WARM_UP = 300;
const CALLS = 1000;
const DEFAULT_ROUNDS = 15;
/** What a call consists of. */
const MESSAGE = { number: 1000, on: 'fixture', name: 'connections', args: [], seen: [999] };

type Call = () => Promise<unknown>;

export async function* control(rounds = DEFAULT_ROUNDS): AsyncGenerator<Row> {
  yield* await withServer('bare', [], (bare) =>
    withServer('controlled', [], async (echo) => {
      const measure = { echo: () => controlled(echo), bare: () => acknowledged(bare) };
      // The first round is for the just-in-time compiler.
      const [, ...pairs] = await interleave(rounds + 1, (side: Side) => measure[side]());
      return [ratioRow('control call p50, against an acknowledgement', pairs, MILLISECONDS)];
    }),
  );
}

async function controlled({ url }: ServerProcess): Promise<number> {
  const sts = await connectEchoSts(url);
  const result = await p50(() => sts.connections);
  await sts.close();
  return result;
}

async function acknowledged({ url }: ServerProcess): Promise<number> {
  const socket = io(url, { forceNew: true, transports: ['websocket'] });
  await new Promise((resolve) => socket.once('connect', () => resolve(undefined)));
  const result = await p50(() => socket.emitWithAck('call', MESSAGE));
  socket.disconnect();
  return result;
}

async function p50(call: Call): Promise<number> {
  const durations: number[] = [];
  for (let calls = 0; calls < WARM_UP + CALLS; calls += 1) {
    const startedAt = performance.now();
    await call();
    durations.push(performance.now() - startedAt);
  }
  return median(durations.slice(WARM_UP));
}
