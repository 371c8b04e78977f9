/** `echo-sts`: a fake STS service in the test's own process. */

export type {
  AckRecord,
  AckStatus,
  ErrorCode,
  ErrorRecord,
  Fragment,
  FragmentError,
  FragmentRecord,
  Handshake,
  OpaqueAudio,
  ResultStatus,
  SessionSnapshot,
  SessionState,
  StreamConfig,
  StreamStatistics,
} from './core/index.js';
export { createEchoSts, type EchoSts } from './create-echo-sts.js';
export { EchoStsError, type EchoStsErrorCode } from './errors.js';
export type { EchoStsOptions, Transport } from './options.js';
export type { WaitForSessionOptions } from './session-criteria.js';
