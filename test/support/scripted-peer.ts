/** A worker without a socket: what it sends is there at once, and what is said to it too. */

import type { CutForm, Handshake } from 'echo-sts/core';
import type { OutgoingEvent, Peer, PeerListener } from '../../src/server/peer.js';

/** What the service reads as the reason when it ends or breaks the connection itself. */
const REASONS: Readonly<Partial<Record<CutForm, string>>> = {
  'server-disconnect': 'server namespace disconnect',
  'transport-close': 'forced close',
  reset: 'forced close',
};

export class ScriptedPeer implements Peer {
  readonly handshake: Handshake;
  /** Whether the worker answers that it has heard what was said. */
  hears = true;
  isDeaf = false;
  isEnded = false;
  hasUnheard = false;
  /** How it was broken, in order. */
  readonly breaks: CutForm[] = [];
  readonly #onSaid: (event: OutgoingEvent) => void;
  #listener: PeerListener | undefined;
  readonly #callbacks = new Set<() => void>();

  constructor(handshake: Handshake, onSaid: (event: OutgoingEvent) => void) {
    this.handshake = handshake;
    this.#onSaid = onSaid;
  }

  /** Whether the connection is there. */
  get isOpen(): boolean {
    return this.#listener !== undefined;
  }

  hear(listener: PeerListener): void {
    this.#listener = listener;
  }

  say(events: readonly OutgoingEvent[]): void {
    // As on the wire: what is undefined is absent, and nothing is shared.
    for (const { event, payload } of events) this.#onSaid({ event, payload: JSON.parse(JSON.stringify(payload)) });
    for (const callback of this.#callbacks) callback();
  }

  /** The worker sends an event. */
  send(event: unknown, args: readonly unknown[], acknowledge?: (payload: object) => void): void {
    this.#listener?.received(event, args, acknowledge);
  }

  /** The connection is lost. */
  lose(reason: string): void {
    const listener = this.#listener;
    this.#listener = undefined;
    if (listener === undefined) return;
    listener.lost(reason);
    this.#onSaid({ event: 'disconnect', payload: { reason } });
  }

  break(how: CutForm): void {
    this.isEnded = true;
    this.breaks.push(how);
    const reason = REASONS[how];
    if (reason === undefined) this.isDeaf = how !== 'mute-pings';
    else this.lose(reason);
  }

  heard(): Promise<boolean> {
    return Promise.resolve(this.hears && this.isOpen && !this.isDeaf);
  }

  heardSoon(): Promise<boolean> {
    return this.heard();
  }

  listen(callback: () => void): () => void {
    this.#callbacks.add(callback);
    return () => this.#callbacks.delete(callback);
  }

  abandon(): void {
    this.isEnded = true;
  }

  async disconnect(): Promise<void> {
    this.isEnded = true;
    this.lose('server namespace disconnect');
  }

  destroy(): void {
    this.isEnded = true;
    this.lose('forced close');
  }
}
