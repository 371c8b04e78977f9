/** What a test does to the sessions whose connections are open, and which of these concern a group. */

import type { BackpressurePlan } from '../core/backpressure.js';
import type { Input } from '../core/protocol.js';
import type { DelayPlan } from '../core/vocabulary.js';
import type { Connection } from '../server/connection.js';
import { connectionsOf, type Group, participantOf } from './group.js';

/**
 * The connections of the group, as they are whenever somebody looks; and those without a name, for their `stream:init` may
 * be on its way. These no longer than that, and no new ones: what others do is not to be waited for.
 */
export function concernedBy({ state, isMine }: Group): Iterable<Connection> {
  const isNameless = (connection: Connection) => {
    const participant = participantOf(state, connection);
    return participant !== undefined && participant.scope === undefined && participant.streamId === '';
  };
  const nameless = new Set([...state.connections].filter(isNameless));
  const isConcerned = (connection: Connection) =>
    isMine(participantOf(state, connection)) || (nameless.has(connection) && isNameless(connection));
  return { [Symbol.iterator]: () => [...state.connections].filter(isConcerned).values() };
}

/** To every session of the group with a matching connection. */
export function apply(group: Group, input: Input, isMeant: (connection: Connection) => boolean = () => true): void {
  for (const connection of connectionsOf(group).filter(isMeant)) connection.handle(input);
}

/** Sets the processing delay of fragments that arrive from now on. */
export function changeDelay(group: Group, delayMs: DelayPlan): void {
  group.setup.overrides = { ...group.setup.overrides, delayMs };
  apply(group, { kind: 'delay', level: group.level, delayMs });
}

/** Sets the simulated backpressure from now on. */
export function changeBackpressure(group: Group, plan: BackpressurePlan): void {
  group.setup.overrides = { ...group.setup.overrides, backpressure: plan };
  apply(group, { kind: 'backpressure', level: group.level, plan });
}
