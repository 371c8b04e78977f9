/** The text for a fixture or scope without a session. */

import { refusedLines, waitingLines } from './arrivals.js';
import type { Scene } from './scene.js';

/** The text when nothing has happened at all. */
const NO_WORKER = 'nothing: no worker has connected; check that it uses the `url` of this fixture';

/** There is no session; the nearest is the newest refused or pending connection. */
export function noSession(scene: Scene): string {
  const [nearest] = [...refusedLines(scene).reverse(), ...waitingLines(scene)];
  const { absence = nearest === undefined ? NO_WORKER : 'nothing: no worker has got in' } = scene;
  return nearest === undefined ? absence : `${absence}; ${nearest}`;
}
