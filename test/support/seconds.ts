/** How long something takes of itself: waiting and working, but not what other processes take of a busy machine. */

import { performance } from 'node:perf_hooks';

export async function secondsOf(action: () => Promise<unknown>): Promise<number> {
  const [work, loop] = [process.cpuUsage(), performance.eventLoopUtilization()];
  await action();
  const { user, system } = process.cpuUsage(work);
  const { idle } = performance.eventLoopUtilization(loop);
  return (user + system) / 1e6 + idle / 1e3;
}
