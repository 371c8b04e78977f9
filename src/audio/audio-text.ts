/**
 * The base64 text of audio that arrived as bytes (PROTOCOL §2, `audio.data_base64`). A string of it is made only when
 * somebody reads it, because making large strings costs more than everything else that is done to a fragment.
 */

import type { AudioDigest } from '../core/vocabulary.js';

/** The texts of all audio whose `data_base64` is made on demand. */
const texts = new WeakMap<object, AudioText>();

/** Standard base64 with padding, which was checked before. */
export class AudioText {
  readonly digest: AudioDigest;
  #bytes: Buffer | undefined;
  #made: string | undefined;
  #isKept = false;

  /** `bytes` are the characters of the text. */
  constructor(bytes: Buffer, digest: AudioDigest) {
    this.#bytes = bytes;
    this.digest = digest;
  }

  /** The characters of the text. */
  get bytes(): Buffer {
    if (this.#bytes === undefined) throw new Error('The bytes of this audio were given back already.');
    return this.#bytes;
  }

  /** Makes the text. */
  get text(): string {
    this.#isKept = true;
    this.#made ??= this.bytes.toString('latin1');
    return this.#made;
  }

  /** From now on somebody may read the text at any time. */
  keep(): void {
    this.#isKept = true;
  }

  /** Returns the bytes and forgets them, so that others may use them; undefined if somebody may still read the text. */
  release(): Buffer | undefined {
    const bytes = this.#bytes;
    if (this.#isKept) return undefined;
    this.#bytes = undefined;
    return bytes;
  }

  toJSON(): string {
    return this.text;
  }
}

/**
 * Makes `data_base64` of this audio a string for everybody who reads it, if it is an `AudioText`. Returns the same
 * object.
 */
export function readable<Audio extends object>(audio: Audio): Audio {
  const text: unknown = Reflect.get(audio, 'data_base64');
  if (!(text instanceof AudioText)) return audio;
  texts.set(audio, text);
  return Object.defineProperty(audio, 'data_base64', { enumerable: true, configurable: true, get: () => text.text });
}

/** The text of this audio, if it is made on demand. */
export function textOf(audio: unknown): AudioText | undefined {
  return typeof audio === 'object' && audio !== null ? texts.get(audio) : undefined;
}

/** A copy of this audio with another `data_base64`, for which the text is not made. */
export function withText(audio: object, text: string): object {
  const entries = Object.keys(audio).map((name) => [name, name === 'data_base64' ? text : Reflect.get(audio, name)]);
  return Object.fromEntries(entries);
}

/** The first characters of the text of this audio. */
export function beginningOf(audio: { readonly data_base64: unknown }, characters: number): string {
  const text = textOf(audio);
  if (text === undefined) return String(audio.data_base64).slice(0, characters);
  return text.bytes.toString('latin1', 0, characters);
}
