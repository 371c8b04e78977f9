/** The scope of a test on a shared server in another process, which a global setup or the command line has started. */

import { randomUUID } from 'node:crypto';
import { EchoStsError } from '../checks/errors.js';
import type { RemoteEchoSts, RemoteScope } from '../control/any-handle.js';
import { connectEchoSts } from '../fixture/connect-echo-sts.js';
import { type PerTest, perTest } from './per-test.js';

/** What a test has of a server that it shares with others. */
export interface SharedEchoSts {
  /** The shared server: what concerns all tests. */
  readonly server: RemoteEchoSts;
  /** Where this test's worker connects to. */
  readonly url: string;
  /** The ids of this test's streams have to begin so, and those of no other test do. */
  readonly streamPrefix: string;
  /** The scope of this test on the shared server. Verified and closed when the test has ended. */
  readonly sts: RemoteScope;
}

/** A scope per test, over one connection: the first test makes it, `disconnect` ends it. */
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
      // The next test tries anew.
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

/** To the address that was provided, or that stands in the environment. Rejects as `connectEchoSts`; `name` is the function that asks. */
export async function connectToShared(name: string, provided?: string): Promise<RemoteEchoSts> {
  const address = provided || process.env['ECHO_STS_CONTROL'];
  if (address) return await connectEchoSts(address);
  throw new EchoStsError('INVALID_OPTION', explainMissingServer(name));
}

/** One process may hold several copies of this module: one for each thread, kind of module or test file. */
const copy = randomUUID().slice(0, 8);
let count = 0;

/** Different from that of every other scope, in whatever process, thread or copy of the library. */
export function nextStreamPrefix(): string {
  count += 1;
  return `test-${process.pid}.${copy}.${count}/`;
}

function explainMissingServer(name: string): string {
  return (
    `\`${name}\` expected a server that was started with \`control\`, got none; add \`echo-sts/vitest/global-setup\` or ` +
    '`echo-sts/jest/global-setup` to the configuration of the runner, or start it with `npx echo-sts -- …`.'
  );
}
