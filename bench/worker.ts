/** The load: a worker that streams fragments and insists on getting every one of them back, whole and in order. */

import { randomBytes, randomUUID } from 'node:crypto';
import { type Audio, audioOf, type Received, SocketIoClient } from './socket-io-client.js';

export interface Load {
  readonly fragments: number;
  /** How many are in flight at most. */
  readonly window: number;
  readonly base64: string;
}

/** What is looked at of a `fragment:processed`. */
interface Result {
  readonly sequence_number: number;
  readonly status: string;
}

/** More at once overflow the queue of connections that the system holds for the server. */
const CONNECT_AT_ONCE = 100;

/** Resolves once so many workers have each an open stream. */
export async function connectAll(url: string, count: number): Promise<Worker[]> {
  const workers: Worker[] = [];
  while (workers.length < count) {
    const missing = Math.min(CONNECT_AT_ONCE, count - workers.length);
    workers.push(...(await Promise.all(Array.from({ length: missing }, () => Worker.connect(url)))));
  }
  return workers;
}

export class Worker {
  readonly #client: SocketIoClient;
  readonly #streamId = randomUUID();
  #sent = 0;
  #acked = 0;
  #received = 0;
  /** Rejects at the first thing that goes wrong, and stays so: whatever is waited for will not come. */
  readonly #broken: Promise<never>;
  #fail: (error: Error) => void = () => {};
  /** What is done with each result, and with the next message that is waited for. */
  #onResult: (received: Received) => void = () => {};
  #awaited: { readonly event: string; readonly resolve: () => void } | undefined;

  /** Resolves once the stream is open. */
  static async connect(url: string): Promise<Worker> {
    const worker = new Worker(await SocketIoClient.connect(url));
    const ready = worker.#next('stream:ready');
    worker.#client.emit('stream:init', { stream_id: worker.#streamId, worker_id: 'bench', config: {} });
    await ready;
    return worker;
  }

  private constructor(client: SocketIoClient) {
    this.#client = client;
    this.#broken = new Promise((_, reject) => {
      this.#fail = reject;
    });
    // It also breaks when it is closed, and nobody may be waiting then.
    this.#broken.catch(() => {});
    client.onEvent = (received) => this.#came(received);
    client.onLost = () => this.#fail(new Error('The connection was lost.'));
  }

  /** Sends the fragments, each upon a result, and resolves with the round-trip times in milliseconds. */
  async stream({ fragments, window, base64 }: Load): Promise<number[]> {
    const audio = audioOf(base64);
    const roundTrips: number[] = [];
    const sentAt = new Map<number, number>();
    const end = this.#sent + fragments;
    const send = () => {
      if (this.#sent === end) return;
      sentAt.set(this.#sent, performance.now());
      this.#client.emitWithAudio('fragment:data', this.#fragment(), audio);
      this.#sent += 1;
    };
    const done = new Promise<void>((resolve) => {
      this.#onResult = (received) => {
        const { sequence_number } = received.payload as Result;
        roundTrips.push(performance.now() - (sentAt.get(sequence_number) ?? Number.NaN));
        this.#check(received, audio);
        send();
        if (this.#received === end) resolve();
      };
      for (let inflight = 0; inflight < window; inflight += 1) send();
    });
    await Promise.race([done, this.#broken]);
    return roundTrips;
  }

  /** Resolves once the stream is complete. */
  async end(): Promise<void> {
    const complete = this.#next('stream:complete');
    this.#client.emit('stream:end', { stream_id: this.#streamId });
    await complete;
  }

  close(): void {
    this.#client.close();
  }

  /** Without its audio. */
  #fragment(): object {
    return {
      fragment_id: `${this.#streamId}:${this.#sent}`,
      stream_id: this.#streamId,
      sequence_number: this.#sent,
      timestamp: Date.now(),
      audio: { format: 'm4a', sample_rate_hz: 48000, channels: 2, duration_ms: 6000, data_base64: '' },
    };
  }

  #came(received: Received): void {
    const { event, payload } = received;
    if (event === 'fragment:processed') this.#onResult(received);
    else if (event === 'fragment:ack') this.#acked += 1;
    else if (event === 'error') this.#fail(new Error(`The server sent an error: ${JSON.stringify(payload)}`));
    if (this.#awaited?.event === event) this.#awaited.resolve();
  }

  #check({ payload, audio }: Received, { base64 }: Audio): void {
    const { sequence_number, status } = payload as Result;
    if (sequence_number !== this.#received) {
      this.#fail(new Error(`Fragment ${sequence_number} came back when it was the turn of ${this.#received}.`));
    }
    this.#received += 1;
    if (status !== 'success') this.#fail(new Error(`Fragment ${sequence_number} came back ${status}.`));
    if (audio?.equals(base64) !== true) this.#fail(new Error(`Fragment ${sequence_number} came back changed.`));
    if (this.#acked < this.#received) this.#fail(new Error(`Fragment ${sequence_number} was not acknowledged first.`));
  }

  async #next(event: string): Promise<void> {
    const next = new Promise<void>((resolve) => {
      this.#awaited = { event, resolve };
    });
    await Promise.race([next, this.#broken]);
  }
}

/** Connects a worker, hands it over, and closes it whatever happens. */
export async function withWorker<Result>(url: string, use: (worker: Worker) => Promise<Result>): Promise<Result> {
  const worker = await Worker.connect(url);
  try {
    return await use(worker);
  } finally {
    worker.close();
  }
}

/** Base64 of that many characters, a multiple of four; its last one is padding. */
export function base64Text(characters: number): string {
  return randomBytes((characters / 4) * 3 - 1).toString('base64');
}
