/** How the lane puts frames together, against the receiver of `ws` itself. */

import fc from 'fast-check';
import { beforeEach, expect, it } from 'vitest';
import { Receiver } from 'ws';
import { laneSettings } from '../../src/lane/lane-settings.js';
import { consumeIntoPool } from '../../src/lane/web-socket.js';

/** As far as a test looks into it. */
interface Inside {
  _bufferedBytes: number;
  _buffers: Buffer[];
  consume: (bytes: number) => Buffer;
}

beforeEach(() => {
  laneSettings.smallestBytes = 4;
  return () => {
    laneSettings.smallestBytes = 64;
  };
});

/** What is copied is this method. With another version of `ws`, compare both anew. */
it('the method of `ws` is the one that was copied', () => {
  const inside: Inside = Receiver.prototype as never;
  expect(inside.consume.toString()).toMatchInlineSnapshot(`
    "consume(n) {
        this._bufferedBytes -= n;

        if (n === this._buffers[0].length) return this._buffers.shift();

        if (n < this._buffers[0].length) {
          const buf = this._buffers[0];
          this._buffers[0] = new FastBuffer(
            buf.buffer,
            buf.byteOffset + n,
            buf.length - n
          );

          return new FastBuffer(buf.buffer, buf.byteOffset, n);
        }

        const dst = Buffer.allocUnsafe(n);

        do {
          const buf = this._buffers[0];
          const offset = dst.length - n;

          if (n >= buf.length) {
            dst.set(this._buffers.shift(), offset);
          } else {
            dst.set(new Uint8Array(buf.buffer, buf.byteOffset, n), offset);
            this._buffers[0] = new FastBuffer(
              buf.buffer,
              buf.byteOffset + n,
              buf.length - n
            );
          }

          n -= buf.length;
        } while (n > 0);

        return dst;
      }"
  `);
});

it('it takes the same bytes, and leaves the same bytes', () => {
  const pieces = fc.array(fc.uint8Array({ minLength: 1, maxLength: 12 }), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(pieces, fc.array(fc.integer({ min: 1, max: 20 }), { maxLength: 6 }), (read, sizes) => {
      const [usual, lane] = [receiverWith(read), receiverWith(read)];
      lane.consume = consumeIntoPool;
      for (const size of sizes) {
        if (size > usual._bufferedBytes) break;
        expect(lane.consume(size).equals(usual.consume(size))).toBe(true);
        expect(lane._bufferedBytes).toBe(usual._bufferedBytes);
        expect(Buffer.concat(lane._buffers)).toEqual(Buffer.concat(usual._buffers));
      }
    }),
  );
});

it('what was read and is copied whole is freed, and nothing else', () => {
  const [whole, part, rest] = [new ArrayBuffer(8), new ArrayBuffer(8), new ArrayBuffer(8)];
  const receiver = receiverWith([]);
  receiver._buffers = [Buffer.from(whole), Buffer.from(part, 1), Buffer.from(rest)];
  receiver._bufferedBytes = 23;
  consumeIntoPool.call(receiver, 20);
  expect([whole, part, rest].map(({ byteLength }) => byteLength)).toEqual([0, 8, 8]);
  expect(receiver._buffers).toHaveLength(1);
  expect(consumeIntoPool.call(receiver, 3)).toHaveLength(3);
});

function receiverWith(pieces: readonly Uint8Array[]): Inside {
  const receiver: Inside = new Receiver() as never;
  receiver._buffers = pieces.map((piece) => Buffer.from(piece));
  receiver._bufferedBytes = pieces.reduce((bytes, { length }) => bytes + length, 0);
  return receiver;
}
