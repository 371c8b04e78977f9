/** A session's snapshot with functions to read and wait for what belongs to it. */

import type { SessionSnapshot } from '../core/snapshot.js';
import { SCENE } from '../failures/failure-text.js';
import type { Participant } from '../timeline/stored-entry.js';
import { Observation } from './observation.js';
import type { Observed, SessionView } from './sessions.js';
import type { World } from './world.js';

class SessionObservation extends Observation {
  readonly #sessionId: string;
  readonly #owner: object;

  constructor(world: World, sessionId: string, owner: object) {
    super(world);
    this.#sessionId = sessionId;
    this.#owner = owner;
  }

  protected override get owner(): object {
    return this.#owner;
  }

  override isMine(participant: Participant | undefined): boolean {
    return participant?.sessionId === this.#sessionId;
  }
}

/** The functions are not enumerable: to print and to compare, it is the snapshot. */
export function viewOf(world: World, snapshot: SessionSnapshot, owner: object): SessionView {
  const observation = new SessionObservation(world, snapshot.sessionId, owner);
  const { timeline, format, waitFor, entries, violations, idle } = observation;
  const functions: Observed = { timeline, format, waitFor, entries, violations, idle };
  const properties = Object.entries(functions).map(([name, value]) => [name, { value }]);
  const view = Object.defineProperties({ ...snapshot }, Object.fromEntries(properties));
  return Object.freeze(Object.defineProperty(view, SCENE, { value: () => observation[SCENE]() })) as SessionView;
}
