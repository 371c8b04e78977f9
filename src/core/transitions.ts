/**
 * What is legal when (PROTOCOL §4 and §6.7–6.9): the only table that says so.
 * A lower-case cell is the state that follows, an upper-case one the error code of the refusal.
 */

import type { ErrorCode } from './error-codes.js';
import type { StreamInput } from './protocol.js';
import type { SessionState } from './vocabulary.js';

/** The states in which there is a peer to answer. A `closed` session says nothing to anything (PROTOCOL §6.16). */
export type OpenState = Exclude<SessionState, 'closed'>;

/** What becomes of an input: the next state, a refusal, or (`renew`) a session of its own (PROTOCOL §6.9). */
export type Transition = OpenState | ErrorCode | 'renew';

type Row = Readonly<Record<StreamInput['kind'], Transition>>;

/** State × input. */
export const TRANSITIONS: Readonly<Record<OpenState, Row>> = {
  initializing: {
    'stream:init': 'active',
    'fragment:data': 'STREAM_NOT_FOUND',
    'fragment:ack': 'STREAM_NOT_FOUND',
    'stream:pause': 'STREAM_NOT_FOUND',
    'stream:resume': 'STREAM_NOT_FOUND',
    'stream:end': 'STREAM_NOT_FOUND',
    'config:error_simulation': 'initializing',
    'config:processing_delay': 'STREAM_NOT_FOUND',
    'config:backpressure': 'STREAM_NOT_FOUND',
    'simulate:disconnect': 'initializing',
  },
  active: {
    'stream:init': 'INVALID_CONFIG',
    'fragment:data': 'active',
    'fragment:ack': 'active',
    'stream:pause': 'paused',
    'stream:resume': 'active',
    'stream:end': 'ending',
    'config:error_simulation': 'active',
    'config:processing_delay': 'active',
    'config:backpressure': 'active',
    'simulate:disconnect': 'active',
  },
  paused: {
    'stream:init': 'INVALID_CONFIG',
    'fragment:data': 'QUEUE_FULL',
    'fragment:ack': 'paused',
    'stream:pause': 'paused',
    'stream:resume': 'active',
    'stream:end': 'ending',
    'config:error_simulation': 'paused',
    'config:processing_delay': 'paused',
    'config:backpressure': 'paused',
    'simulate:disconnect': 'paused',
  },
  ending: {
    'stream:init': 'INVALID_CONFIG',
    'fragment:data': 'STREAM_NOT_FOUND',
    'fragment:ack': 'ending',
    'stream:pause': 'STREAM_NOT_FOUND',
    'stream:resume': 'STREAM_NOT_FOUND',
    'stream:end': 'STREAM_NOT_FOUND',
    'config:error_simulation': 'ending',
    'config:processing_delay': 'ending',
    'config:backpressure': 'ending',
    'simulate:disconnect': 'ending',
  },
  completed: {
    'stream:init': 'renew',
    'fragment:data': 'STREAM_NOT_FOUND',
    'fragment:ack': 'completed',
    'stream:pause': 'STREAM_NOT_FOUND',
    'stream:resume': 'STREAM_NOT_FOUND',
    'stream:end': 'STREAM_NOT_FOUND',
    'config:error_simulation': 'completed',
    'config:processing_delay': 'completed',
    'config:backpressure': 'completed',
    'simulate:disconnect': 'completed',
  },
};
