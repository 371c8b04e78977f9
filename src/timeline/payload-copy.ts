/**
 * A payload as a timeline keeps it: a copy of its own, frozen, with the size and hash of audio in place of the audio, and with
 * an end however large the original is.
 */

import { digestAudio } from '../audio/audio-digest.js';
import { abbreviate } from '../core/show.js';
import type { AudioDigest } from '../core/vocabulary.js';

/** Longer texts are cut. */
const LONGEST_TEXT = 500;
/** At most so many fields and list items of a payload are kept; what is beyond is told by its absence. */
const MOST_VALUES = 200;
const DEEPEST = 16;
/** What a value takes besides its text, and an object or a list beyond that, in characters: an estimate. */
const CHARACTERS_PER_VALUE = 16;
const CHARACTERS_PER_OBJECT = 48;

/** Of what its fields are is nothing known. */
export type Fields = Readonly<Record<string, unknown>>;

export interface PayloadCopy {
  readonly payload: Fields;
  /** About how much memory it takes, in characters. */
  readonly characters: number;
}

/** What is copied, and how much of it there is by now. */
interface Progress {
  readonly keepsAudio: boolean;
  /** The payload's own audio, and what is known of it already. */
  readonly audio: unknown;
  readonly digest: AudioDigest | undefined;
  /** Values, objects and lists. */
  values: number;
  characters: number;
}

/** A text as it is kept. */
export function keptText(text: string): string {
  return text.length > LONGEST_TEXT ? abbreviate(text, LONGEST_TEXT) : text;
}

/** With `keepsAudio`, audio is kept as well; `digest` is that of the payload's own audio, where it is known already. */
export function copyPayload(original: object, keepsAudio: boolean, digest?: AudioDigest): PayloadCopy {
  const { audio, dubbed_audio } = original as Fields;
  const progress: Progress = { keepsAudio, audio: audio ?? dubbed_audio, digest, values: 0, characters: 0 };
  const payload = copyValue(original, 0, progress) as Fields;
  return { payload, characters: progress.characters + progress.values * CHARACTERS_PER_VALUE };
}

function copyValue(value: unknown, depth: number, progress: Progress): unknown {
  progress.values += 1;
  if (typeof value === 'string') return copyText(value, progress);
  if (typeof value === 'function') return 'a function';
  if (typeof value !== 'object' || value === null) return value;
  if (ArrayBuffer.isView(value)) return `${value.byteLength} bytes of binary data`;
  if (depth === DEEPEST) return '…';
  progress.characters += CHARACTERS_PER_OBJECT;
  return Array.isArray(value) ? copyList(value, depth, progress) : copyFields(value as Fields, depth, progress);
}

function copyList(list: readonly unknown[], depth: number, progress: Progress): readonly unknown[] {
  const copy: unknown[] = [];
  for (const item of list) {
    if (progress.values >= MOST_VALUES) break;
    copy.push(copyValue(item, depth + 1, progress));
  }
  return Object.freeze(copy);
}

function copyFields(fields: Fields, depth: number, progress: Progress): Fields {
  const copy: Record<string, unknown> = {};
  for (const name in fields) {
    if (progress.values >= MOST_VALUES) break;
    const value = fields[name];
    if (value === undefined || name === '__proto__' || name === 'data_base64') continue;
    copy[copyText(name, progress)] = copyValue(value, depth + 1, progress);
  }
  const base64 = fields['data_base64'];
  if (typeof base64 === 'string') Object.assign(copy, audioFields(fields, base64, progress));
  return Object.freeze(copy);
}

function audioFields(audio: Fields, base64: string, progress: Progress): Fields {
  const known = audio === progress.audio ? progress.digest : undefined;
  const { bytes, hash } = known ?? digestAudio(Buffer.from(base64, 'base64'));
  progress.values += 2;
  if (!progress.keepsAudio) return { bytes, hash };
  progress.characters += base64.length;
  return { bytes, hash, data_base64: base64 };
}

function copyText(text: string, progress: Progress): string {
  const short = keptText(text);
  progress.characters += short.length;
  return short;
}
