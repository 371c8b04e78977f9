/** Two runs of fifty tests at once on one server, each in a scope of its own. */

import { watchHost } from '../support/host.js';
import { itComesOutTheSame } from './tests-at-once.js';

watchHost();
itComesOutTheSame(2);
