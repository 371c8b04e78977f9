/** How often an entry is required, for every function that counts. */

import * as v from 'valibot';
import { closedRecord, field, integer, isRecord } from '../checks/fields.js';
import type { Same } from '../checks/same.js';

/** Exactly that many times, 0 for never; or at least and at most. `{}` is at least once. */
export type Times = number | { atLeast?: number; atMost?: number };

export interface Bounds {
  readonly atLeast: number;
  readonly atMost: number;
}

const bounds = v.pipe(
  closedRecord({ atLeast: v.optional(integer(0)), atMost: v.optional(integer(0)) }),
  v.check(
    ({ atLeast = 0, atMost = Number.POSITIVE_INFINITY }) => atLeast <= atMost,
    ({ input: { atLeast, atMost } }) => `expected atLeast ≤ atMost, got ${atLeast} and ${atMost}`,
  ),
);
const exactly = field<number>('an integer ≥ 0, or { atLeast, atMost }', (value) => v.is(integer(0), value));

/** At least once when it is left out. */
export const timesSchema = v.optional(
  v.lazy((value) => (isRecord(value) ? bounds : exactly)),
  { atLeast: 1 },
);

true satisfies Same<Times | undefined, v.InferInput<typeof timesSchema>>;

export function toBounds(times: v.InferOutput<typeof timesSchema>): Bounds {
  if (typeof times === 'number') return { atLeast: times, atMost: times };
  const { atLeast, atMost = Number.POSITIVE_INFINITY } = times;
  return { atLeast: atLeast ?? (atMost === Number.POSITIVE_INFINITY ? 1 : 0), atMost };
}

export function isWithin({ atLeast, atMost }: Bounds, count: number): boolean {
  return count >= atLeast && count <= atMost;
}
