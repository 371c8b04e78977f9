/** What there is to say when nobody is there. */

import { refusedLines, waitingLines } from './arrivals.js';
import type { Scene } from './scene.js';

/** What there is to say when nothing has happened at all. */
const NO_WORKER = 'nothing: no worker has connected; check that it uses the `url` of this fixture';

/** Nobody is there; the last who was turned away is the nearest, or who is not in yet. */
export function noSession(scene: Scene): string {
  const [nearest] = [...refusedLines(scene).reverse(), ...waitingLines(scene)];
  const { absence = nearest === undefined ? NO_WORKER : 'nothing: no worker has got in' } = scene;
  return nearest === undefined ? absence : `${absence}; ${nearest}`;
}
