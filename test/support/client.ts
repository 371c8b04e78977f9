/** A worker for tests: an ordinary socket.io-client. */

import { io, type ManagerOptions, type Socket, type SocketOptions } from 'socket.io-client';
import { type Payload, Worker } from './worker.js';

export { fragment, init, type Payload, type Received } from './worker.js';

export class TestWorker extends Worker {
  readonly socket: Socket;

  constructor(url: string, options: Partial<ManagerOptions & SocketOptions> = {}) {
    super();
    this.socket = io(url, { forceNew: true, transports: ['websocket'], reconnection: false, ...options });
    this.socket.onAny((event, payload) => this.record({ event, payload }));
    for (const event of ['connect', 'disconnect', 'connect_error']) {
      this.socket.on(event, (payload) => this.record({ event, payload }));
    }
  }

  get isConnected(): boolean {
    return this.socket.connected;
  }

  send(event: string, ...args: unknown[]): void {
    this.socket.emit(event, ...args);
  }

  on(event: string, callback: (payload: Payload) => void): void {
    this.socket.on(event, callback);
  }

  ask(event: string, ...args: unknown[]): Promise<Payload> {
    return this.socket.emitWithAck(event, ...args);
  }

  drop(): void {
    this.socket.io.engine.close();
  }

  close(): void {
    this.socket.disconnect();
  }
}

/** A worker whose connection is open. */
export async function connect(url: string, options: Partial<ManagerOptions & SocketOptions> = {}): Promise<TestWorker> {
  const worker = new TestWorker(url, options);
  await worker.next('connect');
  return worker;
}
