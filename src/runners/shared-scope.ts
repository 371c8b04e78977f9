/** The scope of a test on a shared server in another process, started by a global setup or the command line. */

import { randomUUID } from 'node:crypto';
import { EchoStsError } from '../checks/errors.js';
import type { RemoteEchoSts, RemoteScope } from '../control/any-handle.js';
import { connectEchoSts } from '../fixture/connect-echo-sts.js';
import { type PerTest, perTest } from './per-test.js';

/** A test's part of a server that it shares with others. */
export interface SharedEchoSts {
  /** The shared server. It concerns all tests. */
  readonly server: RemoteEchoSts;
  /** The address for this test's worker. */
  readonly url: string;
  /** The ids of this test's streams must begin with this. It is unique to the test. */
  readonly streamPrefix: string;
  /** The scope of this test on the shared server. Verified and closed after the test. */
  readonly sts: RemoteScope;
}

/** A scope per test, over one connection: the first test opens it, `disconnect` closes it. */
export interface SharedPerTest extends PerTest<SharedEchoSts> {
  disconnect(): Promise<void>;
}

/** Strict, whatever the server's option says. */
export function scopePerTest(): SharedPerTest {
  const name = 'useSharedEchoSts';
  let connecting: Promise<RemoteEchoSts> | undefined;
  const open = async () => {
    const attempt = connecting ?? connectToShared(`${name}()`);
    connecting = attempt;
    const server = await attempt.catch((error: unknown) => {
      // The next test tries again.
      if (connecting === attempt) connecting = undefined;
      throw error;
    });
    const streamPrefix = nextStreamPrefix();
    const sts = await server.scope({ streamId: streamPrefix, conduct: 'strict' });
    return { value: { server, url: await server.url, streamPrefix, sts }, handle: sts };
  };
  return {
    ...perTest<SharedEchoSts>(name, open),
    async disconnect() {
      const server = await connecting?.catch(() => undefined);
      connecting = undefined;
      await server?.close();
    },
  };
}

/**
 * Connects to the provided address, or to that of the environment. Rejects as `connectEchoSts`. `name` is the calling
 * function.
 */
export async function connectToShared(name: string, provided?: string): Promise<RemoteEchoSts> {
  const address = provided || process.env['ECHO_STS_CONTROL'];
  if (address) return await connectEchoSts(address);
  throw new EchoStsError('INVALID_OPTION', explainMissingServer(name));
}

/** One process may load several copies of this module: one for each thread, module kind or test file. */
const copy = randomUUID().slice(0, 8);
let count = 0;

/** Unique across all processes, threads and copies of the library. */
export function nextStreamPrefix(): string {
  count += 1;
  return `test-${process.pid}.${copy}.${count}/`;
}

function explainMissingServer(name: string): string {
  return (
    `\`${name}\` needs a server that was started with \`control\`, and there is none; add \`echo-sts/vitest/global-setup\` or ` +
    '`echo-sts/jest/global-setup` to the configuration of the runner, or start it with `npx echo-sts -- …`.'
  );
}
