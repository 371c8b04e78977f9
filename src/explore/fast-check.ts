/** The package `fast-check`, which draws plans and shrinks them. It is optional, and loaded when it is first needed. */

import { createRequire } from 'node:module';
import { EchoStsError } from '../checks/errors.js';

/** The package, as far as `explore` uses it. */
export type FastCheck = typeof import('fast-check')['default'];

/** Throws an `EchoStsError` (`MISSING_PACKAGE`). */
export function fastCheck(): FastCheck {
  try {
    return createRequire(import.meta.url)('fast-check');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw cause;
    const message = '`explore` needs the package `fast-check`: `npm install --save-dev fast-check`.';
    throw new EchoStsError('MISSING_PACKAGE', message, { cause });
  }
}
