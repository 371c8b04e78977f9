/** What a client may send that nobody expects. */

/** Lists and objects in each other. */
export function nested(depth: number): unknown {
  let value: unknown = 'bottom';
  for (let level = 0; level < depth; level += 1) value = level % 2 === 0 ? [value] : { inner: value };
  return value;
}

/** As text, for an object literal would set the prototype. */
export const PROTOTYPES = JSON.parse(
  '{ "__proto__": { "polluted": true }, "constructor": { "prototype": { "polluted": true } }, "toString": 5, "hasOwnProperty": null }',
);
export const MANY = Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`key-${index}`, { index }]));

/** Each with what is sent. */
export const ODD: Readonly<Record<string, readonly unknown[]>> = {
  'no payload': [],
  null: [null],
  'several arguments': [1, 'two', [3], null],
  'an empty text': [''],
  'numbers beyond all bounds': [{ a: 1e308, b: -0, c: 2 ** 63 }],
  'keys that name prototypes': [PROTOTYPES],
  'keys that look like audio': [{ audio: { data_base64: 'not base64 at all: ÿ☃' }, data_base64: { data_base64: 5 } }],
  'empty audio': [{ audio: { data_base64: '' } }],
  'thousands of keys': [MANY],
  'a long list': [Array.from({ length: 5000 }, () => ({}))],
  'a hundred levels': [nested(100)],
  'binary data': [Buffer.from('binary'), { part: Buffer.alloc(70_000), list: [new Uint8Array(3)] }],
  'a text of 10 MB': ['x'.repeat(10 * 1024 ** 2)],
  'a key of 1 MB': [{ ['k'.repeat(1024 ** 2)]: 1 }],
  'half of a pair of surrogates and control characters': [{ '\ud800': '\udfff\u0000\u001b[31m\u202e\n' }],
};
