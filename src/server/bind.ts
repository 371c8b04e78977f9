/** Binds an HTTP server to a port. Ports are bound, not checked, because another process could take a port after the check. */

import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { EchoStsError } from '../checks/errors.js';
import { show } from '../core/show.js';
import type { PortRange } from '../options/options.js';

/** Resolves with the port, which is another one for 0. Rejects with an `EchoStsError` (`PORT_IN_USE`, `LISTEN_FAILED`). */
export function bind(http: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException) => reject(toEchoStsError(error, host, port));
    http.once('error', fail);
    http.listen(port, host, () => {
      http.off('error', fail);
      resolve((http.address() as AddressInfo).port);
    });
  });
}

/** The first of the ports that is free, otherwise any free one. Rejects like `bind` with `LISTEN_FAILED`. */
export async function bindPreferred(http: Server, host: string, ports: readonly number[]): Promise<number> {
  for (const preferred of ports) {
    try {
      return await bind(http, host, preferred);
    } catch (error) {
      if (!isPortInUse(error)) throw error;
    }
  }
  return bind(http, host, 0);
}

/**
 * The first of the candidates, which are ports of the range, that can be bound. Rejects with an `EchoStsError`
 * (`PORT_IN_USE`, `LISTEN_FAILED`).
 */
export async function bindFirst(
  http: Server,
  host: string,
  range: PortRange,
  candidates: AsyncIterable<number>,
): Promise<number> {
  let cause: unknown;
  for await (const port of candidates) {
    try {
      return await bind(http, host, port);
    } catch (error) {
      if (!isPortInUse(error)) throw error;
      ({ cause } = error);
    }
  }
  throw new EchoStsError('PORT_IN_USE', explainNoneFree(host, range), { cause });
}

function explainNoneFree(host: string, { from, to }: PortRange): string {
  return (
    `\`port\` expected a free port from ${from} to ${to} on ${host}, got none: all are in use; use a wider range, or 0 for ` +
    'any free port.'
  );
}

function toEchoStsError(cause: NodeJS.ErrnoException, host: string, port: number): EchoStsError {
  if (cause.code === 'EADDRINUSE') {
    const message = `\`port\` ${port} on ${host} is in use; use 0 for any free port, or a list of preferred ports.`;
    return new EchoStsError('PORT_IN_USE', message, { cause });
  }
  const message = `Cannot listen on \`host\` ${show(host)} with \`port\` ${port}: ${cause.message}.`;
  return new EchoStsError('LISTEN_FAILED', message, { cause });
}

function isPortInUse(error: unknown): error is EchoStsError {
  return error instanceof EchoStsError && error.code === 'PORT_IN_USE';
}
