/**
 * What jest does not pass to hooks: the result of the running test, the suite that is being defined, and the order of
 * hooks. jest-circus keeps them in a global state, which is used here. With another runner, or another jest, they are
 * unknown.
 */

import type { TestResult } from '../finish-test.js';

const STATE = 'JEST_STATE_SYMBOL';

export function runningTestResult(): TestResult {
  const errors = errorsIn(field(field(stateIn(globalThis), 'currentlyRunningTest'), 'errors'));
  if (errors === undefined) return { outcome: 'unknown' };
  return { outcome: errors.length > 0 ? 'failed' : 'passed', errors };
}

/** The `describe` block that is being defined; the same object for everything in it. */
export function definedBlock(): unknown {
  return field(stateIn(globalThis), 'currentDescribeBlock');
}

/** Makes an `afterEach` hook the first of the block and of the blocks in it. Call it before the first test. */
export function putFirst(block: unknown, hook: () => Promise<void>): void {
  const own = listIn(block, 'hooks').find((each) => field(each, 'fn') === hook);
  if (own !== undefined) for (const inner of blocksIn(block)) listIn(inner, 'hooks').unshift({ ...own });
}

function blocksIn(block: unknown): unknown[] {
  const inner = listIn(block, 'children').filter((child) => field(child, 'type') === 'describeBlock');
  return [block, ...inner.flatMap(blocksIn)];
}

/** The list itself, because it is changed. */
function listIn(value: unknown, name: string): object[] {
  const list = field(value, name);
  return Array.isArray(list) ? list : [];
}

function stateIn(place: object): unknown {
  const symbol = Object.getOwnPropertySymbols(place).find(({ description }) => description === STATE);
  return symbol && Reflect.get(place, symbol);
}

/** Each item is an error, or a list of the error and another one with the location. */
function errorsIn(value: unknown): unknown[] | undefined {
  return Array.isArray(value) ? value.map((each) => (Array.isArray(each) ? each[0] : each)) : undefined;
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
