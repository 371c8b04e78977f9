/** A Socket.IO client that sends the frames of a WebSocket one by one, cut up as a test wants. */

import { once } from 'node:events';
import { Sender, WebSocket } from 'ws';
import { nextTurn } from '../../src/clock/clock.js';

const TEXT = 1;
const CONTINUATION = 0;

export class FrameClient {
  readonly #socket: WebSocket;
  /** All messages but heartbeats and the handshake. */
  readonly received: string[] = [];

  /** Resolves once it has joined the namespace. */
  static async connect(url: string): Promise<FrameClient> {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`);
    const client = new FrameClient(socket);
    await once(socket, 'open');
    socket.send('40');
    while (!client.#isJoined) await once(socket, 'message');
    return client;
  }

  #isJoined = false;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('error', () => {});
    socket.on('message', (data) => {
      const text = String(data);
      if (text === '2') socket.send('3');
      else if (text.startsWith('40{')) this.#isJoined = true;
      else if (!text.startsWith('0')) this.received.push(text);
    });
  }

  /** Sends a text message in so many frames, and the bytes of these in so many pieces. */
  async send(text: string, frames = 1, pieces = 1): Promise<void> {
    const bytes = Buffer.concat(cutUp(Buffer.from(text), frames).map(frameOf));
    for (const piece of cutUp(bytes, pieces)) {
      if (this.#socket.readyState !== WebSocket.OPEN) return;
      Reflect.get(this.#socket, '_socket').write(piece);
      if (pieces > 1) await nextTurn();
    }
  }

  async close(): Promise<void> {
    if (this.#socket.readyState === WebSocket.CLOSED) return;
    const closed = once(this.#socket, 'close');
    this.#socket.close();
    await closed;
  }
}

function frameOf(body: Buffer, index: number, all: readonly Buffer[]): Buffer {
  const fin = index === all.length - 1;
  const opcode = index === 0 ? TEXT : CONTINUATION;
  return Buffer.concat(Sender.frame(Buffer.from(body), { fin, opcode, mask: true, rsv1: false, readOnly: false }));
}

/** At different places for each number of parts. */
function cutUp(bytes: Buffer, parts: number): Buffer[] {
  const size = Math.ceil(bytes.length / parts);
  return Array.from({ length: parts }, (_, part) => bytes.subarray(part * size, (part + 1) * size));
}
