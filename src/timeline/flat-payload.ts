/**
 * A payload as a timeline keeps it: all but its audio, with an end however large the original is, and laid flat into one
 * list. Thousands are kept, and the garbage collector would copy each object in each of them twice.
 */

import { audioDigest } from '../audio/audio-digest.js';
import { abbreviate } from '../core/show.js';
import type { AudioDigest } from '../core/vocabulary.js';
import { FlatWriter, valuesOf, type Written } from './flat-writer.js';

/** Longer texts are cut. */
const LONGEST_TEXT = 500;
/** At most so many fields and list items of a payload are kept; what is beyond is told by its absence. */
const MOST_VALUES = 200;
const DEEPEST = 16;
/** What a value takes besides its text, in characters: an estimate. */
const CHARACTERS_PER_VALUE = 16;

/** An object begins, until its end: names, each of a value unless an object or a list follows; … */
const OBJECT = Symbol('object');
/** … a list begins, until its end; … */
const LIST = Symbol('list');
const END = Symbol('end');
/** … in a list, a value; … */
const VALUE = Symbol('value');
/** … and in an object, in place of a name: two values are the size and hash of its audio. */
const DIGEST = Symbol('digest');

/** To be read with `payloadOf` and `fieldOf` alone. */
export type FlatPayload = Written;

type PlainRecord = Readonly<Record<string, unknown>>;

/** A text as it is kept. */
export function keptText(text: string): string {
  return text.length > LONGEST_TEXT ? abbreviate(text, LONGEST_TEXT) : text;
}

/** Lays payloads flat, one after the other: what it needs for one serves the next. */
export class Flattener {
  readonly #keepsAudio: boolean;
  readonly #writer = new FlatWriter(MOST_VALUES);
  /** Values, objects and lists. */
  #count = 0;
  #characters = 0;
  /** The payload's own audio, not for longer than it takes to lay it, and what is known of it already. */
  #audio: unknown;
  #digest: AudioDigest | undefined;

  /** Audio is told by its size and hash; with `keepsAudio` it is kept, too. */
  constructor(keepsAudio: boolean) {
    this.#keepsAudio = keepsAudio;
  }

  /** About how much memory the newest one takes, in characters. */
  get characters(): number {
    return this.#characters + this.#count * CHARACTERS_PER_VALUE;
  }

  /** `digest` is that of the payload's own audio, where that is known already. */
  flatten(event: string, payload: object, digest?: AudioDigest): FlatPayload {
    const { audio, dubbed_audio } = payload as PlainRecord;
    this.#audio = audio ?? dubbed_audio;
    this.#digest = digest;
    this.#count = 0;
    this.#characters = 0;
    this.#writer.begin(event);
    this.#lay(payload, 0);
    this.#audio = undefined;
    return this.#writer.end(event, this.#characters);
  }

  #lay(value: unknown, depth: number): void {
    this.#count += 1;
    if (typeof value === 'string') this.#writer.put(this.#counted(value));
    else if (typeof value !== 'object' || value === null)
      this.#writer.put(typeof value === 'function' ? 'a function' : value);
    else if (ArrayBuffer.isView(value)) this.#writer.put(`${value.byteLength} bytes of binary data`);
    else if (depth === DEEPEST) this.#writer.put('…');
    else if (Array.isArray(value)) this.#layList(value, depth);
    else this.#layObject(value as PlainRecord, depth);
  }

  #layList(list: readonly unknown[], depth: number): void {
    this.#writer.mark(LIST);
    for (const item of list) {
      if (this.#count >= MOST_VALUES) break;
      const { marked } = this.#writer;
      this.#lay(item, depth + 1);
      if (this.#writer.marked === marked) this.#writer.mark(VALUE);
    }
    this.#writer.mark(END);
  }

  #layObject(record: PlainRecord, depth: number): void {
    this.#writer.mark(OBJECT);
    for (const name in record) {
      if (this.#count >= MOST_VALUES) break;
      const value = record[name];
      if (value === undefined || name === '__proto__' || name === 'data_base64') continue;
      this.#writer.mark(this.#counted(name));
      this.#lay(value, depth + 1);
    }
    const base64 = record['data_base64'];
    if (typeof base64 === 'string') this.#layAudio(record, base64);
    this.#writer.mark(END);
  }

  #layAudio(audio: object, base64: string): void {
    const known = audio === this.#audio ? this.#digest : undefined;
    const { bytes, hash } = known ?? audioDigest(Buffer.from(base64, 'base64'));
    this.#writer.mark(DIGEST);
    this.#writer.put(bytes);
    this.#writer.put(hash);
    this.#count += 2;
    if (!this.#keepsAudio) return;
    this.#writer.mark('data_base64');
    this.#writer.put(base64);
    this.#characters += base64.length;
  }

  #counted(text: string): string {
    const short = keptText(text);
    this.#characters += short.length;
    return short;
  }
}

/** The payload as it is handed out, frozen. */
export function payloadOf(flat: FlatPayload): object {
  return new Reader(flat).part() as object;
}

/** A field of the payload itself, unless it is an object or a list. */
export function fieldOf(flat: FlatPayload, name: string): unknown {
  const { marks } = flat.form;
  let depth = 0;
  let passed = 0;
  for (const [at, mark] of marks.entries()) {
    const isOfValue = typeof mark === 'string' && !isBeginning(marks[at + 1]);
    if (depth === 1 && mark === name) return isOfValue ? valuesOf(flat)[passed] : undefined;
    if (isBeginning(mark)) depth += 1;
    else if (mark === END) depth -= 1;
    else if (mark === DIGEST) passed += 2;
    else if (mark === VALUE || isOfValue) passed += 1;
  }
  return undefined;
}

function isBeginning(mark: unknown): boolean {
  return mark === OBJECT || mark === LIST;
}

class Reader {
  readonly #marks: FlatPayload['form']['marks'];
  readonly #values: readonly unknown[];
  #at = 0;
  #passed = 0;

  constructor(flat: FlatPayload) {
    this.#marks = flat.form.marks;
    this.#values = valuesOf(flat);
  }

  /** The object or list that begins here, or the next value. */
  part(): unknown {
    const mark = this.#marks[this.#at];
    if (mark === OBJECT) return this.#object();
    return mark === LIST ? this.#list() : this.#value();
  }

  #object(): object {
    const record: Record<string, unknown> = {};
    this.#at += 1;
    for (let name = this.#mark(); name !== END; name = this.#mark()) {
      if (name === DIGEST) {
        record['bytes'] = this.#value();
        record['hash'] = this.#value();
      } else record[name as string] = this.part();
    }
    return Object.freeze(record);
  }

  #list(): readonly unknown[] {
    const list: unknown[] = [];
    for (this.#at += 1; this.#marks[this.#at] !== END; ) {
      const isValue = this.#marks[this.#at] === VALUE;
      if (isValue) this.#at += 1;
      list.push(isValue ? this.#value() : this.part());
    }
    this.#at += 1;
    return Object.freeze(list);
  }

  #mark(): string | symbol | undefined {
    this.#at += 1;
    return this.#marks[this.#at - 1];
  }

  #value(): unknown {
    this.#passed += 1;
    return this.#values[this.#passed - 1];
  }
}
