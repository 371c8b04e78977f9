/**
 * What `src/matchers/index.ts` adds to, for the compiler: it must have seen a module that is augmented. Stands for the
 * package `expect`, too, which comes with jest and is not installed here.
 */

import type {} from 'vitest';

// biome-ignore lint/suspicious/noEmptyInterface: only an interface can be added to
// biome-ignore lint/correctness/noUnusedVariables: the parameters of the original
export interface Matchers<R extends void | Promise<void>, T = unknown> {}
