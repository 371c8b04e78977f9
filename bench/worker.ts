/** The load: a worker that streams fragments and insists on getting every one of them back, whole and in order. */

import { randomBytes, randomUUID } from 'node:crypto';
import { io, type Socket } from 'socket.io-client';

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
  readonly dubbed_audio?: { readonly data_base64: string };
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
  readonly #socket: Socket;
  readonly #streamId = randomUUID();
  #sent = 0;
  #acked = 0;
  #received = 0;
  /** Rejects at the first thing that goes wrong, and stays so: whatever is waited for will not come. */
  readonly #broken: Promise<never>;
  #fail: (error: Error) => void = () => {};

  /** Resolves once the stream is open. */
  static async connect(url: string): Promise<Worker> {
    const worker = new Worker(url);
    const ready = worker.#next('stream:ready');
    worker.#socket.emit('stream:init', { stream_id: worker.#streamId, worker_id: 'bench', config: {} });
    await ready;
    return worker;
  }

  private constructor(url: string) {
    this.#broken = new Promise((_, reject) => {
      this.#fail = reject;
    });
    // It also breaks when it is closed, and nobody may be waiting then.
    this.#broken.catch(() => {});
    this.#socket = io(url, { forceNew: true, transports: ['websocket'], reconnection: false });
    this.#socket.on('error', (error) => this.#fail(new Error(`The server sent an error: ${JSON.stringify(error)}`)));
    this.#socket.on('connect_error', (error) => this.#fail(error));
    this.#socket.on('disconnect', (reason) => this.#fail(new Error(`The connection was lost: ${reason}`)));
    this.#socket.on('fragment:ack', () => {
      this.#acked += 1;
    });
  }

  /** Sends the fragments, each upon a result, and resolves with the round-trip times in milliseconds. */
  async stream({ fragments, window, base64 }: Load): Promise<number[]> {
    const roundTrips: number[] = [];
    const sentAt = new Map<number, number>();
    const end = this.#sent + fragments;
    const send = () => {
      if (this.#sent === end) return;
      sentAt.set(this.#sent, performance.now());
      this.#socket.emit('fragment:data', this.#fragment(base64));
      this.#sent += 1;
    };
    const done = new Promise<void>((resolve) => {
      this.#socket.on('fragment:processed', (result: Result) => {
        roundTrips.push(performance.now() - (sentAt.get(result.sequence_number) ?? Number.NaN));
        this.#check(result, base64);
        send();
        if (this.#received === end) resolve();
      });
      for (let inflight = 0; inflight < window; inflight += 1) send();
    });
    await Promise.race([done, this.#broken]);
    this.#socket.off('fragment:processed');
    return roundTrips;
  }

  /** Resolves once the stream is complete. */
  async end(): Promise<void> {
    const complete = this.#next('stream:complete');
    this.#socket.emit('stream:end', { stream_id: this.#streamId });
    await complete;
  }

  close(): void {
    this.#socket.disconnect();
  }

  #fragment(base64: string): object {
    return {
      fragment_id: `${this.#streamId}:${this.#sent}`,
      stream_id: this.#streamId,
      sequence_number: this.#sent,
      timestamp: Date.now(),
      audio: { format: 'm4a', sample_rate_hz: 48000, channels: 2, duration_ms: 6000, data_base64: base64 },
    };
  }

  #check(result: Result, base64: string): void {
    const { sequence_number, status, dubbed_audio } = result;
    if (sequence_number !== this.#received) {
      this.#fail(new Error(`Fragment ${sequence_number} came back when it was the turn of ${this.#received}.`));
    }
    this.#received += 1;
    if (status !== 'success') this.#fail(new Error(`Fragment ${sequence_number} came back ${status}.`));
    if (dubbed_audio?.data_base64 !== base64) this.#fail(new Error(`Fragment ${sequence_number} came back changed.`));
    if (this.#acked < this.#received) this.#fail(new Error(`Fragment ${sequence_number} was not acknowledged first.`));
  }

  async #next(event: string): Promise<void> {
    const next = new Promise((resolve) => this.#socket.once(event, resolve));
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
