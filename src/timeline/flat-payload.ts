/**
 * A payload as a timeline keeps it: all but its audio, with an end however large the original is, and laid flat into one
 * list. Thousands are kept, and the garbage collector would copy each object in each of them twice.
 */

import { abbreviate } from '../core/show.js';
import type { AudioDigest } from '../core/vocabulary.js';
import { audioDigest } from './audio-digest.js';

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

/** Names and marks: what has the same fields shares one. */
type Structure = readonly (string | symbol)[];

/** To be read with `payloadOf` and `fieldOf` alone. */
export interface FlatPayload {
  readonly structure: Structure;
  /** Of this payload and of its neighbours, in their order. */
  readonly values: readonly unknown[];
  /** Where its own begin. */
  readonly from: number;
}

/** So many values are kept in one list by neighbours, … */
const SHARED_VALUES = 4096;
/** … and no more than about so many characters: it stays until none of the payloads in it is kept. */
const SHARED_CHARACTERS = 1024 * 1024;

type PlainRecord = Readonly<Record<string, unknown>>;

/** A text as it is kept. */
export function keptText(text: string): string {
  return text.length > LONGEST_TEXT ? abbreviate(text, LONGEST_TEXT) : text;
}

/** Lays payloads flat, one after the other: what it needs for one serves the next. */
export class Flattener {
  readonly #keepsAudio: boolean;
  /** The newest of each event: the next one is likely to be the same. */
  readonly #structures = new Map<string, Structure>();
  #expected: Structure = [];
  readonly #marks: (string | symbol)[] = [];
  #marked = 0;
  #isAsExpected = true;
  #values: unknown[] = new Array(SHARED_VALUES);
  #length = 0;
  /** Of all in the list but the newest. */
  #sharedCharacters = 0;
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
    this.#expected = this.#structures.get(event) ?? [];
    this.#marked = 0;
    this.#isAsExpected = true;
    this.#sharedCharacters += this.#characters;
    this.#count = 0;
    this.#characters = 0;
    if (this.#length + MOST_VALUES > SHARED_VALUES || this.#sharedCharacters > SHARED_CHARACTERS) this.#turnOver();
    const from = this.#length;
    this.#lay(payload, 0);
    this.#audio = undefined;
    return { structure: this.#structureOf(event), values: this.#values, from };
  }

  #turnOver(): void {
    this.#values = new Array(SHARED_VALUES);
    this.#length = 0;
    this.#sharedCharacters = 0;
  }

  #structureOf(event: string): Structure {
    if (this.#isAsExpected && this.#marked === this.#expected.length) return this.#expected;
    const structure = this.#marks.slice(0, this.#marked);
    this.#structures.set(event, structure);
    return structure;
  }

  #lay(value: unknown, depth: number): void {
    this.#count += 1;
    if (typeof value === 'string') this.#put(this.#counted(value));
    else if (typeof value !== 'object' || value === null) this.#put(typeof value === 'function' ? 'a function' : value);
    else if (ArrayBuffer.isView(value)) this.#put(`${value.byteLength} bytes of binary data`);
    else if (depth === DEEPEST) this.#put('…');
    else if (Array.isArray(value)) this.#layList(value, depth);
    else this.#layObject(value as PlainRecord, depth);
  }

  #layList(list: readonly unknown[], depth: number): void {
    this.#mark(LIST);
    for (const item of list) {
      if (this.#count >= MOST_VALUES) break;
      const marked = this.#marked;
      this.#lay(item, depth + 1);
      if (this.#marked === marked) this.#mark(VALUE);
    }
    this.#mark(END);
  }

  #layObject(record: PlainRecord, depth: number): void {
    this.#mark(OBJECT);
    for (const name in record) {
      if (this.#count >= MOST_VALUES) break;
      const value = record[name];
      if (value === undefined || name === '__proto__' || name === 'data_base64') continue;
      this.#mark(this.#counted(name));
      this.#lay(value, depth + 1);
    }
    const base64 = record['data_base64'];
    if (typeof base64 === 'string') this.#layAudio(record, base64);
    this.#mark(END);
  }

  #layAudio(audio: object, base64: string): void {
    const known = audio === this.#audio ? this.#digest : undefined;
    const { bytes, hash } = known ?? audioDigest(Buffer.from(base64, 'base64'));
    this.#mark(DIGEST);
    this.#put(bytes);
    this.#put(hash);
    this.#count += 2;
    if (!this.#keepsAudio) return;
    this.#mark('data_base64');
    this.#put(base64);
    this.#characters += base64.length;
  }

  #counted(text: string): string {
    const short = keptText(text);
    this.#characters += short.length;
    return short;
  }

  #put(value: unknown): void {
    this.#values[this.#length] = value;
    this.#length += 1;
  }

  #mark(mark: string | symbol): void {
    if (this.#expected[this.#marked] !== mark) this.#isAsExpected = false;
    this.#marks[this.#marked] = mark;
    this.#marked += 1;
  }
}

/** The payload as it is handed out, frozen. */
export function payloadOf(flat: FlatPayload): object {
  return new Reader(flat).part() as object;
}

/** A field of the payload itself, unless it is an object or a list. */
export function fieldOf({ structure, values, from }: FlatPayload, name: string): unknown {
  let depth = 0;
  let passed = from;
  for (const [at, mark] of structure.entries()) {
    const isOfValue = typeof mark === 'string' && !isBeginning(structure[at + 1]);
    if (depth === 1 && mark === name) return isOfValue ? values[passed] : undefined;
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
  readonly #structure: Structure;
  readonly #values: readonly unknown[];
  #at = 0;
  #passed: number;

  constructor({ structure, values, from }: FlatPayload) {
    this.#structure = structure;
    this.#values = values;
    this.#passed = from;
  }

  /** The object or list that begins here, or the next value. */
  part(): unknown {
    const mark = this.#structure[this.#at];
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
    for (this.#at += 1; this.#structure[this.#at] !== END; ) {
      const isValue = this.#structure[this.#at] === VALUE;
      if (isValue) this.#at += 1;
      list.push(isValue ? this.#value() : this.part());
    }
    this.#at += 1;
    return Object.freeze(list);
  }

  #mark(): string | symbol | undefined {
    this.#at += 1;
    return this.#structure[this.#at - 1];
  }

  #value(): unknown {
    this.#passed += 1;
    return this.#values[this.#passed - 1];
  }
}
