/**
 * Modules that are loaded when first needed. Node remembers a failed load forever, even one that failed for lack of a
 * file descriptor (EMFILE): it is retried under another name.
 */

import { pathToFileURL } from 'node:url';

let attempts = 0;

/** Resolves and rejects as `importing` does. A file that could not be opened is tried again under another name. */
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

/** The file that the system could not open; undefined for any other error. */
function unreadFile(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { errno, path } = error as NodeJS.ErrnoException;
  return errno === undefined ? undefined : path;
}
