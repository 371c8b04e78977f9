/**
 * `instanceof` across copies of the library: a process may load it as an ES module and as CommonJS, in two versions, or once
 * for each test file. Each copy has classes of its own, and a user who asks means any of them.
 */

type Class = abstract new (...values: never[]) => object;

/**
 * From now on `instanceof` says yes to what any copy of the class has made. The name stands for what its instances can do:
 * a version that changes that for the worse needs another one. Classes derived from it are asked for as usual.
 */
export function knownAcrossCopies(type: Class, name: string): void {
  const mark = Symbol.for(`echo-sts.${name}`);
  Object.defineProperty(type.prototype, mark, { value: true });
  Object.defineProperty(type, Symbol.hasInstance, {
    value(this: Class, value: unknown): boolean {
      if (this !== type) return Function.prototype[Symbol.hasInstance].call(this, value);
      return typeof value === 'object' && value !== null && Reflect.get(value, mark) === true;
    },
  });
}
