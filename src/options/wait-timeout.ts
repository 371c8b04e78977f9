/** How long the waits of this process take at most, as its environment says. */

import { checked } from '../checks/checked.js';
import { timeoutMsText } from '../checks/fields.js';

const VARIABLE = 'ECHO_STS_WAIT_TIMEOUT_MS';

/**
 * Milliseconds, or Infinity; undefined when the variable is not set, and an empty one is one that is not set. Throws an
 * `EchoStsError` (`INVALID_OPTION`).
 */
export function waitTimeoutOfEnvironment(): number | undefined {
  const text = process.env[VARIABLE]?.trim();
  return text ? checked(VARIABLE, timeoutMsText, text) : undefined;
}
