/** Finds the audio in a value of a test, and compares audio: by its bytes, or by size and hash. */

import { types } from 'node:util';
import { digestAudio } from '../audio/audio-digest.js';
import { describeBase64Fault } from '../audio/base64-fault.js';
import { show } from '../core/show.js';
import { hasFields } from '../criteria/difference.js';

/** Audio, or its size and hash. */
export interface Audio {
  readonly size: number;
  /** As in a timeline. */
  readonly hash: string;
  /** Absent where only a summary is at hand, as in a timeline without `audio: true`. */
  readonly bytes?: Uint8Array;
}

/** The audio, or what was found instead. */
export type AudioLookup = { readonly audio: Audio } | { readonly missing: string };

/** What may be looked at as audio: undefined only so that the type of a search may be passed as it is. */
export type AudioSource =
  | string
  | ArrayBufferLike
  | ArrayBufferView
  | { readonly data_base64: string }
  | { readonly bytes: number; readonly hash: string }
  | { readonly audio: unknown }
  | { readonly dubbed_audio?: unknown }
  | { readonly payload: unknown }
  | undefined;

export function audioOf(source: unknown): AudioLookup {
  return find(source, 0);
}

function audioOfBytes(bytes: Uint8Array): Audio {
  return { size: bytes.length, hash: digestAudio(bytes).hash, bytes };
}

/** Undefined where they are the same; else the offset where they begin to differ, if both have their bytes. */
export function audioDifference(expected: Audio, actual: Audio): { readonly offset?: number } | undefined {
  if (expected.bytes === undefined || actual.bytes === undefined)
    return expected.size === actual.size && expected.hash === actual.hash ? undefined : {};
  if (Buffer.compare(expected.bytes, actual.bytes) === 0) return undefined;
  const { bytes } = actual;
  const offset = expected.bytes.findIndex((byte, index) => byte !== bytes[index]);
  return { offset: offset === -1 ? expected.size : offset };
}

/** From an entry to its payload to the audio in it; circular values are deeper. */
const MAX_DEPTH = 3;
const PLACES = ['payload', 'dubbed_audio', 'audio'] as const;

function find(source: unknown, depth: number): AudioLookup {
  if (typeof source === 'string') return fromText(source);
  if (types.isAnyArrayBuffer(source)) return { audio: audioOfBytes(new Uint8Array(source)) };
  if (ArrayBuffer.isView(source))
    return { audio: audioOfBytes(new Uint8Array(source.buffer, source.byteOffset, source.byteLength)) };
  if (!hasFields(source)) return { missing: show(source) };
  if (typeof source['data_base64'] === 'string') return fromText(source['data_base64']);
  if (typeof source['bytes'] === 'number' && typeof source['hash'] === 'string')
    return { audio: { size: source['bytes'], hash: source['hash'] } };
  const place = PLACES.find((name) => source[name] !== undefined);
  return place === undefined || depth === MAX_DEPTH
    ? { missing: describeOther(source) }
    : find(source[place], depth + 1);
}

function fromText(text: string): AudioLookup {
  const fault = describeBase64Fault(text);
  return fault === undefined
    ? { audio: audioOfBytes(Buffer.from(text, 'base64')) }
    : { missing: `text that is not base64, ${show(text)}: ${fault}` };
}

/** Of a result that failed, which has no audio, the error is shown. */
function describeOther(source: Readonly<Record<string, unknown>>): string {
  const { status, error } = source;
  if (typeof status === 'string') {
    const code = hasFields(error) && typeof error['code'] === 'string' ? ` with ${error['code']}` : '';
    return `a result without audio, \`status\` ${show(status)}${code}`;
  }
  const names = Object.keys(source);
  return names.length === 0
    ? 'an empty object'
    : `an object without audio, its fields are ${names.slice(0, 8).join(', ')}`;
}
