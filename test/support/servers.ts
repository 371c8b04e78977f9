/** A server for each test, and its workers: closed after the test, whatever became of it. */

import { createEchoSts, type EchoSts, type EchoStsOptions } from 'echo-sts';
import getPort, { clearLockedPorts, portNumbers } from 'get-port';
import type { ManagerOptions, SocketOptions } from 'socket.io-client';
import { afterEach } from 'vitest';
import { connect, TestWorker } from './client.js';

/** To be called once, at the top of a test file. */
export const useServers = () => serversUntil(afterEach);

/** The same for one test alone, which may run beside others: closed when `end` calls back. */
export function serversUntil(end: (close: () => Promise<void>) => void) {
  const servers: EchoSts[] = [];
  const workers: TestWorker[] = [];

  end(async () => {
    for (const worker of workers.splice(0)) worker.close();
    await Promise.all(servers.splice(0).map((sts) => sts.close()));
  });

  /** A worker whose connection is open. */
  async function join(
    sts: { readonly url: string | Promise<string> },
    options?: Partial<ManagerOptions & SocketOptions>,
  ): Promise<TestWorker> {
    const worker = await connect(await sts.url, options);
    workers.push(worker);
    return worker;
  }

  return {
    async start(options?: EchoStsOptions): Promise<EchoSts> {
      const sts = await createEchoSts(options);
      servers.push(sts);
      return sts;
    },
    join,
    /** A worker with an active stream. */
    async begin(sts: EchoSts, overrides: object = {}): Promise<TestWorker> {
      const worker = await join(sts);
      await worker.init(overrides);
      return worker;
    },
    /** A worker that may not get in. */
    tryToConnect(url: string, options?: Partial<ManagerOptions & SocketOptions>): TestWorker {
      const worker = new TestWorker(url, options);
      workers.push(worker);
      return worker;
    },
  };
}

/** A port that nobody listens on, outside the range from which the system takes the free ones it gives away. */
export async function unusedPort(): Promise<number> {
  return getPort({ port: portNumbers(20_000 + (process.pid % 10_000), 30_000), host: '127.0.0.1' });
}

/** That many ports in a row, ten at most, that nobody listens on; those of another test process are others. */
export async function unusedRange(count: number, host = '127.0.0.1'): Promise<{ from: number; to: number }> {
  for (let from = 10_000 + (process.pid % 200) * 10; ; from += 2000) {
    const range = { from, to: from + count - 1 };
    const found = await Promise.all([...portNumbers(range.from, range.to)].map((port) => getPort({ port, host })));
    // For whoever tries the range next looks with the same locks.
    clearLockedPorts();
    if (found.every((port) => port >= range.from && port <= range.to)) return range;
  }
}
