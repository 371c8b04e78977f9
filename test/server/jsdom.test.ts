// @vitest-environment jsdom
/** Workers in a jsdom environment: the client as Node gives it, and its bundle for browsers on the DOM of jsdom. */

import type { EventEmitter } from 'node:events';
import { createRequire } from 'node:module';
import * as client from 'socket.io-client';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { fragment, init } from '../support/client.js';
import { useServers } from '../support/servers.js';

const bundle: typeof client = createRequire(import.meta.url)('socket.io-client/dist/socket.io.js');
const { start } = useServers();

const TRANSPORTS = [
  { transports: ['polling', 'websocket'] },
  { transports: ['websocket'] },
  { transports: ['polling'] },
];

/** What vitest gives beside the DOM, whose types are no part of this project. */
declare const jsdom: { readonly virtualConsole: EventEmitter };
declare const location: { readonly origin: string };

/** What jsdom would print. */
const complaints: string[] = [];
beforeAll(() => {
  jsdom.virtualConsole.removeAllListeners('jsdomError').on('jsdomError', ({ message }) => complaints.push(message));
});
beforeEach(() => {
  complaints.length = 0;
});

describe('in jsdom', () => {
  it('a page is on another origin than any fixture', () => {
    expect(location.origin).toBe('http://localhost:3000');
  });

  it.each(TRANSPORTS)('the client of Node streams by $transports, and needs no `cors`', async ({ transports }) => {
    const sts = await start();
    expect(await stream(client.io(sts.url, { transports, forceNew: true }))).toEqual(fragment(0).audio);
  });

  it.each(TRANSPORTS)('the bundle for browsers streams by $transports with `cors: true`', async ({ transports }) => {
    const sts = await start({ cors: true });
    expect(await stream(bundle.io(sts.url, { transports, forceNew: true }))).toEqual(fragment(0).audio);
  });

  it('the bundle for browsers needs no `cors` by websocket alone', async () => {
    const sts = await start();
    expect(await stream(bundle.io(sts.url, { transports: ['websocket'], forceNew: true }))).toEqual(fragment(0).audio);
  });

  it('the bundle for browsers is refused by jsdom while it polls without `cors`', async () => {
    const sts = await start();
    const worker = bundle.io(sts.url, { transports: ['polling'], forceNew: true, reconnection: false });
    const error = await new Promise<Error>((resolve) => worker.once('connect_error', resolve));
    expect(error.message).toBe('xhr poll error');
    expect(complaints).toContain('Cross origin http://localhost:3000 forbidden');
    expect(sts.connections).toBe(0);
  });
});

/** One fragment; resolves with the audio that comes back. */
async function stream(worker: client.Socket): Promise<unknown> {
  try {
    await worker.emitWithAck('stream:init', init());
    const result = new Promise<{ dubbed_audio: unknown }>((resolve) => worker.once('fragment:processed', resolve));
    worker.emit('fragment:data', fragment(0));
    return (await result).dubbed_audio;
  } finally {
    worker.disconnect();
  }
}
