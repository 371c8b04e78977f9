/**
 * A payload as a timeline keeps it: a frozen copy of limited size, with the size and hash of audio in place of the
 * audio.
 */

import { digestAudio } from '../audio/audio-digest.js';
import { AudioText, textOf } from '../audio/audio-text.js';
import { abbreviate } from '../core/show.js';
import type { AudioDigest } from '../core/vocabulary.js';

/** Maximum length of a text, characters. */
const LONGEST_TEXT = 500;
/** Maximum number of fields and list items of a payload that are kept; the rest is omitted. */
const MOST_VALUES = 200;
const DEEPEST = 16;
/** Estimated overhead of a value, and of an object or a list, in characters. */
const CHARACTERS_PER_VALUE = 16;
const CHARACTERS_PER_OBJECT = 48;

/** An object with unknown fields. */
export type Fields = Readonly<Record<string, unknown>>;

export interface PayloadCopy {
  readonly payload: Fields;
  /** Estimated memory, in characters. */
  readonly characters: number;
}

/** The progress of a copy. */
interface Progress {
  readonly keepsAudio: boolean;
  /** The payload's own audio, and its digest if already known. */
  readonly audio: unknown;
  readonly digest: AudioDigest | undefined;
  /** Number of values, objects and lists so far. */
  values: number;
  characters: number;
}

/** Truncates a long text. */
export function keptText(text: string): string {
  return text.length > LONGEST_TEXT ? abbreviate(text, LONGEST_TEXT) : text;
}

/** `keepsAudio` keeps the audio too. `digest` is that of the payload's own audio, if already known. */
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
    if (name === '__proto__' || name === 'data_base64') continue;
    const value = fields[name];
    if (value === undefined) continue;
    copy[copyText(name, progress)] = copyValue(value, depth + 1, progress);
  }
  if (Object.hasOwn(fields, 'data_base64')) Object.assign(copy, audioFields(fields, progress));
  return Object.freeze(copy);
}

/** The text of audio that arrived as bytes is made only to be kept. */
function audioFields(audio: Fields, progress: Progress): Fields {
  const base64 = textOf(audio) ?? audio['data_base64'];
  if (typeof base64 !== 'string' && !(base64 instanceof AudioText)) return {};
  const known = audio === progress.audio ? progress.digest : undefined;
  const { bytes, hash } = known ?? (typeof base64 === 'string' ? digestText(base64) : base64.digest);
  progress.values += 2;
  if (!progress.keepsAudio) return { bytes, hash };
  const text = typeof base64 === 'string' ? base64 : base64.text;
  progress.characters += text.length;
  return { bytes, hash, data_base64: text };
}

function digestText(base64: string): AudioDigest {
  return digestAudio(Buffer.from(base64, 'base64'));
}

function copyText(text: string, progress: Progress): string {
  const short = keptText(text);
  progress.characters += short.length;
  return short;
}
