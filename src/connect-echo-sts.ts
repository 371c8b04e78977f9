/** The way to a fixture in another process. What speaks to it is loaded only when it is asked for. */

import * as v from 'valibot';
import { checked } from './checked.js';
import type { RemoteEchoSts } from './control/any-handle.js';
import { show } from './core/show.js';
import { CallSite, EchoStsError } from './errors.js';
import { closedRecord, nonEmptyText } from './fields.js';

/** How a control client proves that it may control the fixture. */
export interface ConnectOptions {
  /**
   * The token of the fixture's option `control`.
   * @default the one in the address
   */
  token?: string;
}

const connectOptions = closedRecord({ token: v.optional(nonEmptyText) });

/**
 * Connects to a fixture that was started in another process of this machine with the option `control`, and resolves with
 * the same handle. `address` is its `controlUrl` or `url`; by default what the environment variable `ECHO_STS_CONTROL` says.
 * Needs the package `socket.io-client`. Rejects with an `EchoStsError`: `INVALID_OPTION`, `CONTROL_REFUSED`, `DISCONNECTED`
 * or `MISSING_PACKAGE`.
 *
 * @example
 * const sts = await connectEchoSts(process.env.ECHO_STS_CONTROL);
 * await sts.addErrorRule({ when: { sequenceNumber: 5 }, code: 'TIMEOUT', times: 1 });
 * await runMyWorker({ url: await sts.url, streamId: 'stream-1' });
 * console.log((await sts.sessions).length);
 * await sts.close();
 */
export async function connectEchoSts(address?: string, options: ConnectOptions = {}): Promise<RemoteEchoSts> {
  const site = new CallSite(connectEchoSts);
  try {
    const { token } = checked('options', connectOptions, options);
    const { origin, searchParams } = toUrl(address ?? process.env['ECHO_STS_CONTROL']);
    const { connectTo } = await import('./control/index.js');
    const { io } = await import('socket.io-client').catch(explainMissing);
    return await connectTo(io, { url: origin, token: token ?? searchParams.get('token') ?? undefined });
  } catch (error) {
    throw error instanceof EchoStsError ? site.mark(error) : error;
  }
}

function toUrl(address: unknown): URL {
  if (typeof address === 'string' && /^https?:/.test(address) && URL.canParse(address)) return new URL(address);
  const message =
    `\`address\` expected the \`controlUrl\` of a fixture, such as http://127.0.0.1:8000/control, got ${show(address)}; ` +
    'pass it, or set the environment variable ECHO_STS_CONTROL.';
  throw new EchoStsError('INVALID_OPTION', message);
}

function explainMissing(cause: unknown): never {
  const { code } = cause as NodeJS.ErrnoException;
  if (code !== 'ERR_MODULE_NOT_FOUND' && code !== 'MODULE_NOT_FOUND') throw cause;
  const message = '`connectEchoSts` needs the package `socket.io-client`: `npm install --save-dev socket.io-client`.';
  throw new EchoStsError('MISSING_PACKAGE', message, { cause });
}
