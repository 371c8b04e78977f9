/** A stream worker: it sends audio fragments to the STS service and returns the dubbed audio. */

import { io, type Socket } from 'socket.io-client';

export interface WorkerOptions {
  url: string;
  streamId?: string;
  token?: string;
  /** How often a fragment is sent, the first time included. */
  maxAttempts?: number;
  /** How long the worker waits for a result, milliseconds. */
  resultTimeoutMs?: number;
}

/** Base64 text; undefined for a fragment that was given up. */
export type Dubbed = string | undefined;

interface Fragment {
  readonly id: string;
  readonly index: number;
  readonly audio: string;
  /** Its number in this session: each session begins at 0. */
  number?: number | undefined;
  attempts: number;
  timer?: ReturnType<typeof setTimeout>;
}

export class StreamWorker {
  readonly #options: Required<WorkerOptions>;
  readonly #socket: Socket;
  readonly #dubbed: Dubbed[] = [];
  readonly #inFlight = new Map<string, Fragment>();
  #waiting: Fragment[] = [];
  #nextNumber = 0;
  #maxInflight = 0;
  #isPaused = false;
  #pace: ReturnType<typeof setInterval> | undefined;

  constructor(options: WorkerOptions) {
    this.#options = { streamId: 'news', token: '', maxAttempts: 2, resultTimeoutMs: 8000, ...options };
    const auth = { token: this.#options.token };
    this.#socket = io(options.url, { transports: ['websocket'], autoConnect: false, reconnectionDelay: 10, auth });
  }

  /** Resolves with the dubbed audio, in order. */
  run(source: readonly string[]): Promise<Dubbed[]> {
    this.#waiting = source.map((audio, index) => ({ id: `f-${index}`, index, audio, attempts: 0 }));
    this.#socket.on('connect', () => this.#begin());
    this.#socket.on('disconnect', (reason) => this.#lost(reason));
    this.#socket.on('stream:ready', ({ max_inflight }) => this.#ready(max_inflight));
    this.#socket.on('fragment:processed', (result) => this.#processed(result));
    this.#socket.on('backpressure', (signal) => this.#pressed(signal));
    this.#socket.on('stream:complete', () => this.#socket.disconnect());
    return new Promise((resolve, reject) => {
      this.#socket.on('stream:complete', () => resolve(this.#dubbed));
      this.#socket.on('connect_error', (error) => this.#socket.active || reject(error)); // refused for good
      this.#socket.connect();
    });
  }

  #begin(): void {
    this.#socket.emit('stream:init', { stream_id: this.#options.streamId, worker_id: 'w-1', config: {} });
  }

  #ready(maxInflight: number): void {
    this.#nextNumber = 0;
    this.#maxInflight = maxInflight;
    this.#pressed({ action: 'none' });
  }

  #lost(reason: string): void {
    for (const { timer } of this.#inFlight.values()) clearTimeout(timer);
    clearInterval(this.#pace);
    this.#waiting = [...this.#inFlight.values(), ...this.#waiting].sort((one, other) => one.index - other.index);
    for (const fragment of this.#waiting) fragment.number = undefined;
    for (const fragment of this.#waiting) fragment.attempts = 0;
    this.#inFlight.clear();
    if (reason === 'io server disconnect') this.#socket.connect(); // the only one after which the client does not
  }

  /** Sends what may be sent now, `limit` fragments at most. */
  #pump(limit = this.#isPaused ? 0 : Number.POSITIVE_INFINITY): void {
    for (let sent = 0; sent < limit && this.#waiting.length > 0 && this.#inFlight.size <= this.#maxInflight; sent += 1)
      this.#send(this.#waiting.shift() as Fragment);
    if (this.#waiting.length + this.#inFlight.size > 0 || this.#maxInflight === 0) return;
    this.#maxInflight = 0; // the stream ends once
    this.#socket.emit('stream:end', { stream_id: this.#options.streamId });
  }

  #send(fragment: Fragment): void {
    fragment.number ??= this.#nextNumber++;
    fragment.attempts += 1;
    fragment.timer = setTimeout(() => this.#settle(fragment), this.#options.resultTimeoutMs);
    this.#inFlight.set(fragment.id, fragment);
    this.#socket.emit('fragment:data', payloadOf(fragment, this.#options.streamId));
  }

  #processed({ fragment_id, status, error, dubbed_audio }: Processed): void {
    const fragment = this.#inFlight.get(fragment_id);
    if (fragment === undefined) return; // given up before
    const mayRetry = status === 'failed' && error?.retryable === true;
    this.#settle(fragment, dubbed_audio?.data_base64, mayRetry && fragment.attempts < this.#options.maxAttempts);
  }

  #settle(fragment: Fragment, audio?: string, isRetried = false): void {
    clearTimeout(fragment.timer);
    this.#inFlight.delete(fragment.id);
    if (isRetried) this.#waiting.unshift(fragment);
    else this.#dubbed[fragment.index] = audio;
    this.#pump();
  }

  #pressed({ action, recommended_delay_ms }: Signal): void {
    clearInterval(this.#pace);
    this.#isPaused = action !== 'none';
    if (action === 'slow_down') this.#pace = setInterval(() => this.#pump(1), recommended_delay_ms);
    this.#pump();
  }
}

interface Processed {
  fragment_id: string;
  status: 'success' | 'partial' | 'failed';
  dubbed_audio?: { data_base64: string };
  error?: { retryable: boolean };
}

interface Signal {
  action: 'none' | 'slow_down' | 'pause';
  recommended_delay_ms?: number;
}

function payloadOf({ id, number, audio }: Fragment, stream_id: string) {
  const format = { sample_rate_hz: 48000, channels: 2, duration_ms: 6000 };
  const payload = { fragment_id: id, stream_id, sequence_number: number, timestamp: Date.now() };
  return { ...payload, audio: { ...format, data_base64: audio } };
}
