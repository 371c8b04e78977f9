/** The package `fast-check`, which draws plans and shrinks them. It is optional, and loaded when it is first needed. */

import { createRequire } from 'node:module';
import { EchoStsError } from '../checks/errors.js';

/** The package, as far as `explore` uses it. */
export type FastCheck = typeof import('fast-check')['default'];

/** Others draw other plans, or none. */
const VERSION = '4';

/** Throws an `EchoStsError` (`MISSING_PACKAGE`). */
export function fastCheck(): FastCheck {
  return supported(load());
}

/** Throws an `EchoStsError` (`MISSING_PACKAGE`) for another major version. */
export function supported(found: FastCheck): FastCheck {
  const version = String(Reflect.get(found, '__version'));
  if (version.split('.')[0] === VERSION) return found;
  const message = `\`explore\` needs version ${VERSION} of the package \`fast-check\`, got ${version}: \`${INSTALL}\`.`;
  throw new EchoStsError('MISSING_PACKAGE', message);
}

const INSTALL = `npm install --save-dev fast-check@${VERSION}`;

function load(): FastCheck {
  try {
    return createRequire(import.meta.url)('fast-check');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw cause;
    throw new EchoStsError('MISSING_PACKAGE', `\`explore\` needs the package \`fast-check\`: \`${INSTALL}\`.`, {
      cause,
    });
  }
}
