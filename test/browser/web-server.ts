/** Serves the example page and the client's own bundle, on an origin that is not the fixture's. */

import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';

interface Resource {
  readonly type: string;
  readonly file: URL;
}

const RESOURCES: Readonly<Record<string, Resource>> = {
  '/index.html': {
    type: 'text/html; charset=utf-8',
    file: new URL('../../examples/browser/index.html', import.meta.url),
  },
  '/socket.io.min.js': {
    type: 'text/javascript',
    file: new URL('../../node_modules/socket.io-client/dist/socket.io.min.js', import.meta.url),
  },
};

export interface WebServer {
  readonly origin: string;
  close(): Promise<void>;
}

/** On a free port of the loopback address. */
export async function serve(): Promise<WebServer> {
  const server = createServer(async ({ url = '/' }, response) => {
    const resource = RESOURCES[new URL(url, 'http://page').pathname];
    if (resource === undefined) return response.writeHead(404).end();
    return response.writeHead(200, { 'content-type': resource.type }).end(await readFile(fileURLToPath(resource.file)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { origin: `http://127.0.0.1:${port}`, close: () => close(server) };
}

function close(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}
