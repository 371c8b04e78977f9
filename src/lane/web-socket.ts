/**
 * The WebSocket server for engine.io (its option `wsEngine`): large text frames with a Socket.IO event are passed on as
 * bytes, in a buffer of the pool.
 */

import type { ServerOptions } from 'ws';
import { bufferPool } from './buffer-pool.js';
import { laneSettings } from './lane-settings.js';
import { WebSocket, WebSocketServer } from './packages.js';
import { freeCopied } from './read-buffers.js';
import { lend } from './text-frames.js';

/** The packet types of engine.io (`4`: message) and Socket.IO (`2`: event) that a frame of an event begins with. */
const EVENT = Buffer.from('42');

export class LaneServer extends WebSocketServer {
  #isOpen = true;

  constructor(options: ServerOptions) {
    super({ ...options, WebSocket: LaneWebSocket });
    bufferPool.open();
  }

  override close(done?: (error?: Error) => void): void {
    if (this.#isOpen) bufferPool.close();
    this.#isOpen = false;
    super.close(done);
  }
}

/** One connection. */
export class LaneWebSocket extends WebSocket {
  /** Called by `ws` when the connection is established, before anything is read. */
  setSocket(...args: readonly unknown[]): void {
    Reflect.apply(Reflect.get(WebSocket.prototype, 'setSocket'), this, args);
    const receiver: unknown = Reflect.get(this, '_receiver');
    if (isReceiver(receiver)) receiver.consume = consumeIntoPool;
  }

  override emit(event: string | symbol, ...args: unknown[]): boolean {
    const [data, isBinary] = args;
    const isLarge = Buffer.isBuffer(data) && data.length >= laneSettings.smallestBytes;
    if (event !== 'message' || isBinary === true || !isLarge) return super.emit(event, ...args);
    lend(data, () => super.emit(event, data, isEvent(data)));
    return true;
  }
}

/** The receiver of `ws`: its own method puts a frame together from the pieces that were read. */
export interface Receiver {
  consume: (this: Receiver, bytes: number) => Buffer;
  _bufferedBytes: number;
  readonly _buffers: Buffer[];
}

/**
 * In place of the receiver's own method, of which this is a copy for the exact version in the bundle; only the buffer
 * comes from the pool, and what was read is freed.
 */
export function consumeIntoPool(this: Receiver, bytes: number): Buffer {
  if (bytes < laneSettings.smallestBytes) return Reflect.apply(Object.getPrototypeOf(this).consume, this, [bytes]);
  const frame = bufferPool.take(bytes);
  let filled = 0;
  while (filled < bytes) {
    const piece = this._buffers.shift();
    // `ws` asks only for what it has read.
    if (piece === undefined) break;
    const used = Math.min(piece.length, bytes - filled);
    frame.set(piece.subarray(0, used), filled);
    if (used < piece.length) this._buffers.unshift(piece.subarray(used));
    else if (used >= laneSettings.smallestBytes) freeCopied(piece);
    filled += used;
  }
  this._bufferedBytes -= bytes;
  return frame;
}

function isReceiver(value: unknown): value is Receiver {
  return typeof value === 'object' && value !== null && 'consume' in value && '_buffers' in value;
}

function isEvent(frame: Buffer): boolean {
  return frame.subarray(0, EVENT.length).equals(EVENT);
}
