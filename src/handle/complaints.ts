/** Who has made its test fail, so that the end of the test does not hide that failure behind another one. */

export class Complaints {
  readonly #owners = new Set<object>();

  /** The owner makes its test fail: the test has most likely ended with that. */
  add(owner: object): void {
    this.#owners.add(owner);
  }

  /** The test goes on with the owner: it has not ended with that failure. */
  withdraw(owner: object): void {
    this.#owners.delete(owner);
  }

  isBy(owner: object): boolean {
    return this.#owners.has(owner);
  }

  /** Whether no owner has one. */
  get isEmpty(): boolean {
    return this.#owners.size === 0;
  }

  /** Another test begins. */
  clear(): void {
    this.#owners.clear();
  }
}
