/** What there is to say of a test that has failed, besides its own error. */

import { failureText } from '../failures/failure-text.js';
import { SCENE, type Scene } from '../failures/scene.js';

/** A handle in this process or in another. */
interface Shown {
  [SCENE](): Scene | Promise<Scene>;
}

/** As a failure text with that headline: what workers did wrong and left out, how the sessions stand, the end of the timeline. */
export async function report(handle: object, headline: string): Promise<string> {
  // Every handle has it; it is in no public type.
  return failureText({ headline, sections: [] }, await (handle as Shown)[SCENE]());
}
