/**
 * For `npm run test:count`: marks each test that starts a server, by whatever it is started. One that listens between tests
 * counts for all that follow in the file, and a process for a server: it may start one that is not seen from here.
 */

import { ChildProcess } from 'node:child_process';
import { Server } from 'node:net';
import { afterAll, afterEach, beforeEach, type TestContext } from 'vitest';

declare module 'vitest' {
  interface TaskMeta {
    startsServer?: true;
  }
}

const { listen } = Server.prototype;
// Its types do not show what starts a process.
const processes = ChildProcess.prototype as ChildProcess & { spawn(...args: unknown[]): unknown };
const { spawn } = processes;
/** Those that run now: several when they are concurrent. */
const running = new Set<TestContext['task']>();
let isForAll = false;

Server.prototype.listen = function (this: Server, ...args: unknown[]) {
  mark();
  return Reflect.apply(listen, this, args);
} as typeof listen;
processes.spawn = function (...args) {
  mark();
  return Reflect.apply(spawn, this, args);
};

beforeEach(({ task }) => {
  running.add(task);
  if (isForAll) task.meta.startsServer = true;
});
afterEach(({ task }) => void running.delete(task));
// The next file of the same process begins anew.
afterAll(() => {
  Server.prototype.listen = listen;
  processes.spawn = spawn;
});

function mark(): void {
  if (running.size === 0) isForAll = true;
  for (const { meta } of running) meta.startsServer = true;
}
