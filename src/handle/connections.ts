/** The open connections of a group: which they are, and what the test does to their sessions. */

import type { Input } from '../core/protocol.js';
import type { Connection } from '../server/connection.js';
import type { Participant } from '../timeline/stored-entry.js';
import type { Group } from './group.js';

export function connectionsOf({ state, isMine }: Group): Connection[] {
  return [...state.connections].filter((connection) => isMine(participantOf(state, connection)));
}

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

/** To every session of the group whose connection is meant. */
export function apply(group: Group, input: Input, isMeant: (connection: Connection) => boolean = () => true): void {
  for (const connection of connectionsOf(group).filter(isMeant)) connection.handle(input);
}

function participantOf(state: Group['state'], { sessionId }: Connection): Participant | undefined {
  return state.sessions.participantOf(sessionId);
}

/**
 * Resolves when something has been sent or heard on one of them, or a session has changed; or with the function that the
 * callback gets.
 */
export async function nextChange(group: Group, takeStop: (stop: () => void) => void): Promise<void> {
  const unlisten: (() => void)[] = [];
  await new Promise<void>((resolve) => {
    takeStop(resolve);
    unlisten.push(group.state.sessions.listen(() => resolve()));
    for (const { peer } of connectionsOf(group)) unlisten.push(peer.listen(resolve));
  });
  for (const stop of unlisten) stop();
}
