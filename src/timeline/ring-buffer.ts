/** The newest items of a list without an end. Each has a number, from 1 and without gaps, that it keeps when older ones go. */

export class RingBuffer<Item> {
  readonly #capacity: number;
  readonly #items: (Item | undefined)[] = [];
  #oldest = 1;
  #newest = 0;

  /** For at most so many items. */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** The number of the oldest item that is there; one above the newest when there is none. */
  get oldest(): number {
    return this.#oldest;
  }

  /** The number of the newest item; 0 before the first. */
  get newest(): number {
    return this.#newest;
  }

  get size(): number {
    return this.#newest - this.#oldest + 1;
  }

  /** Undefined when it is not there. */
  at(n: number): Item | undefined {
    return n >= this.#oldest && n <= this.#newest ? this.#items[this.#placeOf(n)] : undefined;
  }

  /** Adds an item. Returns the one that had to go for it: the item itself where there is no room at all. */
  push(item: Item): Item | undefined {
    if (this.#capacity === 0) {
      this.skip();
      return item;
    }
    const gone = this.size === this.#capacity ? this.shift() : undefined;
    this.#newest += 1;
    this.#items[this.#placeOf(this.#newest)] = item;
    return gone;
  }

  /** Puts another item in the place of the one with this number, if that is there. */
  replace(n: number, item: Item): void {
    if (this.at(n) !== undefined) this.#items[this.#placeOf(n)] = item;
  }

  /** Gives a number to an item that is not kept; there is none before it any more. */
  skip(): void {
    this.#newest += 1;
    this.#oldest = this.#newest + 1;
  }

  /** Removes the oldest item and returns it. */
  shift(): Item | undefined {
    if (this.size === 0) return undefined;
    const place = this.#placeOf(this.#oldest);
    const item = this.#items[place];
    this.#items[place] = undefined;
    this.#oldest += 1;
    return item;
  }

  #placeOf(n: number): number {
    return (n - 1) % this.#capacity;
  }
}
