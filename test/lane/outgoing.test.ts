/** What is sent in one write: the same frames as Socket.IO would send one by one. */

import type { Socket } from 'socket.io';
import { expect, it } from 'vitest';
import { Receiver } from 'ws';
import { AudioText, readable } from '../../src/audio/audio-text.js';
import { sendInOneWrite } from '../../src/lane/outgoing.js';
import { Encoder, PacketType } from '../../src/lane/packages.js';
import { LaneWebSocket } from '../../src/lane/web-socket.js';

interface Sent {
  readonly frames: readonly Buffer[];
}

/** A connection that keeps what is written to it. */
function connection(changes: object = {}) {
  const writes: Sent[] = [];
  const socket: object = Object.create(LaneWebSocket.prototype, { readyState: { value: LaneWebSocket.OPEN } });
  const conn = {
    readyState: 'open',
    upgrading: false,
    transport: { socket },
    write: (_: string, { wsPreEncodedFrame }: { wsPreEncodedFrame: Buffer[] }) =>
      writes.push({ frames: wsPreEncodedFrame }),
    ...changes,
  };
  return { writes, socket: { conn } as unknown as Socket };
}

/** The texts of the frames. */
function textsIn(writes: readonly Sent[]): string[] {
  const texts: string[] = [];
  const receiver = new Receiver() as unknown as NodeJS.WritableStream;
  receiver.on('message', (data: Buffer) => texts.push(data.toString()));
  for (const { frames } of writes) for (const frame of frames) receiver.write(frame);
  return texts;
}

const usual = (event: string, payload: object) =>
  `4${new Encoder().encode({ type: PacketType.EVENT, nsp: '/', data: [event, payload] })[0]}`;

function result(more: object = {}) {
  const data_base64 = new AudioText(Buffer.from('QUJD'.repeat(50)), { bytes: 150, hash: '00000000' });
  return { fragment_id: 'Łódź 💥', dubbed_audio: readable({ channels: 2, data_base64, ...more }) };
}

it.each([
  ['a small message', [{ event: 'fragment:ack', payload: { status: 'queued' } }]],
  ['a result with audio as bytes', [{ event: 'fragment:processed', payload: result() }]],
  [
    'messages around a result',
    [
      { event: 'fragment:ack', payload: { fragment_id: 'é' } },
      { event: 'fragment:processed', payload: result() },
      { event: 'backpressure', payload: { action: 'pause' } },
      { event: 'fragment:processed', payload: result() },
    ],
  ],
  ['a text that looks like the audio', [{ event: 'x', payload: result({ note: '"data_base64":"placeholder"' }) }]],
])('%s', (_, events) => {
  const { writes, socket } = connection();
  expect(sendInOneWrite(socket, events)).toBe(true);
  expect(writes).toHaveLength(1);
  expect(textsIn(writes)).toEqual(events.map(({ event, payload }) => usual(event, payload)));
});

it.each([
  ['a second field that is the placeholder', result({ more: { data_base64: 'placeholder' } }), {}],
  ['binary data', { bytes: Buffer.from('x') }, {}],
  ['a closed connection', result(), { readyState: 'closed' }],
  ['a connection that is being upgraded', result(), { upgrading: true }],
  ['polling', result(), { transport: {} }],
  [
    'a compressed connection',
    result(),
    { transport: { ...connection().socket.conn.transport, perMessageDeflate: {} } },
  ],
])('%s is left to Socket.IO', (_, payload, changes) => {
  const { writes, socket } = connection(changes);
  expect(sendInOneWrite(socket, [{ event: 'fragment:processed', payload }])).toBe(false);
  expect(writes).toEqual([]);
});
