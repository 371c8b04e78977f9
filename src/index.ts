/** `echo-sts`: a fake STS service in the test's own process. */

export { type ConnectOptions, connectEchoSts } from './connect-echo-sts.js';
export type { AnyEchoSts, AnyScope, RemoteEchoSts, RemoteScope } from './control/any-handle.js';
export type {
  AckRecord,
  AckStatus,
  AudioDigest,
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
  ViolationKind,
} from './core/index.js';
export { createEchoSts } from './create-echo-sts.js';
export type { AsymmetricMatch, Part } from './difference.js';
export type {
  EntryOf,
  EntryOptions,
  Expectation,
  WaitForOptions,
  Where,
} from './entry-criteria.js';
export type { ActiveErrorRule, ErrorRule, FailureRule, FaultRule } from './error-rules.js';
export { EchoStsError, type EchoStsErrorCode } from './errors.js';
export type { EchoSts } from './handle.js';
export type { ActiveCut, CutOptions, PushedBackpressure, RefuseOptions, RestartOptions } from './handle-options.js';
export { type FixtureClock, type ManualClock, manualClock } from './manual-clock.js';
export type {
  AuthOption,
  BackpressureOption,
  ControlOption,
  EchoStsOptions,
  TimelineOption,
  Transport,
} from './options.js';
export type {
  ActiveExpectation,
  FormatOptions,
  Observed,
  Scope,
  ScopeOptions,
  Sessions,
  SessionView,
  VerifyOptions,
} from './scope-handle.js';
export type { WaitForSessionOptions } from './session-criteria.js';
export type { Cause, Direction, EventName, NotePayloads, TimelineEntry, TimelineFilter } from './timeline/entry.js';
export type { Violation } from './violation-log.js';
export type { AudioSummary, InboundPayloads, OutboundPayloads } from './wire/payloads.js';
