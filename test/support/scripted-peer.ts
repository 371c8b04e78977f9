/** The other end of a connection without a socket: what is said to it is there at once, and what it sends is heard at once. */

import type { CutForm, Handshake } from 'echo-sts/core';
import { nextTurn } from '../../src/clock/clock.js';
import type { Offence } from '../../src/core/protocol.js';
import type { OutgoingEvent, Peer, PeerListener } from '../../src/server/peer.js';

/** Why a connection is over, in the words of either side. */
export interface Ending {
  /** As the service reads it. */
  readonly here: string;
  /** As the worker reads it. */
  readonly there: string;
  /** What the worker did, if it was ended for that. */
  readonly offence?: Offence;
}

const DISCONNECTED: Ending = { here: 'server namespace disconnect', there: 'io server disconnect' };
const CLOSED: Ending = { here: 'forced close', there: 'transport close' };

/** A cut that is not among these is not noticed by either side. */
const ENDINGS: Readonly<Partial<Record<CutForm, Ending>>> = {
  'server-disconnect': DISCONNECTED,
  'transport-close': CLOSED,
  reset: CLOSED,
};

/** The worker that it stands for. */
export interface ScriptedWorkerEnd {
  /** An event has come. */
  said(event: OutgoingEvent): void;
  /** The connection is gone. */
  gone(reason: string): void;
}

export class ScriptedPeer implements Peer {
  readonly handshake: Handshake;
  isDeaf = false;
  /** Each event counts for one. */
  bytesRead = 0;
  isEnded = false;
  /** How it was broken, in order. */
  readonly breaks: CutForm[] = [];
  readonly #worker: ScriptedWorkerEnd;
  #listener: PeerListener | undefined;
  /** What a worker that does not read has been sent meanwhile. */
  #unread: OutgoingEvent[] | undefined;
  #isMuted = false;
  readonly #onTheWay: (() => void)[] = [];
  /** Who waits for the worker to have heard everything. */
  readonly #asking: ((isHeard: boolean) => void)[] = [];
  readonly #callbacks = new Set<() => void>();

  constructor(handshake: Handshake, worker: ScriptedWorkerEnd) {
    this.handshake = handshake;
    this.#worker = worker;
  }

  /** Whether the connection is there. */
  get isOpen(): boolean {
    return this.#listener !== undefined;
  }

  get hasUnheard(): boolean {
    return !this.isDeaf && this.#unread !== undefined && (this.#unread.length > 0 || this.#asking.length > 0);
  }

  hear(listener: PeerListener): void {
    this.#listener = listener;
  }

  flush(): void {
    // Everything has left already.
  }

  say(events: readonly OutgoingEvent[]): void {
    if (!this.isOpen) return;
    // As on the wire: what is undefined is absent, and nothing is shared.
    const copies: OutgoingEvent[] = events.map(({ event, payload }) => ({ event, payload: overTheWire(payload) }));
    if (this.#unread === undefined) for (const copy of copies) this.#worker.said(copy);
    else this.#unread.push(...copies);
    this.#changed();
  }

  /** The worker sends an event. */
  send(event: unknown, args: readonly unknown[], acknowledge?: (payload: object) => void): void {
    this.arrive(event, overTheWire(args), acknowledge && ((payload) => acknowledge(overTheWire(payload))));
  }

  /** What the service hears is this. */
  arrive(event: unknown, args: readonly unknown[], acknowledge?: (payload: object) => void): void {
    this.bytesRead += 1;
    this.#listener?.received(event, args, acknowledge);
  }

  /** The same, but it is on its way until the service waits for it. */
  sendSlowly(event: unknown, args: readonly unknown[]): void {
    this.#onTheWay.push(() => this.send(event, args));
  }

  /** The worker does not read from now on. */
  stopReading(): void {
    this.#unread ??= [];
  }

  /** It reads what has come meanwhile. */
  readOn(): void {
    const unread = this.#unread ?? [];
    this.#unread = undefined;
    for (const event of unread) this.#worker.said(event);
    this.#answer(this.isOpen && !this.isDeaf && !this.#isMuted);
  }

  /** The service ends the connection for what the worker has done. */
  cutOff(offence: Offence): void {
    this.isEnded = true;
    this.lose({ ...CLOSED, offence });
  }

  /** The connection is lost. */
  lose({ here, there, offence }: Ending): void {
    const listener = this.#listener;
    if (listener === undefined) return;
    this.#listener = undefined;
    this.#answer(false);
    listener.lost({ reason: here, ...(offence && { offence }) });
    this.#worker.gone(there);
  }

  break(how: CutForm): void {
    this.isEnded = true;
    this.breaks.push(how);
    const ending = ENDINGS[how];
    if (ending === undefined) this.#stopHearing(how !== 'mute-pings');
    else this.lose(ending);
  }

  afterLastWord(callback: () => void): void {
    callback();
  }

  async heard(): Promise<boolean> {
    // The worker has its turn first.
    await nextTurn();
    for (const arrive of this.#onTheWay.splice(0)) arrive();
    if (!this.isOpen || this.isDeaf || this.#isMuted) return false;
    if (this.#unread === undefined) return true;
    return new Promise((resolve) => this.#asking.push(resolve));
  }

  heardSoon(): Promise<boolean> {
    return this.#unread === undefined ? this.heard() : Promise.resolve(false);
  }

  listen(callback: () => void): () => void {
    this.#callbacks.add(callback);
    return () => this.#callbacks.delete(callback);
  }

  hold(): () => void {
    // Nothing is written.
    return () => {};
  }

  abandon(): void {
    this.isEnded = true;
  }

  async disconnect(): Promise<void> {
    this.isEnded = true;
    this.lose(DISCONNECTED);
  }

  destroy(): void {
    this.lose(CLOSED);
  }

  #stopHearing(isDeaf: boolean): void {
    this.isDeaf ||= isDeaf;
    this.#isMuted = true;
    this.#answer(false);
  }

  #answer(isHeard: boolean): void {
    for (const answer of this.#asking.splice(0)) answer(isHeard);
    this.#changed();
  }

  #changed(): void {
    for (const callback of this.#callbacks) callback();
  }
}

const BINARY = 'scripted:binary';

/** What comes out at the other end: a copy, as JSON and attachments have it. */
export function overTheWire<Value>(value: Value): Value {
  const attachments: Buffer[] = [];
  const text = JSON.stringify(value, function (this: Record<string, unknown>, key, own: unknown) {
    const original = this[key];
    if (original instanceof Uint8Array) return { [BINARY]: attachments.push(Buffer.from(original)) - 1 };
    return original instanceof ArrayBuffer ? { [BINARY]: attachments.push(Buffer.from(original)) - 1 } : own;
  });
  if (attachments.length === 0) return JSON.parse(text);
  return JSON.parse(text, (_, part) => {
    const index = part !== null && typeof part === 'object' ? part[BINARY] : undefined;
    return typeof index === 'number' ? attachments[index] : part;
  });
}
