/** The events that `toHaveReceived` can expect, and what to use for the others. */

import { oneOfThese, withHint } from '../checks/finding.js';
import { show } from '../core/show.js';
import type { Part } from '../criteria/difference.js';
import type { EventName } from '../timeline/entry.js';
import { DIRECTIONS } from '../timeline/event-names.js';
import type { InboundPayloads } from '../wire/payloads.js';
import { invalidArgument } from './invalid-argument.js';

/** An event that a worker sends. */
export type ReceivedEvent = keyof InboundPayloads;

/**
 * What is expected of the payload of each: a part that it must have, or a function that returns whether it is right. As one
 * object: a project with ESM and CommonJS sees these types twice, and TypeScript could not see that two conditional types are
 * the same.
 */
export type ReceivedWhere = {
  readonly [Name in ReceivedEvent]: Part<InboundPayloads[Name]> | ((payload: InboundPayloads[Name]) => boolean);
};

/**
 * The former name of `ReceivedWhere`, until 1.0.
 * @deprecated Use `ReceivedWhere`.
 */
export type ReceivedParts = ReceivedWhere;

/** Throws an `EchoStsError` (`INVALID_OPTION`) that says what to use instead, unless a worker can send the event. */
export function checkReceivable(event: unknown): void {
  if (isEvent(event) && DIRECTIONS[event].includes('in')) return;
  const names = Object.entries(DIRECTIONS).flatMap(([name, directions]) => (directions.includes('in') ? name : []));
  const finding = `expected an event that a worker sends, ${oneOfThese(names)}, got ${show(event)}`;
  throw invalidArgument('toHaveReceived', withHint(event, names, `${finding}${adviceFor(event)}.`));
}

function adviceFor(event: unknown): string {
  if (typeof event !== 'string') return '';
  if (!isEvent(event))
    return `; a custom event is recorded as "unknown", with { event: ${show(event)} } as its payload`;
  const sender = DIRECTIONS[event].includes('out') ? 'the service sends it' : 'the fixture notes it';
  return `: ${sender}; use \`await sts.waitFor('${event}')\` or \`sts.expectEvent({ event: '${event}' })\``;
}

function isEvent(event: unknown): event is EventName {
  return typeof event === 'string' && Object.hasOwn(DIRECTIONS, event);
}
