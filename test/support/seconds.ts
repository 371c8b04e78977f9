/** How long something takes, in seconds of wall time: real also on fake timers. */
export async function secondsOf(action: () => Promise<unknown>): Promise<number> {
  const startedAt = process.uptime();
  await action();
  return process.uptime() - startedAt;
}
