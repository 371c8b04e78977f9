/**
 * The result of the test that is running in jest. jest does not pass it to hooks; jest-circus keeps it in a global state, from
 * which it is read here. With another runner, or another jest, the result is unknown.
 */

import type { TestResult } from '../finish-test.js';

const STATE = 'JEST_STATE_SYMBOL';

export function runningTestResult(): TestResult {
  const errors = errorsIn(field(field(stateIn(globalThis), 'currentlyRunningTest'), 'errors'));
  if (errors === undefined) return { outcome: 'unknown' };
  return { outcome: errors.length > 0 ? 'failed' : 'passed', errors };
}

function stateIn(place: object): unknown {
  const symbol = Object.getOwnPropertySymbols(place).find(({ description }) => description === STATE);
  return symbol && Reflect.get(place, symbol);
}

/** Each is an error, or a list of the error and another that has the place. */
function errorsIn(value: unknown): unknown[] | undefined {
  return Array.isArray(value) ? value.map((each) => (Array.isArray(each) ? each[0] : each)) : undefined;
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
