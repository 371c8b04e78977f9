/** `toBeByteExact`: every form that audio comes in, and how a difference is shown. */

import { matchers } from 'echo-sts/matchers';
import { describe, expect, it } from 'vitest';
import { approved, bytes, failureOf, Recording, summary } from './fake.js';

expect.extend(matchers);

const audio = bytes(1);
const base64 = Buffer.from(audio).toString('base64');
const [entry, result] = new Recording().data(1, audio).success(1, audio).entries;

const FORMS: Readonly<Record<string, string | object | undefined>> = {
  'base64 text': base64,
  bytes: audio,
  'a Buffer': Buffer.from(audio),
  'an ArrayBuffer': audio.slice().buffer,
  'a part of a larger buffer': Buffer.concat([Buffer.from([1]), audio, Buffer.from([2])]).subarray(1, 13),
  'an audio object': { sample_rate_hz: 48000, data_base64: base64 },
  'a fragment': { fragment_id: 'f-1', audio: { data_base64: base64 } },
  'a result': { status: 'success', dubbed_audio: { data_base64: base64 } },
  'a summary': summary(audio),
  'an entry of a fragment': entry,
  'an entry of a result': result,
  'an entry that keeps audio': { n: 1, payload: { audio: { ...summary(audio), data_base64: base64 } } },
};
const pairs = Object.entries(FORMS).flatMap(([name, form]) =>
  Object.entries(FORMS).map(([otherName, other]) => [name, otherName, form, other as string] as const),
);

describe('toBeByteExact', () => {
  it.each(pairs)('finds the same audio in %s and %s', (_, __, one, other) => {
    expect(one).toBeByteExact(other);
    expect(failureOf(() => expect(one).not.toBeByteExact(other))).toMatch(/^expected other audio than 12 bytes \(hash/);
  });

  it.each(Object.entries(FORMS))('tells other audio from %s', (_, form) => {
    const others = [
      bytes(2),
      bytes(1).subarray(1),
      new Uint8Array(),
      summary(bytes(2)) as { bytes: number; hash: string },
    ];
    for (const other of others) {
      expect(form).not.toBeByteExact(other);
      expect(() => expect(form).toBeByteExact(other)).toThrow(/^expected audio of /);
    }
  });

  it('can be asked inside another expectation', () => {
    expect({ dubbed_audio: summary(audio) }).toEqual({ dubbed_audio: expect.toBeByteExact(base64) });
  });

  it('takes empty audio for audio', () => {
    expect('').toBeByteExact(new Uint8Array());
  });
});

describe('a failure of toBeByteExact', () => {
  const expectFailure = (name: string, assertion: () => void) =>
    expect(`${failureOf(assertion)}\n`).toMatchFileSnapshot(approved(name));
  const altered = (at: number) => audio.map((byte, index) => (index === at ? 0xff : byte));

  it('shows the bytes around the first difference', () =>
    expectFailure('bytes-differ', () => expect(altered(6)).toBeByteExact(base64)));

  it('shows where the shorter one ends', () =>
    expectFailure('bytes-missing', () => expect(audio.subarray(0, 10)).toBeByteExact(base64)));

  it('shows what is beyond the end', () =>
    expectFailure('bytes-beyond', () => expect(Buffer.concat([audio, Buffer.from('ab')])).toBeByteExact(base64)));

  it('shows sizes and hashes where the bytes are not at hand', () =>
    expectFailure('bytes-unknown', () => expect(result).toBeByteExact(altered(6))));

  it('says so of both sides', () => {
    expect(failureOf(() => expect(result).toBeByteExact(summary(bytes(2)) as { bytes: number; hash: string }))).toMatch(
      'of what was expected and what was received only size and hash are known',
    );
  });

  it('shows with `not` what is the same', () =>
    expectFailure('bytes-not', () => expect(result).not.toBeByteExact(base64)));

  it.each([
    [0, 'at 0: [10] 11 12 13 14 15 16 17 …'],
    [11, 'at 7: … 17 18 19 1a [1b]'],
  ])('shows what there is around offset %i', (at, shown) => {
    expect(failureOf(() => expect(altered(at)).toBeByteExact(base64))).toMatch(`  expected  ${shown}\n`);
  });
});

describe('toBeByteExact refuses, negated or not,', () => {
  const forms =
    'expected to be base64 text, bytes, an audio object, a payload with `audio` or `dubbed_audio`, or an entry of a timeline with one';
  const failed = { status: 'failed', error: { code: 'TIMEOUT' } };
  const circle: { payload?: object } = {};
  circle.payload = circle;

  it.each([
    ['nothing', undefined, 'nothing'],
    ['null', null, 'null'],
    ['a number', 3, '3'],
    ['a list', [1, 2], 'a list'],
    [
      'text that is no base64',
      'not base64!',
      'text that is not base64, "not base64!": at position 3 (the first is 0) stands a blank; leave blanks out',
    ],
    [
      'an audio object with such text',
      { data_base64: 'a_b' },
      'text that is not base64, "a_b": at position 1 (the first is 0) stands "_"; that is the URL-safe alphabet: use "+" in place of "-" and "/" in place of "_"',
    ],
    ['a result that failed', failed, 'a result without audio, `status` "failed" with TIMEOUT'],
    ['its entry', { n: 1, payload: failed }, 'a result without audio, `status` "failed" with TIMEOUT'],
    ['another payload', { stream_id: 'news' }, 'an object without audio, its fields are stream_id'],
    ['an empty object', {}, 'an empty object'],
    ['a promise', Promise.resolve(audio), 'a promise'],
    ['what leads back to itself', circle, 'an object without audio, its fields are payload'],
  ])('%s', (_, wrong, came) => {
    const received = `\`toBeByteExact\`: what was received is ${forms}, got ${came}.`;
    expect(failureOf(() => expect(wrong).toBeByteExact(audio))).toBe(received);
    expect(failureOf(() => expect(wrong).not.toBeByteExact(audio))).toBe(received);
    const argument = `\`toBeByteExact\`: the argument is ${forms}, got ${came}.`;
    expect(failureOf(() => expect(audio).toBeByteExact(wrong as string))).toBe(argument);
    expect(failureOf(() => expect(audio).not.toBeByteExact(wrong as string))).toBe(argument);
  });
});
