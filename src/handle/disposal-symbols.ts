/**
 * The symbols that `using` and `await using` look for, made where a realm has none. jest 29 and the vm pools of vitest run
 * tests in such realms on Node 20 and 22; what compilers make of `await using` looks there for the symbols below, or
 * throws if `Symbol` has none.
 */

/** `Symbol.dispose`. */
export const dispose: typeof Symbol.dispose = wellKnown('dispose') as typeof Symbol.dispose;

/** `Symbol.asyncDispose`. */
export const asyncDispose: typeof Symbol.asyncDispose = wellKnown('asyncDispose') as typeof Symbol.asyncDispose;

/** The one of the realm; else the one that compilers take in its place, which is the realm's from now on. */
function wellKnown(name: 'dispose' | 'asyncDispose'): symbol {
  const known: symbol | undefined = Symbol[name];
  if (known !== undefined) return known;
  const made = Symbol.for(`Symbol.${name}`);
  // As well-known symbols are.
  Object.defineProperty(Symbol, name, { value: made, writable: false, enumerable: false, configurable: false });
  return made;
}
