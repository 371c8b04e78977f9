/**
 * `instanceof` across copies of the library: a process may load it as an ES module and as CommonJS, in two versions, or
 * once for each test file. Each copy has its own classes, and `instanceof` must accept instances of any copy.
 */

type Class = abstract new (...values: never[]) => object;

/**
 * Makes `instanceof` accept the instances of any copy of the class. The name identifies what the instances can do: a
 * version that breaks that needs another name. Derived classes keep the usual `instanceof`.
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
