/** What a piece of work costs, in steps rather than in time: how many characters and members are looked at. */

/** A list or a text. */
interface Sized {
  readonly length: number;
}

type Method = (this: Sized, ...args: readonly unknown[]) => unknown;

const LIST = ['filter', 'map', 'flatMap', 'find', 'findLast', 'findLastIndex', 'some', 'every', 'includes', 'indexOf'];

type Count = (self: Sized, args: readonly unknown[], result: unknown) => number;

/** What offers to look at many at once, or is asked once for each. */
const COUNTED: readonly (readonly [object, readonly PropertyKey[], Count])[] = [
  [Array.prototype, [...LIST, 'join', 'concat', 'reduce', Symbol.iterator], ({ length }) => length],
  [String.prototype, ['includes', 'trimEnd', 'trimStart', 'replace', 'match'], ({ length }) => length],
  [Array.prototype, ['slice'], (_, __, copied) => (copied as Sized).length],
  [String.prototype, ['slice'], (_, __, copied) => (copied as Sized).length],
  [RegExp.prototype, ['test'], (_, [text]) => String(text).length],
  [Set.prototype, ['has'], () => 1],
  [Map.prototype, ['get', 'has'], () => 1],
];

/** How many steps the work takes. It must not be asynchronous. */
export function stepsOf(work: () => unknown): number {
  let steps = 0;
  const restore = COUNTED.flatMap(([owner, names, count]) =>
    names.map((name) => {
      const own: Method = Reflect.get(owner, name);
      const counted: Method = function (...args) {
        const result = Reflect.apply(own, this, args);
        steps += count(this, args, result);
        return result;
      };
      Reflect.set(owner, name, counted);
      return () => Reflect.set(owner, name, own);
    }),
  );
  try {
    work();
    return steps;
  } finally {
    for (const undo of restore) undo();
  }
}
