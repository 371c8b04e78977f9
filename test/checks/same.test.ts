/** The compiler is the judge here: `npm run typecheck` fails if one of these is no longer what it says. */

import { expectTypeOf, it } from 'vitest';
import type { Merged, Same } from '../../src/checks/same.js';

it('two shapes are the same however their fields are ordered, read-only or absent by undefined', () => {
  expectTypeOf<
    Same<{ a: 1; readonly b?: readonly string[] }, { b?: string[] | undefined; a: 1 }>
  >().toEqualTypeOf<true>();
  expectTypeOf<Same<{ a: { readonly b: 1 } }, { a: { b: 1 } }>>().toEqualTypeOf<true>();
  expectTypeOf<Same<{ a: 1; never?: never }, { a: 1 }>>().toEqualTypeOf<true>();
  expectTypeOf<Same<'a' | { b: 1 }, { b: 1 } | 'a'>>().toEqualTypeOf<true>();
  expectTypeOf<Same<'a' | (string & {}), 'a' | (string & {})>>().toEqualTypeOf<true>();
});

it('two shapes differ by a field that only one has, that only one requires, or that holds something else', () => {
  expectTypeOf<Same<{ a: 1; b?: 2 }, { a: 1 }>>().not.toEqualTypeOf<true>();
  expectTypeOf<Same<{ a: 1 }, { a: 1; b?: 2 }>>().not.toEqualTypeOf<true>();
  expectTypeOf<Same<{ a: 1 }, { a?: 1 }>>().not.toEqualTypeOf<true>();
  expectTypeOf<Same<{ a: 1 | undefined }, { a: 1 }>>().not.toEqualTypeOf<true>();
  expectTypeOf<Same<{ a: number }, { a: 1 }>>().not.toEqualTypeOf<true>();
  expectTypeOf<Same<{ a: unknown }, { a: string }>>().not.toEqualTypeOf<true>();
  expectTypeOf<Same<{ a: { b: { c: 'x' }[] } }, { a: { b: { c: 'y' }[] } }>>().not.toEqualTypeOf<true>();
  expectTypeOf<Same<'a' | { b: 1 }, { b: 1 }>>().not.toEqualTypeOf<true>();
  expectTypeOf<Same<(value: 'a') => 1, (value: 'b') => 1>>().not.toEqualTypeOf<true>();
  expectTypeOf<Same<'a' | (string & {}), string>>().not.toEqualTypeOf<true>();
});

it('shapes that differ do not compile where they are tied', () => {
  true satisfies Same<{ a?: number }, { a?: number }>;
  // @ts-expect-error -- The second has a field more.
  true satisfies Same<{ a?: number }, { a?: number; b?: number }>;
  // @ts-expect-error -- Both are unions, which have no field in common.
  true satisfies Same<{ a: 1 } | { b: 1 }, { a: 1 } | { c: 1 }>;
  // @ts-expect-error -- All that is wrong is that the field is required.
  true satisfies Same<{ a?: number }, { a: number }>;
});

it('a union of objects is merged into every field of any of them, optional unless all of them require it', () => {
  type Union = { kind: 'a'; all: 1; one: 2 } | { kind: 'b'; all: 3; other?: 4; one?: never };
  type Whole = { kind: 'a' | 'b'; all: 1 | 3; one?: 2; other?: 4 };
  expectTypeOf<Same<Merged<Union>, Whole>>().toEqualTypeOf<true>();
  expectTypeOf<Same<Merged<Union>, Omit<Whole, 'other'>>>().not.toEqualTypeOf<true>();
  expectTypeOf<Same<Merged<Union>, Whole & { one: 2 }>>().not.toEqualTypeOf<true>();
});
