/** What all workers of tests have in common: they remember what came, and can be asked for the next of a kind. */

import { nextTurn } from '../../src/clock/clock.js';

// biome-ignore lint/suspicious/noExplicitAny: tests look into payloads as they are on the wire
export type Payload = any;

export interface Received {
  readonly event: string;
  readonly payload: Payload;
}

export abstract class Worker {
  /** Everything that came, in order; `connect` and `disconnect` included, the latter with its reason. */
  readonly received: Received[] = [];
  readonly #waiting: { event: string; resolve: (payload: Payload) => void }[] = [];
  readonly #taken = new Set<Received>();

  /** Whether its connection is open, as far as it knows. */
  abstract readonly isConnected: boolean;

  abstract send(event: string, ...args: unknown[]): void;

  /** Calls back whenever an event of that name has come. */
  abstract on(event: string, callback: (payload: Payload) => void): void;

  /** Sends an event with a callback; resolves with what that is called with. */
  abstract ask(event: string, ...args: unknown[]): Promise<Payload>;

  /** Its connection breaks. */
  abstract drop(): void;

  abstract close(): void;

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

  /** Resolves once everything sent so far has been dealt with, and what is due at once has come of it. */
  async settled(): Promise<void> {
    await this.ask('test:settled');
    await nextTurn();
    await nextTurn();
  }

  protected record(entry: Received): void {
    this.received.push(entry);
    const index = this.#waiting.findIndex((waiting) => waiting.event === entry.event);
    const [waiting] = index === -1 ? [] : this.#waiting.splice(index, 1);
    if (waiting === undefined) return;
    this.#taken.add(entry);
    waiting.resolve(entry.payload);
  }
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

/** The same, with this as its audio. */
export function fragmentWith(sequence_number: number, data_base64: string) {
  return fragment(sequence_number, { audio: { ...fragment(sequence_number).audio, data_base64 } });
}

/** Sends the fragments with these numbers, each in a turn of its own; resolves once they have been dealt with. */
export async function send(worker: Worker, ...numbers: number[]): Promise<void> {
  for (const number of numbers) {
    worker.send('fragment:data', fragment(number));
    await nextTurn();
  }
  await worker.settled();
}

/** How each result came out: the number with a `!` where it failed. */
export function outcome(worker: Worker): string {
  const results = worker.all('fragment:processed');
  return results.map(({ sequence_number, status }) => `${sequence_number}${status === 'failed' ? '!' : ''}`).join(' ');
}

/**
 * Sends all fragments at the pace of the service, sends failed ones again, and ends its stream; acknowledges each result if
 * it has manners.
 */
export async function behave(worker: Worker, count: number, hasManners = false): Promise<void> {
  await worker.init();
  let isPaused = false;
  worker.on('backpressure', ({ action }) => {
    isPaused = action !== 'none';
  });
  for (let number = 0; number < count; number += 1) {
    while (isPaused) await nextTurn();
    let result = { status: 'failed', fragment_id: '' };
    while (result.status === 'failed') {
      worker.send('fragment:data', fragment(number));
      result = await worker.next('fragment:processed');
    }
    if (hasManners) worker.send('fragment:ack', { fragment_id: result.fragment_id, status: 'applied', timestamp: 1 });
  }
  worker.send('stream:pause', { stream_id: 'stream-1' });
  worker.send('stream:resume', { stream_id: 'stream-1' });
  worker.send('stream:end', { stream_id: 'stream-1' });
  await worker.next('stream:complete');
}
