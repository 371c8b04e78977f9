/** One object of several parts: how a handle is put together. */

type Composed<Parts extends readonly object[]> = Parts extends readonly [
  infer First,
  ...infer Rest extends readonly object[],
]
  ? First & Composed<Rest>
  : unknown;

/** Printing it shows functions and values; a getter is read only on access. */
export function compose<Parts extends readonly object[]>(...parts: Parts): Composed<Parts> {
  const composed = {};
  for (const part of parts) {
    for (const name of Reflect.ownKeys(part)) {
      const property = Reflect.getOwnPropertyDescriptor(part, name);
      const isPrinted = typeof name === 'string' && property?.get === undefined;
      Object.defineProperty(composed, name, { ...property, enumerable: isPrinted });
    }
  }
  return composed as Composed<Parts>;
}
