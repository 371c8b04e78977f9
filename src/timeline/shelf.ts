/**
 * Where the entries of a timeline are kept: a ring with a column for each field. An object for each entry would live just
 * long enough to be copied by the garbage collector twice, and that would cost more than writing it.
 */

import type { CutPhase } from '../core/cut-forms.js';
import type { Because } from '../core/protocol.js';
import type { Direction, EventName } from './entry.js';
import type { FlatPayload } from './flat-payload.js';

/** Whose entry it is. */
export interface Participant {
  readonly sessionId: string;
  /** Empty until the stream is begun; entries from before that count as the stream's own. */
  readonly streamId: string;
  /** Who claims it; absent when nobody does. */
  readonly scope?: object | undefined;
}

/** What there is to search an entry by. */
export interface Fact {
  readonly event: EventName;
  readonly participant: Participant | undefined;
  readonly payload: FlatPayload;
}

/** An entry as it is kept: its public form is made when somebody looks. */
export interface Kept extends Fact {
  readonly n: number;
  readonly atMs: number;
  readonly direction: Direction;
  /** About how much memory it takes. */
  readonly characters: number;
  readonly sequenceNumber: number | undefined;
  /** The entry that this one answers directly. */
  readonly answers: number | undefined;
  readonly because: Because | undefined;
  readonly cut: CutPhase | undefined;
}

/** In the columns of numbers: there is none. */
const NONE = -1;

export class Shelf {
  readonly #places: number;
  #oldest = 1;
  #newest = 0;
  /** Where the newest is. */
  #head = -1;
  #characters = 0;
  readonly #atMs: number[] = [];
  readonly #directions: Direction[] = [];
  readonly #events: EventName[] = [];
  readonly #participants: (Participant | undefined)[] = [];
  readonly #forms: (FlatPayload['form'] | undefined)[] = [];
  readonly #varyings: (FlatPayload['varying'] | undefined)[] = [];
  readonly #froms: number[] = [];
  readonly #sizes: number[] = [];
  readonly #sequenceNumbers: number[] = [];
  readonly #answers: number[] = [];
  readonly #becauses: (Because | undefined)[] = [];
  readonly #cuts: (CutPhase | undefined)[] = [];
  /** Of fragments: they were not taken. */
  readonly #areRefused: boolean[] = [];

  /** For at most so many entries. */
  constructor(places: number) {
    this.#places = places;
  }

  /** The number of the oldest entry that is there; one above the newest when there is none. */
  get oldest(): number {
    return this.#oldest;
  }

  get newest(): number {
    return this.#newest;
  }

  /** How many entries are there. */
  get size(): number {
    return this.#newest - this.#oldest + 1;
  }

  /** Of all entries together. */
  get characters(): number {
    return this.#characters;
  }

  /** The entry after the newest; when all places are taken, in that of the oldest. */
  add(kept: Kept): void {
    if (this.#places === 0) {
      this.skip();
      return;
    }
    if (this.size === this.#places) this.dropOldest();
    this.#newest = kept.n;
    this.#head = this.#head + 1 === this.#places ? 0 : this.#head + 1;
    const place = this.#head;
    this.#atMs[place] = kept.atMs;
    this.#directions[place] = kept.direction;
    this.#events[place] = kept.event;
    this.#participants[place] = kept.participant;
    this.#forms[place] = kept.payload.form;
    this.#varyings[place] = kept.payload.varying;
    this.#froms[place] = kept.payload.from;
    this.#sizes[place] = kept.characters;
    this.#sequenceNumbers[place] = kept.sequenceNumber ?? NONE;
    this.#answers[place] = kept.answers ?? NONE;
    this.#becauses[place] = kept.because;
    this.#cuts[place] = kept.cut;
    this.#areRefused[place] = false;
    this.#characters += kept.characters;
  }

  /** Counts an entry that is not kept. */
  skip(): void {
    this.#newest += 1;
    this.#oldest = this.#newest + 1;
  }

  /** Undefined when it is not there. */
  at(n: number): Kept | undefined {
    if (!this.#has(n)) return undefined;
    const place = this.#placeOf(n);
    return {
      n,
      atMs: this.#atMs[place] as number,
      direction: this.#directions[place] as Direction,
      event: this.#events[place] as EventName,
      participant: this.#participants[place],
      payload: this.#payloadAt(place),
      characters: this.#sizes[place] as number,
      sequenceNumber: some(this.#sequenceNumbers[place]),
      answers: some(this.#answers[place]),
      because: this.#becauses[place],
      cut: this.#cuts[place],
    };
  }

  /** The entry is of a fragment that was not taken: no result is its own. */
  refuse(n: number): void {
    if (this.#has(n)) this.#areRefused[this.#placeOf(n)] = true;
  }

  isRefused(n: number): boolean {
    return this.#areRefused[this.#placeOf(n)] === true;
  }

  dropOldest(): void {
    const place = this.#placeOf(this.#oldest);
    this.#characters -= this.#sizes[place] ?? 0;
    this.#forms[place] = undefined;
    this.#varyings[place] = undefined;
    this.#oldest += 1;
  }

  #payloadAt(place: number): FlatPayload {
    return {
      form: this.#forms[place] as FlatPayload['form'],
      varying: this.#varyings[place] as FlatPayload['varying'],
      from: this.#froms[place] as number,
    };
  }

  #has(n: number): boolean {
    return n >= this.#oldest && n <= this.#newest;
  }

  #placeOf(n: number): number {
    const place = this.#head - (this.#newest - n);
    return place < 0 ? place + this.#places : place;
  }
}

function some(value: number | undefined): number | undefined {
  return value === NONE ? undefined : value;
}
