/** `echo-sts`: a fake STS service in the test's own process. */

export type {
  AckRecord,
  AckStatus,
  BackpressureSignal,
  CutForm,
  CutPhase,
  DelayPlan,
  ErrorCode,
  ErrorRecord,
  FailureForm,
  Fault,
  Fragment,
  FragmentError,
  FragmentRecord,
  Handshake,
  OpaqueAudio,
  ResultStatus,
  RuleConditions,
  RulePredicate,
  SessionSnapshot,
  SessionState,
  StreamConfig,
  StreamStatistics,
} from './core/index.js';
export { createEchoSts } from './create-echo-sts.js';
export type { ActiveErrorRule, ErrorRule, FailureRule, FaultRule } from './error-rules.js';
export { EchoStsError, type EchoStsErrorCode } from './errors.js';
export type { ActiveCut, CutOptions, EchoSts, PushedBackpressure, RefuseOptions, RestartOptions } from './handle.js';
export type { AuthOption, BackpressureOption, EchoStsOptions, Transport } from './options.js';
export type { WaitForSessionOptions } from './session-criteria.js';
