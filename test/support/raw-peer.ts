/** A peer on a bare TCP connection: sends what a test writes, and does nothing of its own accord. */

import { createConnection, type Socket } from 'node:net';

const WEBSOCKET_KEY = 'dGhlIHNhbXBsZSBub25jZQ==';
const TEXT = 0x1;
const BINARY = 0x2;

export class RawPeer {
  readonly socket: Socket;
  /** Resolves when the connection is gone, from whichever side. */
  readonly closed: Promise<void>;
  #received = '';
  #waiting: { part: string; resolve: () => void }[] = [];

  constructor(port: number) {
    this.socket = createConnection(port, '127.0.0.1');
    this.socket.setEncoding('latin1');
    this.socket.on('data', (chunk) => this.#receive(String(chunk)));
    this.socket.on('error', () => this.socket.destroy());
    this.closed = new Promise((resolve) => this.socket.once('close', () => resolve()));
  }

  /** All that came so far: a character per byte. */
  get received(): string {
    return this.#received;
  }

  write(bytes: string | Buffer): void {
    this.socket.write(bytes);
  }

  /** An HTTP request without a body. */
  request(path: string, ...headers: string[]): void {
    this.write([`GET ${path} HTTP/1.1`, 'Host: 127.0.0.1', ...headers, '', ''].join('\r\n'));
  }

  /** Asks for a WebSocket. */
  upgrade(path: string): void {
    const key = `Sec-WebSocket-Key: ${WEBSOCKET_KEY}`;
    this.request(path, 'Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13', key);
  }

  /** One Engine.IO packet in a WebSocket frame of its own. */
  send(payload: string | Buffer): void {
    this.write(frame(payload));
  }

  /** Resolves once that text is among what came. */
  until(part: string): Promise<void> {
    if (this.#received.includes(part)) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push({ part, resolve }));
  }

  destroy(): void {
    this.socket.destroy();
  }

  #receive(text: string): void {
    this.#received += text;
    const isCome = ({ part }: { part: string }) => this.#received.includes(part);
    const come = this.#waiting.filter(isCome);
    this.#waiting = this.#waiting.filter((waiting) => !isCome(waiting));
    for (const { resolve } of come) resolve();
  }
}

/** A peer that is connected and has not said anything. */
export async function dial(port: number): Promise<RawPeer> {
  const peer = new RawPeer(port);
  await new Promise<void>((resolve, reject) => {
    peer.socket.once('connect', resolve);
    peer.socket.once('error', reject);
  });
  return peer;
}

/** A peer with a WebSocket and a Socket.IO session, as a worker has after its `connect`. */
export async function dialSocketIo(port: number): Promise<RawPeer> {
  const peer = await dial(port);
  peer.upgrade('/socket.io/?EIO=4&transport=websocket');
  await peer.until('"pingTimeout"');
  peer.send('40');
  await peer.until('40{"sid"');
  return peer;
}

interface FrameOptions {
  /** By the kind of the payload, unless a test wants another. */
  readonly opcode?: number;
  /** Whether it is the last of its message. */
  readonly isFinal?: boolean;
}

/** One masked frame; the mask is zero, which leaves the payload readable. */
export function frame(payload: string | Buffer, { opcode, isFinal = true }: FrameOptions = {}): Buffer {
  const body = Buffer.from(payload);
  const kind = opcode ?? (typeof payload === 'string' ? TEXT : BINARY);
  return Buffer.concat([Buffer.from([(isFinal ? 0x80 : 0) | kind]), maskedLength(body.length), Buffer.alloc(4), body]);
}

function maskedLength(length: number): Buffer {
  if (length < 126) return Buffer.from([0x80 | length]);
  const bytes = Buffer.alloc(9);
  bytes[0] = 0x80 | 127;
  bytes.writeBigUInt64BE(BigInt(length), 1);
  return bytes;
}
