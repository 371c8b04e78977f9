/** A worker for tests: an ordinary socket.io-client that remembers what came and can be asked for the next of a kind. */

import { io, type ManagerOptions, type Socket, type SocketOptions } from 'socket.io-client';

// biome-ignore lint/suspicious/noExplicitAny: tests look into payloads as they are on the wire
export type Payload = any;

export interface Received {
  readonly event: string;
  readonly payload: Payload;
}

export class TestWorker {
  readonly socket: Socket;
  /** Everything that came, in order; `connect` and `disconnect` included, the latter with its reason. */
  readonly received: Received[] = [];
  readonly #waiting: { event: string; resolve: (payload: Payload) => void }[] = [];
  readonly #taken = new Set<Received>();

  constructor(url: string, options: Partial<ManagerOptions & SocketOptions> = {}) {
    this.socket = io(url, { forceNew: true, transports: ['websocket'], reconnection: false, ...options });
    this.socket.onAny((event, payload) => this.#record({ event, payload }));
    for (const event of ['connect', 'disconnect', 'connect_error']) {
      this.socket.on(event, (payload) => this.#record({ event, payload }));
    }
  }

  send(event: string, ...args: unknown[]): void {
    this.socket.emit(event, ...args);
  }

  /** The payload of the next event of that name that was not asked for before; may have come already. */
  next(event: string): Promise<Payload> {
    const come = this.received.find((entry) => entry.event === event && !this.#taken.has(entry));
    if (come === undefined) return new Promise((resolve) => this.#waiting.push({ event, resolve }));
    this.#taken.add(come);
    return Promise.resolve(come.payload);
  }

  /** All payloads of that event so far. */
  all(event: string): Payload[] {
    return this.received.filter((entry) => entry.event === event).map((entry) => entry.payload);
  }

  /** `stream:init`, and its `stream:ready`. */
  async init(overrides: object = {}): Promise<Payload> {
    this.send('stream:init', init(overrides));
    return this.next('stream:ready');
  }

  /** Resolves once the server has dealt with everything sent so far. */
  async settled(): Promise<void> {
    await this.socket.emitWithAck('test:settled');
  }

  close(): void {
    this.socket.disconnect();
  }

  #record(entry: Received): void {
    this.received.push(entry);
    const index = this.#waiting.findIndex((waiting) => waiting.event === entry.event);
    const [waiting] = index === -1 ? [] : this.#waiting.splice(index, 1);
    if (waiting === undefined) return;
    this.#taken.add(entry);
    waiting.resolve(entry.payload);
  }
}

/** A worker whose connection is open. */
export async function connect(url: string, options: Partial<ManagerOptions & SocketOptions> = {}): Promise<TestWorker> {
  const worker = new TestWorker(url, options);
  await worker.next('connect');
  return worker;
}

/** The payload of a `stream:init`, as on the wire. */
export function init(overrides: object = {}) {
  return { stream_id: 'stream-1', worker_id: 'worker-1', config: {}, ...overrides };
}

/** The payload of a `fragment:data`, as on the wire. */
export function fragment(sequence_number: number, overrides: object = {}) {
  return {
    fragment_id: `fragment-${sequence_number}`,
    stream_id: 'stream-1',
    sequence_number,
    timestamp: 1_700_000_000_000 + sequence_number,
    audio: { format: 'm4a', sample_rate_hz: 48000, channels: 2, duration_ms: 6000, data_base64: 'QUJDRA==' },
    ...overrides,
  };
}
