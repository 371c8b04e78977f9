/** What is kept of a payload: a copy without the audio and with an end, however large the original is. */

import { abbreviate } from '../core/show.js';
import { audioDigest } from './audio-digest.js';

/** Longer texts are cut. */
const LONGEST_TEXT = 500;
/** At most so many fields and list items of a payload are kept; what is beyond is told by its absence. */
const MOST_VALUES = 200;
const DEEPEST = 16;
/** What an object takes besides its texts, in characters: an estimate. */
const CHARACTERS_PER_VALUE = 16;

export interface KeptPayload {
  readonly payload: object;
  /** About how much memory it takes, in characters. */
  readonly characters: number;
}

/** Audio is told by its size and hash; with `keepsAudio` it is kept, too. */
export function keptPayload(payload: object, keepsAudio: boolean): KeptPayload {
  const budget = { values: MOST_VALUES, characters: 0, keepsAudio };
  const copy = kept(payload, budget, 0) as object;
  return { payload: copy, characters: budget.characters + (MOST_VALUES - budget.values) * CHARACTERS_PER_VALUE };
}

/** A text as it is kept. */
export function keptText(text: string): string {
  return text.length > LONGEST_TEXT ? abbreviate(text, LONGEST_TEXT) : text;
}

const summaries = new WeakMap<object, object>();

interface Budget {
  values: number;
  characters: number;
  readonly keepsAudio: boolean;
}

function kept(value: unknown, budget: Budget, depth: number): unknown {
  budget.values -= 1;
  if (typeof value === 'string') return counted(value, budget);
  if (typeof value !== 'object' || value === null) return typeof value === 'function' ? 'a function' : value;
  if (ArrayBuffer.isView(value)) return `${value.byteLength} bytes of binary data`;
  if (depth === DEEPEST) return '…';
  if (Array.isArray(value)) return keptList(value, budget, depth);
  return keptRecord(value as Record<string, unknown>, budget, depth);
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

function keptRecord(record: Record<string, unknown>, budget: Budget, depth: number): object {
  // What is frozen is a constant of ours.
  if (Object.isFrozen(record)) return record;
  const base64 = record['data_base64'];
  if (typeof base64 === 'string') return keptAudio(record, base64, budget, depth);
  return copyOf(record, budget, depth);
}

/** An echo hands out the very object that came in: it is looked at once, and kept once. */
function keptAudio(audio: Record<string, unknown>, base64: string, budget: Budget, depth: number): object {
  const known = summaries.get(audio);
  if (known !== undefined) return known;
  const summary = copyOf(audio, budget, depth);
  const { bytes, hash } = audioDigest(base64);
  summary['bytes'] = bytes;
  summary['hash'] = hash;
  if (budget.keepsAudio) {
    summary['data_base64'] = base64;
    budget.characters += base64.length;
  }
  summaries.set(audio, summary);
  return summary;
}

/** Without the audio itself. */
function copyOf(record: Record<string, unknown>, budget: Budget, depth: number): Record<string, unknown> {
  const copy: Record<string, unknown> = {};
  for (const key in record) {
    if (budget.values <= 0) break;
    const value = record[key];
    if (value === undefined || key === '__proto__' || key === 'data_base64') continue;
    copy[counted(key, budget)] = kept(value, budget, depth + 1);
  }
  return copy;
}
