/** A map and a set that are made at first use: a server holds thousands of streams, and most never fill most of theirs. */

export class LazyMap<Key, Value> {
  #entries: Map<Key, Value> | undefined;

  get size(): number {
    return this.#entries?.size ?? 0;
  }

  has(key: Key): boolean {
    return this.#entries?.has(key) ?? false;
  }

  get(key: Key): Value | undefined {
    return this.#entries?.get(key);
  }

  set(key: Key, value: Value): void {
    this.#entries ??= new Map();
    this.#entries.set(key, value);
  }

  /** Returns whether there was such an entry. */
  delete(key: Key): boolean {
    return this.#entries?.delete(key) ?? false;
  }

  clear(): void {
    this.#entries = undefined;
  }

  keys(): Iterable<Key> {
    return this.#entries?.keys() ?? [];
  }

  values(): Iterable<Value> {
    return this.#entries?.values() ?? [];
  }

  [Symbol.iterator](): Iterator<[Key, Value]> {
    const entries: Iterable<[Key, Value]> = this.#entries ?? [];
    return entries[Symbol.iterator]();
  }
}

export class LazySet<Value> {
  #values: Set<Value> | undefined;

  get size(): number {
    return this.#values?.size ?? 0;
  }

  has(value: Value): boolean {
    return this.#values?.has(value) ?? false;
  }

  add(value: Value): void {
    this.#values ??= new Set();
    this.#values.add(value);
  }

  /** Returns whether it was in the set. */
  delete(value: Value): boolean {
    return this.#values?.delete(value) ?? false;
  }

  [Symbol.iterator](): Iterator<Value> {
    const values: Iterable<Value> = this.#values ?? [];
    return values[Symbol.iterator]();
  }
}
