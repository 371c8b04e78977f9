/** A thousand workers on one server. */

import { itRunsStreamsAtOnce } from './many-streams.js';

itRunsStreamsAtOnce(1000);
