/** The events that `toHaveReceived` can expect, and what to use for the others. */

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
 * object: a project with ESM and CommonJS sees these types twice, and TypeScript could not tell that two conditional types are
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
  if (isEvent(event)) {
    const isSent = DIRECTIONS[event].includes('out');
    const why = isSent
      ? 'is sent by the service, never received by it'
      : 'is a note of the fixture, nothing that a worker sends';
    const instead = `\`await sts.waitFor('${event}')\` or \`sts.expectEvent({ event: '${event}' })\``;
    throw invalidArgument('toHaveReceived', `\`${event}\` ${why}: use ${instead} for it.`);
  }
  const names = Object.entries(DIRECTIONS).flatMap(([name, directions]) => (directions.includes('in') ? name : []));
  const hint =
    typeof event === 'string' ? ` One of your own is received as \`unknown\`, with \`{ event: '${event}' }\`.` : '';
  throw invalidArgument(
    'toHaveReceived',
    `the event is expected to be one of ${names.join(', ')}, got ${show(event)}.${hint}`,
  );
}

function isEvent(event: unknown): event is EventName {
  return typeof event === 'string' && Object.hasOwn(DIRECTIONS, event);
}
