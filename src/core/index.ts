/** `echo-sts/core`: the protocol with no network at all. Give inputs and times, get effects. */

export { ERROR_CODES, type ErrorCode, type Severity } from './error-codes.js';
export type { FragmentRecord } from './fragment-records.js';
export type {
  AckStatus,
  BackpressureSignal,
  Effect,
  ErrorReport,
  Fragment,
  FragmentError,
  Input,
  Message,
  OpaqueAudio,
  Outcome,
  Processed,
  Refusal,
  ResultStatus,
  StreamConfig,
  StreamInput,
  StreamStatistics,
} from './protocol.js';
export { Session, type SessionOrigin } from './session.js';
export { DEFAULT_SETTINGS, type SessionSettings } from './settings.js';
export type { AckRecord, ErrorRecord, Handshake, SessionSnapshot } from './snapshot.js';
export { STREAM_DEFAULTS } from './stream.js';
export { type OpenState, type SessionState, TRANSITIONS, type Transition } from './transitions.js';
