/** The newest items of an endless list. Each has a number, from 1 without gaps, that never changes. */

export class RingBuffer<Item> {
  readonly #capacity: number;
  readonly #items: (Item | undefined)[] = [];
  #oldest = 1;
  #newest = 0;

  /** `capacity` is the maximum number of items. */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** The number of the oldest item; one above the newest when the buffer is empty. */
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

  /** The item with this number; undefined if it is not in the buffer. */
  at(n: number): Item | undefined {
    return n >= this.#oldest && n <= this.#newest ? this.#items[this.#placeOf(n)] : undefined;
  }

  /** Adds an item. Returns the item that was dropped, if any: the new item itself if the capacity is 0. */
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

  /** Replaces the item with this number, if it is in the buffer. */
  replace(n: number, item: Item): void {
    if (this.at(n) !== undefined) this.#items[this.#placeOf(n)] = item;
  }

  /** Uses up a number without keeping an item, and drops all items before it. */
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
