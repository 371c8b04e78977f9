/**
 * Which event is legal in which state (PROTOCOL §4 and §6.7–6.9). No other place decides that.
 * A lower-case cell is the next state. An upper-case cell is the error code of the refusal.
 */

import type { ErrorCode } from './error-codes.js';
import type { StreamInput } from './protocol.js';
import type { SessionState } from './vocabulary.js';

/** All states but `closed`, in which a session sends nothing (PROTOCOL §6.16). */
export type OpenState = Exclude<SessionState, 'closed'>;

/** The outcome of an input: the next state, the error code of a refusal, or `renew`: a new session (PROTOCOL §6.9). */
export type Transition = OpenState | ErrorCode | 'renew';

type Row = Readonly<Record<StreamInput['kind'], Transition>>;

/** The transition for each state and input. */
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
