/** What there is to say of a test that has failed, besides its own error. */

import { formatText } from '../drawing/format-text.js';
import { failureText } from '../failures/failure-text.js';
import { messagesIn } from '../failures/said.js';
import { SCENE, type Scene } from '../failures/scene.js';

/** A handle in this process or in another. */
interface Shown {
  [SCENE](): Scene | Promise<Scene>;
}

const COLUMNS = 80;

/** As a failure text with that headline: what workers did wrong and left out, how the sessions stand, the end of the timeline. */
export async function report(handle: object, headline: string): Promise<string> {
  return failureText({ headline, sections: [] }, await sceneOf(handle));
}

/**
 * The timeline as a diagram, at most the newest `most` entries. A violation has no text there if the text `above` has it, or the
 * same of another fragment.
 */
export async function diagram(handle: object, above: string, most: number): Promise<string> {
  const { entries, dropped, violations = [] } = await sceneOf(handle);
  const said = messagesIn(above, violations).join('\n');
  const options = { columns: COLUMNS, said, ...(dropped !== undefined && { dropped }) };
  const drawn = formatText(entries.slice(-most), options);
  return entries.length > most ? `the newest ${most} entries of the timeline:\n${drawn}` : drawn;
}

function sceneOf(handle: object): Scene | Promise<Scene> {
  // Every handle has it; it is in no public type.
  return (handle as Shown)[SCENE]();
}
