/** Texts of Socket.IO packets that look like fragments with audio: right, wrong, ambiguous, and made to deceive. */

import fc from 'fast-check';

const GOOD = fc.base64String({ minLength: 4, maxLength: 60 });

const bad = fc.constantFrom('QUI', 'QUJD\\n', 'QU-_', 'QQ=A', '=QUJ', 'QQ==QQ==', 'QU D', 'data:audio/aac;base64,QUJD');
const escaped = fc.constantFrom('\\u0041UJD', 'QUJ\\/', 'QU\\"D', '\\ud83d', 'QUJD\\\\', 'QUJ\\u0044');
const foreign = fc.constantFrom('é', 'Łódź', '💥', 'placeholder', 'placeholder 1', 'placeholder 2', '');
const base64 = fc.oneof(
  { weight: 6, arbitrary: GOOD },
  { weight: 2, arbitrary: bad },
  { weight: 2, arbitrary: escaped },
  { weight: 2, arbitrary: foreign },
);

/** What may stand as the name of the field. */
const name = fc.oneof(
  { weight: 8, arbitrary: fc.constant('"data_base64"') },
  { weight: 1, arbitrary: fc.constantFrom('"\\u0064ata_base64"', '"data_base64 "', '"Data_base64"', '"__proto__"') },
);
const colon = fc.oneof(
  { weight: 8, arbitrary: fc.constant(':') },
  { weight: 1, arbitrary: fc.constantFrom(' :', ': ', ' : ') },
);
const value = fc.oneof(
  { weight: 10, arbitrary: base64.map((text) => `"${text}"`) },
  { weight: 1, arbitrary: fc.constantFrom('null', '7', '[]', '{"data_base64":"QUJD"}', '["QUJD"]', 'true') },
);
const data = fc.tuple(name, colon, value).map((parts) => parts.join(''));
/** A field that looks like the audio, inside of something else. */
const decoy = fc.oneof(
  data.map((field) => `{${field}}`),
  base64.map((text) => JSON.stringify(`"data_base64":"${text}"`)),
  base64.map((text) => JSON.stringify({ data_base64: text })),
  fc.constantFrom('"\\ud800"', '"é 💥"', '{}', '"placeholder 1"', '"\\u0070laceholder 2"'),
);
const extra = fc
  .tuple(fc.constantFrom('"x"', '"metadata"', '"__proto__"', '"audio "', '"data"'), decoy)
  .map(([key, text]) => `${key}:${text}`);

const FIXED = ['"format":"m4a"', '"sample_rate_hz":48000', '"channels":2', '"duration_ms":6000'];
const audioFields = fc
  .tuple(data, fc.array(fc.oneof(data, extra), { maxLength: 2 }), fc.boolean())
  .map(([own, others, isFirst]) => (isFirst ? [own, ...FIXED, ...others] : [...others, ...FIXED, own]));
const audio = fc.oneof(
  { weight: 10, arbitrary: audioFields.map((fields) => `{${fields.join(',')}}`) },
  { weight: 1, arbitrary: fc.constantFrom('null', '"QUJD"', '[]', '{}', '[{"data_base64":"QUJD"}]') },
);

const payload = fc
  .tuple(audio, fc.array(extra, { maxLength: 2 }), fc.array(extra, { maxLength: 2 }), fc.option(audio, { freq: 8 }))
  .map(([own, before, after, second]) => {
    const ids = ['"fragment_id":"f{number}"', '"stream_id":"{stream}"', '"sequence_number":{number}', '"timestamp":1'];
    const again = second === null ? [] : [`"audio":${second}`];
    return `{${[...ids, ...before, `"audio":${own}`, ...after, ...again].join(',')}}`;
  });

const event = fc.oneof(
  { weight: 12, arbitrary: fc.constant('"fragment:data"') },
  { weight: 1, arbitrary: fc.constantFrom('"fragment:\\u0064ata"', '"stream:pause"', '"unheard:of"', '7', 'null') },
);
const prefix = fc.oneof(
  { weight: 10, arbitrary: fc.constantFrom('2', '21', '2907') },
  { weight: 1, arbitrary: fc.constantFrom('2/other,', '2/,', '3', '29x', '2-', '') },
);
const rest = fc.oneof(
  { weight: 12, arbitrary: fc.constant(']') },
  { weight: 1, arbitrary: fc.constantFrom(',{"audio":{"data_base64":"QUJD"}}]', ',1]', '', ']]', '] ', '}') },
);

export function fillIn(template: string, streamId: string, number: number): string {
  return template.replaceAll('{stream}', streamId).replaceAll('{number}', String(number));
}

/** A packet without the packet type of engine.io; `{stream}` and `{number}` stand for the stream and a number. */
export const packets = fc
  .tuple(prefix, event, fc.constantFrom(',', ',', ', '), payload, rest)
  .map(([type, named, comma, body, end]) => `${type}[${named}${comma}${body}${end}`);
