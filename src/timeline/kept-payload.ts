/** What is kept of a payload: all but its audio, and with an end, however large the original is. */

import { abbreviate } from '../core/show.js';
import type { AudioDigest } from '../core/vocabulary.js';
import { audioDigest, hashOf } from './audio-digest.js';

/** Longer texts are cut. */
const LONGEST_TEXT = 500;
/** At most so many fields and list items of a payload are kept; what is beyond is told by its absence. */
const MOST_VALUES = 200;
const DEEPEST = 16;
/** What an object takes besides its texts, in characters: an estimate. */
const CHARACTERS_PER_VALUE = 16;
/** The size and the hash in place of audio. */
const DIGEST_CHARACTERS = 2 * CHARACTERS_PER_VALUE + 'bytes'.length + 'hash'.length + 8;
/**
 * What takes more, or is deeper, is copied as far as it may go; what does not is kept itself, but for its audio: copies of
 * all would be most of what a timeline costs.
 */
const MOST_CHARACTERS_WHOLE = 1000;
const DEEPEST_WHOLE = 2;

export interface KeptPayload {
  readonly payload: object;
  /** About how much memory it takes, in characters. */
  readonly characters: number;
}

type PlainRecord = Record<string, unknown>;
type Audio = { readonly data_base64: string };

/**
 * Audio is told by its size and hash; with `keepsAudio` it is kept, too. `digest` is that of the payload's own audio, where
 * it is known already. Nobody may change the payload any more.
 */
export function keptPayload(payload: object, keepsAudio: boolean, digest?: AudioDigest): KeptPayload {
  const field = audioFieldOf(payload);
  const audio = field && (payload as PlainRecord)[field];
  const summary = isAudio(audio) ? summaryOf(audio, keepsAudio, digest) : undefined;
  const characters = weigh(payload, 0, field);
  if (characters > MOST_CHARACTERS_WHOLE) return keptInPart(payload, budgetOf(keepsAudio, audio, summary));
  if (field === undefined || summary === undefined) return { payload, characters };
  return { payload: { ...payload, [field]: summary.payload }, characters: characters + summary.characters };
}

/** A kept payload as it is handed out: frozen, and without fields that are undefined, for they are not on the wire. */
export function shownPayload(payload: object): object {
  return shown(payload) as object;
}

/** A text as it is kept. */
export function keptText(text: string): string {
  return text.length > LONGEST_TEXT ? abbreviate(text, LONGEST_TEXT) : text;
}

function audioFieldOf(payload: object): string | undefined {
  const { audio, dubbed_audio } = payload as PlainRecord;
  return isAudio(audio) ? 'audio' : isAudio(dubbed_audio) ? 'dubbed_audio' : undefined;
}

/** How much it takes, as far as it matters; `Infinity` for what is not plain. */
function weigh(record: object, depth: number, exceptField?: string): number {
  if (depth > DEEPEST_WHOLE || Object.getPrototypeOf(record) !== Object.prototype) return Number.POSITIVE_INFINITY;
  let characters = 0;
  for (const key in record) {
    if (key === exceptField) continue;
    if (characters > MOST_CHARACTERS_WHOLE) break;
    if (key === 'data_base64' || key === '__proto__') return Number.POSITIVE_INFINITY;
    const value = (record as PlainRecord)[key];
    characters += CHARACTERS_PER_VALUE + lengthOf(key);
    if (typeof value === 'string') characters += lengthOf(value);
    else if (typeof value === 'object' && value !== null) characters += weigh(value, depth + 1);
  }
  return characters;
}

function lengthOf(text: string): number {
  return text.length > LONGEST_TEXT ? Number.POSITIVE_INFINITY : text.length;
}

function shown(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  if (Array.isArray(value)) return Object.freeze(value.map(shown));
  const copy: PlainRecord = {};
  for (const key in value) {
    const part = (value as PlainRecord)[key];
    if (part !== undefined) copy[key] = shown(part);
  }
  return Object.freeze(copy);
}

function summaryOf(audio: Audio, keepsAudio: boolean, digest = audioDigest(audio.data_base64)): KeptPayload {
  const { payload, characters } = withoutSound(audio, keepsAudio);
  payload['bytes'] = digest.bytes;
  payload['hash'] = hashOf(digest);
  if (!keepsAudio) return { payload, characters: characters + DIGEST_CHARACTERS };
  payload['data_base64'] = audio.data_base64;
  return { payload, characters: characters + DIGEST_CHARACTERS + audio.data_base64.length };
}

function withoutSound(audio: Audio, keepsAudio: boolean): { payload: PlainRecord; characters: number } {
  const characters = weigh(audio, DEEPEST_WHOLE, 'data_base64');
  if (characters > MOST_CHARACTERS_WHOLE) {
    const budget = budgetOf(keepsAudio);
    return { payload: copyOf(audio, budget, 1), characters: spent(budget) };
  }
  const payload: PlainRecord = {};
  for (const key in audio) if (key !== 'data_base64') payload[key] = Reflect.get(audio, key);
  return { payload, characters };
}

function isAudio(value: unknown): value is Audio {
  return typeof value === 'object' && value !== null && typeof Reflect.get(value, 'data_base64') === 'string';
}

function keptInPart(payload: object, budget: Budget): KeptPayload {
  return { payload: kept(payload, budget, 0) as object, characters: spent(budget) };
}

/** What may still be kept, and what has been. */
interface Budget {
  values: number;
  characters: number;
  readonly keepsAudio: boolean;
  /** The payload's own audio, and what is kept of it. */
  readonly audio: unknown;
  readonly summary: KeptPayload | undefined;
}

function budgetOf(keepsAudio: boolean, audio?: unknown, summary?: KeptPayload): Budget {
  return { values: MOST_VALUES, characters: 0, keepsAudio, audio, summary };
}

function spent({ values, characters }: Budget): number {
  return characters + (MOST_VALUES - values) * CHARACTERS_PER_VALUE;
}

function kept(value: unknown, budget: Budget, depth: number): unknown {
  budget.values -= 1;
  if (typeof value === 'string') return counted(value, budget);
  if (typeof value !== 'object' || value === null) return typeof value === 'function' ? 'a function' : value;
  if (ArrayBuffer.isView(value)) return `${value.byteLength} bytes of binary data`;
  if (depth === DEEPEST) return '…';
  if (Array.isArray(value)) return keptList(value, budget, depth);
  return keptRecord(value, budget, depth);
}

function counted(text: string, budget: Budget): string {
  const short = keptText(text);
  budget.characters += short.length;
  return short;
}

function keptList(list: readonly unknown[], budget: Budget, depth: number): unknown[] {
  const copy: unknown[] = [];
  for (const item of list) {
    if (budget.values <= 0) break;
    copy.push(kept(item, budget, depth + 1));
  }
  return copy;
}

function keptRecord(record: object, budget: Budget, depth: number): object {
  if (!isAudio(record)) return copyOf(record, budget, depth);
  const known = record === budget.audio ? budget.summary : undefined;
  const { payload, characters } = known ?? summaryOf(record, budget.keepsAudio);
  budget.characters += characters;
  return payload;
}

/** Without the audio itself. */
function copyOf(record: object, budget: Budget, depth: number): PlainRecord {
  const copy: PlainRecord = {};
  for (const key in record) {
    if (budget.values <= 0) break;
    const value = Reflect.get(record, key);
    if (value === undefined || key === '__proto__' || key === 'data_base64') continue;
    copy[counted(key, budget)] = kept(value, budget, depth + 1);
  }
  return copy;
}
