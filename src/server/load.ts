/**
 * Modules that are loaded when they are first needed. Node keeps a load that has failed for ever, also one that failed for
 * want of a file descriptor (EMFILE): it is tried anew under another name.
 */

import { pathToFileURL } from 'node:url';

let attempts = 0;

/** What `importing` resolves with; rejects as that does, as often as it is called in vain. */
export async function load<Module>(importing: () => Promise<Module>): Promise<Module> {
  try {
    return await importing();
  } catch (error) {
    const file = unreadFile(error);
    if (file === undefined) throw error;
    attempts += 1;
    const again: Promise<Module> = import(`${pathToFileURL(file).href}?attempt=${attempts}`);
    return await again.catch(() => {
      throw error;
    });
  }
}

/** Which file the system could not open; undefined when something else has gone wrong. */
function unreadFile(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { errno, path } = error as NodeJS.ErrnoException;
  return errno === undefined ? undefined : path;
}
