/** The part that a test has of a server in another process, which a global setup or the command line has started. */

import { threadId } from 'node:worker_threads';
import { EchoStsError } from '../checks/errors.js';
import type { RemoteEchoSts, RemoteScope } from '../control/any-handle.js';
import { connectEchoSts } from '../fixture/connect-echo-sts.js';
import { type OfEachTest, ofEachTest } from './of-each-test.js';

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

/** For each test, over one connection that is made for the first and that `disconnect` ends. */
export interface SharedOfEachTest extends OfEachTest<SharedEchoSts> {
  disconnect(): Promise<void>;
}

export function scopeOfEachTest(): SharedOfEachTest {
  const name = 'useSharedEchoSts';
  let connecting: Promise<RemoteEchoSts> | undefined;
  const open = async () => {
    connecting ??= connectToShared(`${name}()`);
    const server = await connecting;
    const streamPrefix = nextStreamPrefix();
    const sts = await server.scope({ streamId: streamPrefix });
    return { held: { server, url: await server.url, streamPrefix, sts }, handle: sts };
  };
  return {
    ...ofEachTest<SharedEchoSts>(name, open),
    async disconnect() {
      const server = await connecting?.catch(() => undefined);
      connecting = undefined;
      await server?.close();
    },
  };
}

/** To the address that was provided, or that stands in the environment. Rejects as `connectEchoSts`; `name` is who asks. */
export async function connectToShared(name: string, provided?: string): Promise<RemoteEchoSts> {
  const address = provided || process.env['ECHO_STS_CONTROL'];
  if (address) return await connectEchoSts(address);
  throw new EchoStsError('INVALID_OPTION', noServer(name));
}

let count = 0;

/** A scope that is still open has another one, in whatever process or thread. */
export function nextStreamPrefix(): string {
  count += 1;
  return `test-${process.pid}.${threadId}.${count}/`;
}

function noServer(name: string): string {
  return (
    `\`${name}\` expected a server that was started with \`control\`, got none; add \`echo-sts/vitest/global-setup\` or ` +
    '`echo-sts/jest/global-setup` to the configuration of the runner, or start it with `npx echo-sts -- …`.'
  );
}
