/** A server for each test, and its workers: closed after the test, whatever became of it. */

import { createEchoSts, type EchoSts, type EchoStsOptions } from 'echo-sts';
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
  for (let port = 20_000 + (process.pid % 10_000); ; port += 1) {
    const sts = await createEchoSts({ port }).catch(() => undefined);
    await sts?.close();
    if (sts !== undefined) return port;
  }
}
