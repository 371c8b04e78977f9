/** How long a wait of a test may take: one default for all of them. */

import * as v from 'valibot';
import { integer } from '../checks/fields.js';

/** Milliseconds of real time; the default is below the 5 s that test runners give a test by default. */
export const waitTimeoutMs = v.optional(integer(0, 2 ** 31 - 1), 4000);
