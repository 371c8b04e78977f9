/**
 * Where payloads are written that have been taken apart, each as names and values. Most of both are those of its
 * predecessors: these are kept once, in a form, and of the payload what differs, in a list with its neighbours.
 */

/** In place of a value that is not the same in all payloads of a form. */
const VARIES = Symbol('varies');

/** What payloads share. */
export interface Form {
  /** Names, and whatever else tells how the values belong together. */
  readonly marks: readonly (string | symbol)[];
  readonly values: readonly unknown[];
}

/** To be read with `valuesOf` alone. */
export interface Written {
  readonly form: Form;
  /** Those that vary, of this payload and of its neighbours, in their order. */
  readonly varying: readonly unknown[];
  /** Where its own begin. */
  readonly from: number;
}

/** The form that the next payload of an event is likely to have, and how many in a row have had it. */
interface Expectation {
  readonly form: Form;
  met: number;
}

/** So many values of neighbours are kept in one list, … */
const LIST_LENGTH = 4096;
/** … and no more than about so many characters: it stays until none of the payloads in it is kept. */
const LIST_CHARACTERS = 1024 * 1024;
/** A form that so many in a row have had is learnt anew when it no longer fits: another stream has begun. */
const WELL_TRIED = 8;

export class FlatWriter {
  /** The most values that a payload has. */
  readonly #mostValues: number;
  readonly #expectations = new Map<string, Expectation>();
  #expected = nothingYet();
  readonly #marks: (string | symbol)[] = [];
  #marked = 0;
  #isMarkedAsExpected = true;
  /** Those of the form, as long as they fit; then a copy. */
  #shared: readonly unknown[] = [];
  #counted = 0;
  #varying: unknown[] = new Array(LIST_LENGTH);
  #from = 0;
  #length = 0;
  #characters = 0;

  constructor(mostValues: number) {
    this.#mostValues = mostValues;
  }

  get marked(): number {
    return this.#marked;
  }

  begin(event: string): void {
    if (this.#length + this.#mostValues > LIST_LENGTH || this.#characters > LIST_CHARACTERS) this.#turnOver();
    this.#expected = this.#expectations.get(event) ?? nothingYet();
    this.#marked = 0;
    this.#isMarkedAsExpected = true;
    this.#shared = this.#expected.form.values;
    this.#counted = 0;
    this.#from = this.#length;
  }

  mark(mark: string | symbol): void {
    if (this.#expected.form.marks[this.#marked] !== mark) this.#isMarkedAsExpected = false;
    this.#marks[this.#marked] = mark;
    this.#marked += 1;
  }

  put(value: unknown): void {
    const index = this.#counted;
    this.#counted += 1;
    const shared = this.#shared[index];
    if (Object.is(shared, value)) return;
    this.#varying[this.#length] = value;
    this.#length += 1;
    if (shared !== VARIES) this.#vary(index);
  }

  /** `characters` is about how much memory its texts take. */
  end(event: string, characters: number): Written {
    this.#characters += characters;
    return { form: this.#formOf(event), varying: this.#varying, from: this.#from };
  }

  #turnOver(): void {
    this.#varying = new Array(LIST_LENGTH);
    this.#length = 0;
    this.#characters = 0;
  }

  #vary(index: number): void {
    if (this.#shared === this.#expected.form.values) this.#shared = this.#shared.slice();
    (this.#shared as unknown[])[index] = VARIES;
  }

  #formOf(event: string): Form {
    const { form, met } = this.#expected;
    const hasItsMarks = this.#isMarkedAsExpected && this.#marked === form.marks.length;
    if (hasItsMarks && this.#shared === form.values) {
      this.#expected.met += 1;
      return form;
    }
    const marks = hasItsMarks ? form.marks : this.#marks.slice(0, this.#marked);
    const written = { marks, values: this.#shared };
    const next = hasItsMarks && met < WELL_TRIED ? written : { marks, values: this.#allValues(written) };
    this.#expectations.set(event, { form: next, met: 0 });
    return written;
  }

  #allValues(form: Form): readonly unknown[] {
    return valuesOf({ form, varying: this.#varying, from: this.#from }).slice(0, this.#counted);
  }
}

function nothingYet(): Expectation {
  return { form: { marks: [], values: [] }, met: 0 };
}

/** All of them, in the order in which they were put. */
export function valuesOf({ form, varying, from }: Written): readonly unknown[] {
  let passed = from;
  return form.values.map((value) => {
    if (value !== VARIES) return value;
    passed += 1;
    return varying[passed - 1];
  });
}
