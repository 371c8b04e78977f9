/**
 * How the test that is running stands in jest. jest tells its hooks nothing of it; jest-circus keeps it where its own parts
 * find it, and where it is looked up here. With another runner, or another jest, the answer is that it is not known.
 */

import type { Ending } from '../conclusion.js';

const STATE = 'JEST_STATE_SYMBOL';

export function endingOfRunningTest(): Ending {
  const errors = errorsIn(field(field(stateIn(globalThis), 'currentlyRunningTest'), 'errors'));
  if (errors === undefined) return { outcome: 'unknown' };
  return { outcome: errors.length > 0 ? 'failed' : 'passed', errors };
}

function stateIn(place: object): unknown {
  const symbol = Object.getOwnPropertySymbols(place).find(({ description }) => description === STATE);
  return symbol && Reflect.get(place, symbol);
}

/** Each is an error, or comes in a list with another that tells where. */
function errorsIn(value: unknown): unknown[] | undefined {
  return Array.isArray(value) ? value.map((each) => (Array.isArray(each) ? each[0] : each)) : undefined;
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
