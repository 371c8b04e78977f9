/**
 * The options of a call as they are sent. An entry is sent as its number, because it may be large. The default timeout
 * of the client's environment is sent with the call, because that of the fixture may differ.
 */

import * as v from 'valibot';
import { isRecord } from '../checks/fields.js';
import { pointInTimeline } from '../criteria/point-in-timeline.js';

/** The members that take such options, with the position of the options among the arguments. */
const PLACES: ReadonlyMap<string, { readonly at: number; readonly waits: boolean }> = new Map([
  ['timeline', { at: 0, waits: false }],
  ['format', { at: 1, waits: false }],
  ['entries', { at: 0, waits: false }],
  ['waitFor', { at: 1, waits: true }],
  ['waitForSession', { at: 0, waits: true }],
  ['idle', { at: 0, waits: true }],
]);

/** Returns the arguments to send. `waitTimeoutMs` is the default timeout of waits; undefined: that of the fixture. */
export function toSent(name: string, values: unknown[], waitTimeoutMs: number | undefined): unknown[] {
  const place = PLACES.get(name);
  if (place === undefined) return values;
  const { at, waits } = place;
  const options = values[at] === undefined ? {} : values[at];
  // The fixture reports what is wrong with it.
  if (!isRecord(options)) return values;
  const changes = { ...numberOf(options), ...(waits && timeoutOf(options, waitTimeoutMs)) };
  if (Object.keys(changes).length === 0) return values;
  const length = Math.max(values.length, at + 1);
  return Array.from({ length }, (_, index) => (index === at ? { ...options, ...changes } : values[index]));
}

function numberOf(options: object): { readonly since?: number } {
  const since: unknown = Reflect.get(options, 'since');
  const point = v.safeParse(pointInTimeline, since);
  return point.success ? { since: point.output } : {};
}

function timeoutOf(options: object, waitTimeoutMs: number | undefined): { readonly timeoutMs?: number } {
  const isSaid = Reflect.get(options, 'timeoutMs') !== undefined;
  return isSaid || waitTimeoutMs === undefined ? {} : { timeoutMs: waitTimeoutMs };
}
