/** How much of the sent data a worker has not read yet, and whether it reads at all. */

import type { Socket as TcpSocket } from 'node:net';
import { noTimer, realClock } from '../clock/clock.js';
import type { Settings } from '../options/settings.js';

/** A worker with too much unread data is cut off after it has read nothing for this time, milliseconds. */
export const PATIENCE_MS = 1000;
/** The time is counted in parts: a test that blocks the process uses up only one. */
const PATIENCE_PARTS = 10;

/** Minimum of the limit of unread data, bytes. */
const LEAST_LIMIT = 64 * 1024 * 1024;
/** The largest accepted audio in base64, with the rest of the payload, bytes (PROTOCOL §2). */
const LARGEST_RESULT = 14 * 1024 * 1024;

/** Whether the unread data exceeds the limit, which allows for the results of all fragments in flight at once. */
export function isTooMuchUnread(
  bytes: number,
  { maxUnreadBytes, maxMessageBytes }: Pick<Settings, 'maxUnreadBytes' | 'maxMessageBytes'>,
  maxInflight: () => number,
): boolean {
  if (maxUnreadBytes !== undefined) return bytes > maxUnreadBytes;
  return bytes > LEAST_LIMIT && bytes > Math.min(maxMessageBytes, LARGEST_RESULT) * maxInflight();
}

/** The peer whose unread data is counted. */
export interface Reader {
  /** Returns the TCP connections of the peer. */
  carriers(): Iterable<TcpSocket>;
  /** Whether this number of unread bytes exceeds the limit. */
  isTooMuch(bytes: number): boolean;
  /** Called once, with the number of unread bytes, when the limit is exceeded and nothing is read. */
  onGivenUp(bytes: number): void;
}

export class Unread {
  readonly #reader: Reader;
  /** The number of characters that engine.io holds until the transport accepts more; each is at least a byte. */
  #held = 0;
  /** Number of times the transport has accepted the held data. */
  #handedOver = 0;
  #isWatching = false;
  #stopTimer = noTimer;

  constructor(reader: Reader) {
    this.#reader = reader;
  }

  /** Whether data has not been passed to the transport yet. */
  get isHolding(): boolean {
    return this.#held > 0;
  }

  /** Counts a packet that is about to be sent. */
  add(characters: number): void {
    this.#held += characters;
    if (!this.#isWatching && this.#isTooMuch()) this.#watch();
  }

  /** The transport has accepted all held data. */
  handOver(): void {
    this.#held = 0;
    this.#handedOver += 1;
  }

  /** Stops watching. */
  stop(): void {
    this.#stopTimer();
    this.#isWatching = true;
  }

  #isTooMuch(): boolean {
    return this.#reader.isTooMuch(this.#bytes());
  }

  #bytes(): number {
    let bytes = this.#held;
    for (const { writableLength } of this.#reader.carriers()) bytes += writableLength;
    return bytes;
  }

  #watch(): void {
    this.#isWatching = true;
    let progress = this.#progress();
    let idleParts = 0;
    const look = () => {
      const now = this.#progress();
      idleParts = now === progress ? idleParts + 1 : 0;
      progress = now;
      if (!this.#isTooMuch()) this.#isWatching = false;
      else if (idleParts >= PATIENCE_PARTS) this.#reader.onGivenUp(this.#bytes());
      else this.#stopTimer = realClock.startTimer({ wake: look }, PATIENCE_MS / PATIENCE_PARTS);
    };
    this.#stopTimer = realClock.startTimer({ wake: look }, PATIENCE_MS / PATIENCE_PARTS);
  }

  /** A text that changes whenever something has been read, even a part of a message. */
  #progress(): string {
    const queues = Array.from(this.#reader.carriers(), queueSize);
    return [this.#handedOver, ...queues].join();
  }
}

/**
 * How much of the current message the system has not accepted yet. Node's public properties count only whole messages.
 */
function queueSize(tcp: TcpSocket): unknown {
  const handle: object | null = Reflect.get(tcp, '_handle');
  return handle === null ? undefined : Reflect.get(handle, 'writeQueueSize');
}
