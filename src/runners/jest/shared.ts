/** The server of a jest run, between its global setup and its global teardown: two modules that share no import. */

import type { SharedServer } from '../shared-server.js';

/** Setup and teardown may load different copies of this library: one is imported, the other required. */
const PLACE = Symbol.for('echo-sts.jest.shared-server');

export function store(server: SharedServer): void {
  Reflect.set(globalThis, PLACE, server);
}

/** Returns the stored server and removes it. */
export function take(): SharedServer | undefined {
  const server: SharedServer | undefined = Reflect.get(globalThis, PLACE);
  Reflect.deleteProperty(globalThis, PLACE);
  return server;
}
