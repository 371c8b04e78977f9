/**
 * A careful worker: it retries what is retryable, keeps to the pace, and gets through lost connections; and twelve bugs that can
 * be planted in it, one at a time. Nothing of it is about tests.
 */

import { io, type Socket } from 'socket.io-client';

export const BUGS = [
  'no-retry',
  'retries-what-is-final',
  'ignores-pause',
  'ignores-recommended-delay',
  'numbers-on-after-reconnect',
  'never-ends',
  'leaks-a-place',
  'one-too-many-in-flight',
  'resends-a-partial-result',
  'waits-for-a-dropped-result',
  'swaps-two-fragments',
  'number-as-text',
] as const;
export type Bug = (typeof BUGS)[number];

interface Options {
  readonly url: string;
  /** Base64 audio. */
  readonly source: readonly string[];
  /** How long a result is waited for, milliseconds. */
  readonly resultTimeoutMs?: number;
  readonly bug?: Bug | undefined;
}

interface Result {
  readonly fragment_id: string;
  readonly status: 'success' | 'partial' | 'failed';
  readonly dubbed_audio?: { readonly data_base64: string };
  readonly error?: { readonly retryable: boolean };
}

/** How often a fragment is sent again after a failure. */
const RETRIES = 1;

export class StreamWorker {
  readonly #options: Options;
  readonly #socket: Socket;
  /** What has come back, in the order of the source; undefined for what was given up. */
  readonly #delivered = new Map<number, string | undefined>();
  readonly #retries = new Map<number, number>();
  readonly #inFlight = new Map<number, NodeJS.Timeout>();
  #queue: number[] = [];
  /** The number of each fragment in this stream. */
  #numbers = new Map<number, number>();
  #nextNumber = 0;
  #leaked = 0;
  #window = 0;
  #isPaused = false;
  #delayMs = 0;
  #sentAt = 0;
  #hasEnded = false;
  #timer: NodeJS.Timeout | undefined;
  #finish: (delivered: (string | undefined)[]) => void = () => {};

  constructor(options: Options) {
    this.#options = options;
    this.#socket = io(options.url, {
      transports: ['websocket'],
      autoConnect: false,
      forceNew: true,
      reconnectionDelay: 5,
      reconnectionDelayMax: 10,
    });
  }

  /** Resolves with what was delivered, when the stream is complete. */
  run(): Promise<(string | undefined)[]> {
    const socket = this.#socket;
    socket.on('connect', () => this.#begin());
    socket.on('disconnect', () => this.#lost());
    socket.on('stream:ready', ({ max_inflight }) => this.#ready(max_inflight));
    socket.on('fragment:processed', (result: Result) => this.#processed(result));
    socket.on('backpressure', (signal) => this.#pressed(signal));
    socket.on('stream:complete', () => this.stop());
    socket.connect();
    return new Promise((resolve) => {
      this.#finish = resolve;
    });
  }

  stop(): void {
    this.#socket.removeAllListeners();
    this.#socket.disconnect();
    this.#reset();
    this.#finish(this.#options.source.map((_, index) => this.#delivered.get(index)));
  }

  #has(bug: Bug): boolean {
    return this.#options.bug === bug;
  }

  /** A new stream: its numbers begin at 0. */
  #begin(): void {
    this.#reset();
    this.#queue = [...this.#options.source.keys()].filter((index) => !this.#delivered.has(index));
    if (!this.#has('numbers-on-after-reconnect')) {
      this.#nextNumber = 0;
      this.#numbers.clear();
    }
    this.#socket.emit('stream:init', {
      stream_id: 'news',
      worker_id: 'w-1',
      config: { source_language: 'en', target_language: 'fr' },
    });
  }

  #ready(maxInflight: number): void {
    this.#window = maxInflight + (this.#has('one-too-many-in-flight') ? 1 : 0);
    this.#pump();
  }

  #lost(): void {
    this.#reset();
    if (this.#delivered.size === this.#options.source.length) this.stop();
    // Socket.IO does not connect again by itself after a disconnect by the server.
    else if (!this.#socket.active) this.#socket.connect();
  }

  #reset(): void {
    clearTimeout(this.#timer);
    for (const timer of this.#inFlight.values()) clearTimeout(timer);
    this.#inFlight.clear();
    this.#queue = [];
    this.#window = 0;
    this.#leaked = 0;
    this.#isPaused = false;
    this.#delayMs = 0;
    this.#hasEnded = false;
  }

  #pump(): void {
    clearTimeout(this.#timer);
    if (this.#window === 0 || this.#hasEnded) return;
    if (this.#delivered.size === this.#options.source.length) {
      this.#hasEnded = true;
      if (!this.#has('never-ends')) this.#socket.emit('stream:end', { stream_id: 'news' });
      return;
    }
    if (this.#isPaused && !this.#has('ignores-pause')) return;
    const isFull = this.#inFlight.size + this.#leaked >= this.#window;
    if (isFull || this.#queue.length === 0) return;
    const waitMs = this.#sentAt + this.#delayMs - performance.now();
    if (this.#delayMs > 0 && waitMs > 0 && !this.#has('ignores-recommended-delay')) {
      this.#timer = setTimeout(() => this.#pump(), Math.ceil(waitMs));
      return;
    }
    this.#send(this.#queue.shift() as number);
    this.#pump();
  }

  #send(index: number): void {
    const number = this.#numbers.get(index) ?? this.#nextNumber++;
    this.#numbers.set(index, number);
    const swapped = this.#has('swaps-two-fragments') && (index === 2 || index === 3) ? 5 - index : index;
    const timer = setTimeout(() => this.#overdue(), this.#options.resultTimeoutMs ?? 2000);
    this.#inFlight.set(index, timer);
    this.#sentAt = performance.now();
    this.#socket.emit('fragment:data', {
      fragment_id: `f-${index}`,
      stream_id: 'news',
      sequence_number: this.#has('number-as-text') ? String(number) : number,
      timestamp: Date.now(),
      audio: {
        format: 'pcm_s16le',
        sample_rate_hz: 48000,
        channels: 2,
        duration_ms: 6000,
        data_base64: this.#options.source[swapped],
      },
    });
  }

  /** The result is lost: what is missing is sent in a new stream. */
  #overdue(): void {
    if (this.#has('waits-for-a-dropped-result')) return;
    this.#socket.disconnect();
    this.#reset();
    this.#socket.connect();
  }

  #processed({ fragment_id, status, error, dubbed_audio }: Result): void {
    const index = Number(fragment_id.slice(2));
    if (!this.#inFlight.has(index)) return;
    clearTimeout(this.#inFlight.get(index));
    this.#inFlight.delete(index);
    if (status === 'failed' && this.#has('leaks-a-place')) this.#leaked += 1;
    const retries = this.#retries.get(index) ?? 0;
    if (retries < RETRIES && this.#isToBeSentAgain(status, error)) {
      this.#retries.set(index, retries + 1);
      this.#queue.unshift(index);
    } else this.#delivered.set(index, dubbed_audio?.data_base64);
    this.#pump();
  }

  #isToBeSentAgain(status: Result['status'], error: Result['error']): boolean {
    if (this.#has('no-retry')) return false;
    if (this.#has('retries-what-is-final')) return error !== undefined;
    if (this.#has('resends-a-partial-result')) return error?.retryable === true;
    return status === 'failed' && error?.retryable === true;
  }

  #pressed({ action, recommended_delay_ms = 0 }: { action: string; recommended_delay_ms?: number }): void {
    this.#isPaused = action === 'pause';
    this.#delayMs = action === 'slow_down' ? recommended_delay_ms : 0;
    this.#pump();
  }
}
