/** Audio that arrived as bytes, whose text is made on demand. */

import { expect, it } from 'vitest';
import { AudioText, beginningOf, readable, textOf, withText } from '../../src/audio/audio-text.js';

const DIGEST = { bytes: 6, hash: '00000000' };

function audioOf(text: string) {
  const base64 = new AudioText(Buffer.from(text), DIGEST);
  return { base64, audio: readable({ format: 'm4a', data_base64: base64 as unknown, channels: 2 }) };
}

it('its data is a string for everybody who reads it', () => {
  const { audio } = audioOf('QUJDQUJD');
  expect(audio.data_base64).toBe('QUJDQUJD');
  expect({ ...audio }).toEqual({ format: 'm4a', data_base64: 'QUJDQUJD', channels: 2 });
  expect(JSON.stringify(audio)).toBe('{"format":"m4a","data_base64":"QUJDQUJD","channels":2}');
});

it('the value itself is encoded as its text', () => {
  expect(JSON.stringify([new AudioText(Buffer.from('QUJD'), DIGEST)])).toBe('["QUJD"]');
});

it('audio that arrived as text is left as it is', () => {
  const audio = { data_base64: 'QUJD' };
  expect(readable(audio)).toBe(audio);
  expect(Object.getOwnPropertyDescriptor(audio, 'data_base64')).toMatchObject({ value: 'QUJD', writable: true });
  expect(textOf(audio)).toBeUndefined();
});

it.each([
  ['its text was made', ({ audio }: ReturnType<typeof audioOf>) => audio.data_base64],
  ['somebody may still read it', ({ base64 }: ReturnType<typeof audioOf>) => base64.keep()],
])('the bytes are not released if %s', (_, use) => {
  const it = audioOf('QUJD');
  use(it);
  expect(it.base64.release()).toBeUndefined();
  expect(it.audio.data_base64).toBe('QUJD');
});

it('the bytes are released once, and cannot be read after that', () => {
  const { base64, audio } = audioOf('QUJD');
  expect(base64.release()?.toString()).toBe('QUJD');
  expect(base64.release()).toBeUndefined();
  expect(() => audio.data_base64).toThrow('were given back already');
});

it('a copy with another text and the first characters do not make the text', () => {
  const { base64, audio } = audioOf('QUJDQUJD');
  expect(JSON.stringify(withText(audio, 'x'))).toBe('{"format":"m4a","data_base64":"x","channels":2}');
  expect(beginningOf(audio, 5)).toBe('QUJDQ');
  expect(base64.release()).toBeDefined();
});

it('the first characters of ordinary audio are those of its text', () => {
  expect(beginningOf({ data_base64: 'QUJDQUJD' }, 5)).toBe('QUJDQ');
});
