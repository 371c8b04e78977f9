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

  it.each([
    [
      'something before it',
      Buffer.concat([Buffer.from('data:a;base64,'), audio]),
      'its own, but with 14 bytes too many before it: "data:a;base64,", the beginning of a data URL',
    ],
    ['its beginning missing', audio.subarray(2), 'its own, cut off: its first 2 bytes are missing'],
  ])('says that it is the same with %s', (_, came, likeness) => {
    const [headline] = failureOf(() => expect(came).toBeByteExact(base64)).split('\n');
    expect(headline?.endsWith(`; ${likeness}`)).toBe(true);
  });

  it('says of sizes alone that one is half of the other', () => {
    expect(failureOf(() => expect(result).toBeByteExact(new Uint8Array(24)))).toMatch(/: unknown, of half the size\n/);
  });

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

describe('toBeByteExact of lists', () => {
  const sent = [bytes(0), bytes(1), bytes(2), bytes(3)];
  const carrying = (...sources: readonly number[]) => sources.map((n) => Buffer.from(bytes(n)).toString('base64'));

  it('compares piece by piece, whatever form each is in', () => {
    expect(carrying(0, 1, 2, 3)).toBeByteExact(sent);
    expect(sent.map((each) => ({ dubbed_audio: summary(each) }))).toBeByteExact(sent);
    expect(carrying(0, 1, 2)).not.toBeByteExact(sent);
    expect(failureOf(() => expect(sent).not.toBeByteExact(sent))).toBe(
      'expected other audio than the 4 pieces that are awaited, got the same',
    );
  });

  it.each<[string, unknown, string]>([
    ['swapped', carrying(0, 1, 3, 2), '#2 carries what was awaited as #3, and #3 what was awaited as #2: swapped'],
    ['shifted', ['QUJD', ...carrying(0, 1, 2)], '#1 to #3 carry what was awaited as #0 to #2: shifted by one'],
    ['repeated', carrying(0, 0, 2, 3), '#1 carries what was awaited as #0, which #0 carries as well: repeated'],
    ['empty', ['', '', '', ''], 'all, #0 to #3 carry 0 bytes: empty'],
    ['missing at the end', carrying(0, 1), '#2 and #3 are missing'],
    ['missing in the middle', [bytes(0), undefined, bytes(2), bytes(3)], '#1 is missing'],
    ['missing in a list with holes', Object.assign([bytes(0)], { 2: bytes(2), 3: bytes(3) }), '#1 is missing'],
    ['failed', [bytes(0), bytes(1), { status: 'failed' }, bytes(3)], '#2 is missing'],
    ['all missing', [], '#0 to #3 are missing'],
    ['too many', [...sent, bytes(4)], '#4 is there, and not awaited'],
    [
      'cut off',
      [bytes(0).subarray(0, 6), ...carrying(1, 2, 3)],
      '#0 carries other audio (its own, cut off: its last 6 bytes are missing): expected 12 bytes (hash 9270c965), got 6 bytes',
    ],
    ['unknown', carrying(0, 1, 2, 9), '#3 carries other audio (unknown): expected 12 bytes'],
  ])('says what is %s', (_, came, sentence) => {
    expect(came).not.toBeByteExact(sent);
    expect(failureOf(() => expect(came).toBeByteExact(sent))).toMatch(
      `expected 4 pieces of audio as awaited, but ${sentence}`,
    );
  });

  it.each(['in', 'out'] as const)('says of entries who sent them so, and as which fragments: %s', (direction) => {
    const entry = (n: number, source: Uint8Array) => {
      const [event, field] =
        direction === 'in' ? (['fragment:data', 'audio'] as const) : (['fragment:processed', 'dubbed_audio'] as const);
      const payload = { fragment_id: `f-${n}`, stream_id: 'news', sequence_number: n, [field]: summary(source) };
      return { n: n + 5, atMs: 0, direction, event, streamId: 'news', sessionId: 's', payload };
    };
    const entries = [0, 2, 1, 3].map((source, n) => entry(n, bytes(source)));
    const text = failureOf(() => expect(entries).toBeByteExact(sent));
    const sender = direction === 'in' ? 'the worker' : 'the service';
    expect(text.match(/#[67] .*, sent by .*/g)?.map((line) => line.replace(/^(#\d).*, sent/, '$1 sent'))).toEqual([
      `#6 sent by ${sender} as "f-1"`,
      `#7 sent by ${sender} as "f-2"`,
    ]);
    expect(text).not.toMatch(/#[58] /);
  });

  it('says what else is wrong, within bounds', () => {
    const awaited = Array.from({ length: 40 }, (_, n) => bytes(n % 16).map((byte) => byte ^ n));
    const text = failureOf(() => expect(awaited.map((each) => each.subarray(1))).toBeByteExact(awaited));
    expect(text.split('\n').length).toBeLessThan(20);
    expect(text).toMatch('and 34 more');
  });

  it.each<[string, unknown, unknown, string]>([
    [
      'a list and one piece',
      sent,
      bytes(0),
      'what was received is a list of audio: compare it with a list of audio, one piece for each.',
    ],
    [
      'one piece and a list',
      bytes(0),
      sent,
      'the argument is a list of audio: compare it with a list of audio, one piece for each.',
    ],
    [
      'an empty list as what is awaited',
      [],
      [],
      'the argument is a list without audio: anything would be the same as that.',
    ],
  ])('refuses %s, negated or not', (_, came, awaited, sentence) => {
    const refusal = `\`toBeByteExact\`: ${sentence}`;
    expect(failureOf(() => expect(came).toBeByteExact(awaited as string))).toBe(refusal);
    expect(failureOf(() => expect(came).not.toBeByteExact(awaited as string))).toBe(refusal);
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
      'text that is not base64, "not base64!": a blank at position 3 (the first is 0); remove blanks',
    ],
    [
      'an audio object with such text',
      { data_base64: 'a_b' },
      'text that is not base64, "a_b": "_" at position 1 (the first is 0); this is the URL-safe alphabet: use "+" instead of "-" and "/" instead of "_"',
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
