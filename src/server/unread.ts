/** How much of what was said to a worker it has yet to read, and whether it reads at all. */

import type { Socket as TcpSocket } from 'node:net';
import { realClock } from '../clock/clock.js';
import type { Settings } from '../options/settings.js';

/** A worker that has let too much wait is given up when it has read nothing for so long, … */
export const PATIENCE_MS = 1000;
/** … counted in parts, of which a test that blocks the process for long uses up one alone. */
const PATIENCE_PARTS = 10;

/** So much may wait in any case: bytes. */
const LEAST_LIMIT = 64 * 1024 * 1024;
/** The largest audio that is taken, in base64, and the words around it: bytes (PROTOCOL §2). */
const LARGEST_RESULT = 14 * 1024 * 1024;

/** A worker may get the results of all that it may have in flight in one breath, and must not be cut off for that. */
export function isTooMuchUnread(
  bytes: number,
  { maxUnreadBytes, maxMessageBytes }: Pick<Settings, 'maxUnreadBytes' | 'maxMessageBytes'>,
  maxInflight: () => number,
): boolean {
  if (maxUnreadBytes !== undefined) return bytes > maxUnreadBytes;
  return bytes > LEAST_LIMIT && bytes > Math.min(maxMessageBytes, LARGEST_RESULT) * maxInflight();
}

export interface UnreadOptions {
  /** The TCP connections under it. */
  readonly carriers: () => Iterable<TcpSocket>;
  /** Whether so many bytes are more than may wait. */
  readonly isTooMuch: (bytes: number) => boolean;
  /** Called once, with how many bytes wait, when that is too much and nothing is read. */
  readonly onGivenUp: (bytes: number) => void;
}

export class Unread {
  readonly #options: UnreadOptions;
  /** What engine.io holds until the transport takes more. A character is a byte, or more. */
  #held = 0;
  /** How often the transport has taken what was held. */
  #handedOver = 0;
  #isWatching = false;
  #stopTimer = () => {};

  constructor(options: UnreadOptions) {
    this.#options = options;
  }

  /** Whether something has not been handed to the transport. */
  get isHolding(): boolean {
    return this.#held > 0;
  }

  /** A packet of so many characters is to be sent. */
  add(characters: number): void {
    this.#held += characters;
    if (!this.#isWatching && this.#isTooMuch()) this.#watch();
  }

  /** The transport has taken all that was held. */
  handOver(): void {
    this.#held = 0;
    this.#handedOver += 1;
  }

  /** Nothing is to be read any more. */
  stop(): void {
    this.#stopTimer();
    this.#isWatching = true;
  }

  #isTooMuch(): boolean {
    return this.#options.isTooMuch(this.#bytes());
  }

  #bytes(): number {
    let bytes = this.#held;
    for (const { writableLength } of this.#options.carriers()) bytes += writableLength;
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
      else if (idleParts >= PATIENCE_PARTS) this.#options.onGivenUp(this.#bytes());
      else this.#stopTimer = realClock.startTimer({ wake: look }, PATIENCE_MS / PATIENCE_PARTS);
    };
    this.#stopTimer = realClock.startTimer({ wake: look }, PATIENCE_MS / PATIENCE_PARTS);
  }

  /** Another text whenever something has been read, if only a part of a message. */
  #progress(): string {
    const queues = Array.from(this.#options.carriers(), queueSize);
    return [this.#handedOver, ...queues].join();
  }
}

/** What the system has yet to take of the message that is being written. Node shows no more than whole messages. */
function queueSize(tcp: TcpSocket): unknown {
  const handle: object | null = Reflect.get(tcp, '_handle');
  return handle === null ? undefined : Reflect.get(handle, 'writeQueueSize');
}
