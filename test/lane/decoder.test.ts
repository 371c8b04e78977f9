/** Packets that the lane decodes, against the decoder of Socket.IO. */

import fc from 'fast-check';
import { Decoder, type Packet } from 'socket.io-parser';
import { expect, it } from 'vitest';
import { AudioText } from '../../src/audio/audio-text.js';
import { bufferPool } from '../../src/lane/buffer-pool.js';
import { LaneDecoder } from '../../src/lane/decoder.js';
import { lend } from '../../src/lane/text-frames.js';
import { fillIn, packets } from '../support/hostile-frames.js';

interface Decoding {
  readonly packets: readonly string[];
  readonly error: string | undefined;
}

/** As JSON, in which duplicate keys, the order of keys and `__proto__` can be seen. */
function decodeWith(decoder: Pick<LaneDecoder, 'on'>, steps: readonly (() => void)[]): Decoding {
  const decoded: string[] = [];
  decoder.on('decoded', (packet: Packet) => decoded.push(JSON.stringify(packet)));
  try {
    for (const step of steps) step();
    return { packets: decoded, error: undefined };
  } catch (error) {
    return { packets: decoded, error: String(error) };
  }
}

function throughLane(...texts: readonly string[]): Decoding {
  const decoder = new LaneDecoder();
  const frames = texts.map((text) => Buffer.from(`4${text}`));
  return decodeWith(
    decoder,
    frames.map((frame) => () => lend(frame, () => decoder.add(frame))),
  );
}

function asUsual(...texts: readonly string[]): Decoding {
  const decoder = new Decoder();
  // As it comes over a connection: in UTF-8.
  return decodeWith(
    decoder as unknown as LaneDecoder,
    texts.map((text) => () => decoder.add(Buffer.from(text).toString())),
  );
}

it('every packet, however hostile, is decoded as by Socket.IO', () => {
  fc.assert(
    fc.property(packets, (template) => {
      const text = fillIn(template, 's', 0);
      expect(throughLane(text)).toEqual(asUsual(text));
    }),
    { numRuns: 5000 },
  );
});

const fragment = (audio: string, more = '') =>
  `2["fragment:data",{"stream_id":"s"${more},"audio":{"channels":2,"data_base64":"${audio}"}}]`;

it.each([
  ['a fragment', fragment('QUJD'), true],
  ['no audio', fragment(''), true],
  ['a packet with the number of an acknowledgement', fragment('QUJD').replace('2[', '217['), true],
  ['two audios, of which the first is before', fragment('QUJD', ',"audio":{"data_base64":"QUFB"}'), false],
  ['a decoy before', fragment('QUJD', ',"metadata":{"data_base64":"QUFB"}'), false],
  ['a decoy before, and a placeholder as audio', fragment('placeholder 1', ',"x":{"data_base64":"QUFB"}'), false],
  ['a decoy before, and the other placeholder', fragment('placeholder 2', ',"x":{"data_base64":"QUFB"}'), false],
  ['an escape', fragment('QUJ\\/'), false],
  ['the URL-safe alphabet', fragment('QUJ_'), false],
  ['another event', fragment('QUJD').replace('fragment:data', 'stream:pause'), false],
  ['another namespace', fragment('QUJD').replace('2[', '2/x,['), false],
])('of %s the audio is left as bytes: only if that is right', (_, text, isLeft) => {
  const decoder = new LaneDecoder();
  let audio: unknown;
  decoder.on('decoded', ({ data }: Packet) => {
    audio = data[1].audio.data_base64;
  });
  const frame = bufferPool.take(text.length + 1);
  frame.write(`4${text}`);
  lend(frame, () => decoder.add(frame));
  expect(audio instanceof AudioText).toBe(isLeft);
  // The audio owns the buffer, or else it was given back, which overwrites it in tests.
  expect(frame.toString()).toBe(isLeft ? `4${text}` : Buffer.alloc(frame.length, 0xff).toString());
});

it('a fragment in the place of an attachment is refused as by Socket.IO', () => {
  const binary = '51-["fragment:data",{"_placeholder":true,"num":0}]';
  const both = [binary, fragment('QUJD')];
  expect(throughLane(...both)).toEqual(asUsual(...both));
  expect(asUsual(...both).error).toContain('reconstructing');
});

it('an attachment is passed on', () => {
  const decoder = new LaneDecoder();
  const data: unknown[] = [];
  decoder.on('decoded', (packet: Packet) => data.push(packet.data));
  decoder.add('51-["x",{"_placeholder":true,"num":0}]');
  decoder.add(Buffer.from('42'));
  expect(data).toEqual([['x', Buffer.from('42')]]);
});
