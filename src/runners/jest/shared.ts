/** The server of a jest run, between its global setup and its global teardown: two modules that need not know each other. */

import type { SharedServer } from '../shared-server.js';

/** They may come from different copies of this library: one is imported, the other required. */
const PLACE = Symbol.for('echo-sts.jest.shared-server');

export function keep(server: SharedServer): void {
  Reflect.set(globalThis, PLACE, server);
}

/** The one that was kept, once. */
export function take(): SharedServer | undefined {
  const server: SharedServer | undefined = Reflect.get(globalThis, PLACE);
  Reflect.deleteProperty(globalThis, PLACE);
  return server;
}
