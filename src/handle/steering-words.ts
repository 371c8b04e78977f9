/** What a test does to sessions, in words: as it would write the call, and short. */

import { show, showFields } from '../core/show.js';
import type { BackpressureSignal } from '../core/vocabulary.js';
import type { RefuseOptions } from '../options/call-options.js';
import type { PushedError } from '../options/pushed-types.js';

/** `setDelay(40)`, `setBackpressure({ high: 0.5 })`. */
export function setting(name: string, value: unknown): string {
  const isRecord = typeof value === 'object' && value !== null;
  return `${name}(${isRecord ? showFields(value) : show(value)})`;
}

/** `pushBackpressure high/pause, wait 500 ms`. */
export function pushedBackpressureText({ severity, action, recommendedDelayMs }: BackpressureSignal): string {
  const wait = recommendedDelayMs === undefined ? '' : `, wait ${recommendedDelayMs} ms`;
  return `pushBackpressure ${severity}/${action}${wait}`;
}

/** `pushError RATE_LIMIT`, with what the test has said besides. */
export function pushedErrorText({ code, severity, retryable, fragmentId }: Omit<PushedError, 'streamId'>): string {
  const said = { severity, retryable, fragmentId };
  const isPlain = Object.values(said).every((value) => value === undefined);
  return `pushError ${code}${isPlain ? '' : ` ${showFields(said)}`}`;
}

export function refuseText({ times, status }: Required<RefuseOptions>): string {
  return `refuse(${showFields({ times, status })})`;
}

/** To whom it goes: behind what is done. */
export function addressee(streamId: string | undefined, connections: number): string {
  const stream = streamId === undefined ? '' : ` to stream ${show(streamId)}`;
  const nobody = streamId === undefined ? 'no connection is open' : 'it has no open connection';
  return `${stream}${connections === 0 ? `: ${nobody}` : ''}`;
}
