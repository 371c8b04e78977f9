/** The line with which a plan is run again: `ECHO_STS_EXPLORE=place,seed,path,fragments,completes`. */

import { EchoStsError } from '../checks/errors.js';
import { show } from '../core/show.js';
import type { Shape } from './shape.js';

/** The environment variable. */
export const RERUN_VARIABLE = 'ECHO_STS_EXPLORE';

/** Which plan is run, and where. */
export interface Rerun {
  /** The name of the `explore` that listens to it. */
  readonly place: string;
  readonly seed: number;
  readonly path: string;
  readonly shape: Shape;
}

/** The line. */
export function rerunLine({ place, seed, path, shape }: Rerun): string {
  return `${RERUN_VARIABLE}=${[place, seed, path, shape.fragments, shape.completes ? 'complete' : 'open'].join(',')}`;
}

/** What the variable says; undefined where it is empty. Throws an `EchoStsError` (`INVALID_OPTION`). */
export function rerunOf(text: string | undefined): Rerun | undefined {
  if (!text) return undefined;
  // The line may have been pasted as a value, with the name of the variable.
  const value = text.trim().replace(new RegExp(`^${RERUN_VARIABLE}=`), '');
  const parts = /^([^,=]*),(-?\d+),(\d+(?::\d+)*),(\d+),(complete|open)$/.exec(value);
  if (parts === null) {
    const message = `\`${RERUN_VARIABLE}\` expected the line of an error of \`explore\`, got ${show(text)}; copy all of it.`;
    throw new EchoStsError('INVALID_OPTION', message);
  }
  const [, place = '', seed, path = '', fragments, end] = parts;
  return { place, seed: Number(seed), path, shape: { fragments: Number(fragments), completes: end === 'complete' } };
}

/**
 * The name of the place at which a test has called `explore`: the same on each machine, as long as the file and the line are. The
 * first frame is the call.
 */
export function placeOf(frames: readonly string[], directory: string): string {
  const frame = frames.find((line) => /:\d+:\d+\)?$/.test(line)) ?? '';
  const [, file = '', line = ''] = /(?:file:\/\/)?((?:[A-Za-z]:)?[^:(]*?)(?:\?[^:]*)?:(\d+):\d+\)?$/.exec(frame) ?? [];
  const path = file.replaceAll('\\', '/').trim().replace(/^at /, '');
  const root = `${directory.replaceAll('\\', '/')}/`;
  return hash(`${path.startsWith(root) ? path.slice(root.length) : path}:${line}`);
}

/** Eight hexadecimal digits. */
function hash(text: string): string {
  return process.getBuiltinModule('node:crypto').createHash('sha256').update(text).digest('hex').slice(0, 8);
}
