/** A worker as people write them, and twelve bugs that can be planted in it, one at a time. Nothing of it is about tests. */

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
  readonly source: readonly string[];
  /** How long a result is waited for. */
  readonly resultTimeoutMs?: number;
  readonly bug?: Bug | undefined;
}

/** Base64 audio, or nothing for a fragment that was given up. */
type Delivered = string | undefined;
interface Processed {
  fragment_id: string;
  status: 'success' | 'partial' | 'failed';
  dubbed_audio?: { data_base64: string };
  error?: { retryable: boolean };
}

export class StreamWorker {
  /** What has come back, in the order of the source. */
  readonly delivered: Delivered[] = [];
  readonly #options: Options;
  readonly #socket: Socket;
  readonly #inFlight = new Map<number, NodeJS.Timeout>();
  #queue: number[] = [];
  #base = 0;
  #left: number;
  #window = 0;
  #isPaused = false;
  #isEnded = false;
  #delayMs = 0;
  #sentAt = 0;
  #timer: NodeJS.Timeout | undefined;
  #done: (delivered: readonly Delivered[]) => void = () => {};

  constructor(options: Options) {
    this.#options = options;
    this.#left = options.source.length;
    this.#queue = [...options.source.keys()];
    this.#socket = io(options.url, { transports: ['websocket'], autoConnect: false, reconnectionDelay: 10 });
  }

  run(): Promise<readonly Delivered[]> {
    this.#socket.on('connect', () => this.#begin());
    this.#socket.on('disconnect', () => this.#lost());
    this.#socket.on('fragment:processed', (result: Processed) => this.#processed(result));
    this.#socket.on('backpressure', (signal) => this.#pressed(signal));
    this.#socket.on('stream:complete', () => this.stop());
    this.#socket.connect();
    return new Promise((resolve) => (this.#done = resolve));
  }

  stop(): void {
    this.#socket.disconnect();
    clearTimeout(this.#timer);
    for (const timer of this.#inFlight.values()) clearTimeout(timer);
    this.#done(this.delivered);
  }

  #has(bug: Bug): boolean {
    return this.#options.bug === bug;
  }

  async #begin(): Promise<void> {
    const config = { stream_id: 'news', worker_id: 'w-1', config: { source_language: 'en', target_language: 'fr' } };
    const { max_inflight } = await this.#socket.emitWithAck('stream:init', config);
    this.#isEnded = false;
    this.#window = max_inflight + (this.#has('one-too-many-in-flight') ? 1 : 0);
    // Numbers begin at 0 in each session.
    if (!this.#has('numbers-on-after-reconnect')) this.#base = this.#queue[0] ?? 0;
    this.#pump();
  }

  #lost(): void {
    for (const timer of this.#inFlight.values()) clearTimeout(timer);
    this.#queue = [...new Set([...this.#inFlight.keys(), ...this.#queue])].sort((a, b) => a - b);
    this.#inFlight.clear();
  }

  #pump(): void {
    clearTimeout(this.#timer);
    if (this.#left === 0 && !this.#has('never-ends')) {
      this.#end();
      return;
    }
    if (this.#isPaused && !this.#has('ignores-pause')) return;
    const waitMs = this.#sentAt + this.#delayMs - performance.now();
    if (waitMs > 0 && !this.#has('ignores-recommended-delay')) {
      this.#timer = setTimeout(() => this.#pump(), waitMs);
      return;
    }
    const next = this.#inFlight.size < this.#window ? this.#queue.shift() : undefined;
    if (next === undefined) return;
    this.#send(next);
    this.#pump();
  }

  /** A signal may come after the last result. */
  #end(): void {
    if (!this.#isEnded) this.#socket.emit('stream:end', { stream_id: 'news' });
    this.#isEnded = true;
  }

  #send(index: number): void {
    const number = index - this.#base;
    const swapped = this.#has('swaps-two-fragments') && (index === 2 || index === 3) ? 5 - index : index;
    clearTimeout(this.#inFlight.get(index));
    const { resultTimeoutMs = 1000 } = this.#options;
    const giveUp = this.#has('waits-for-a-dropped-result') ? undefined : () => this.#settle(index, undefined);
    this.#inFlight.set(index, setTimeout(giveUp ?? (() => {}), resultTimeoutMs));
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

  #processed({ fragment_id, status, error, dubbed_audio }: Processed): void {
    const index = Number(fragment_id.slice(2));
    this.#socket.emit('fragment:ack', { fragment_id, status: 'received', timestamp: Date.now() });
    const mayRetry = status === 'failed' && (error?.retryable === true || this.#has('retries-what-is-final'));
    if (mayRetry && !this.#has('no-retry')) this.#send(index);
    else if (status === 'partial' && this.#has('resends-a-partial-result')) this.#send(index);
    else if (status === 'failed' && this.#has('leaks-a-place')) this.#leak(index);
    else this.#settle(index, dubbed_audio?.data_base64);
  }

  #leak(index: number): void {
    clearTimeout(this.#inFlight.get(index));
    this.#deliver(index, undefined);
  }

  #settle(index: number, audio: Delivered): void {
    clearTimeout(this.#inFlight.get(index));
    this.#inFlight.delete(index);
    this.#deliver(index, audio);
  }

  #deliver(index: number, audio: Delivered): void {
    this.delivered[index] = audio;
    this.#left -= 1;
    this.#pump();
  }

  #pressed({ action, recommended_delay_ms = 0 }: { action: string; recommended_delay_ms?: number }): void {
    this.#isPaused = action === 'pause';
    this.#delayMs = action === 'slow_down' ? recommended_delay_ms : 0;
    this.#pump();
  }
}
