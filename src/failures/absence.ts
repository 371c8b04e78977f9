/** What there is to say when nobody is there. */

import { about } from './entry-words.js';
import type { Scene } from './scene.js';

/** What there is to say when nothing has happened at all. */
const NO_WORKER = 'nothing: no worker has connected; check that it uses the `url` of this fixture';

/** Nobody is there; the last who was turned away is the nearest. */
export function noSession({ entries, absence }: Scene): string {
  if (absence !== undefined) return absence;
  const refused = entries.findLast(({ event }) => event === 'refused');
  return refused === undefined ? NO_WORKER : `nothing: no worker has got in; ${about(refused)}`;
}
