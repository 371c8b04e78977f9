/** `echo-sts`: a fake STS service in the test's own process. */

export { EchoStsError, type EchoStsErrorCode } from './checks/errors.js';
export { type FixtureClock, type ManualClock, manualClock } from './clock/manual-clock.js';
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
  FatalCode,
  Fault,
  Fragment,
  FragmentCutPhase,
  FragmentError,
  FragmentMessage,
  FragmentRecord,
  Handshake,
  LateFault,
  MessageFault,
  MessageName,
  OpaqueAudio,
  PlannedPhase,
  ResultStatus,
  RuleConditions,
  RulePredicate,
  SessionSnapshot,
  SessionState,
  Severity,
  SignalPhase,
  StreamConfig,
  StreamStatistics,
  ViolationKind,
} from './core/index.js';
export type { AsymmetricMatch, Part } from './criteria/difference.js';
export type {
  DirectionOf,
  DirectionRequired,
  EntriesOptions,
  EntryOf,
  EntryOptions,
  Expectation,
  ExpectationFields,
  TimelineFilter,
  TwoWayEvent,
  WaitForOptions,
  Where,
} from './criteria/entry-criteria.js';
export type { Times } from './criteria/occurrences.js';
export type { WaitForSessionOptions } from './criteria/session-criteria.js';
export { type ConnectOptions, connectEchoSts } from './fixture/connect-echo-sts.js';
export { createEchoSts } from './fixture/create-echo-sts.js';
export type { EchoSts } from './handle/handle.js';
export type {
  ActiveExpectation,
  FormatOptions,
  Observed,
  Scope,
  ScopeFields,
  ScopeOptions,
  SessionGroup,
  Sessions,
  SessionView,
  StreamScopeOptions,
  VerifyOptions,
  WorkerScopeOptions,
} from './handle/sessions.js';
export type {
  ActiveCut,
  ConnectionCutOptions,
  CutFields,
  CutOptions,
  FragmentCutOptions,
  RefuseOptions,
  RestartOptions,
} from './options/call-options.js';
export type { FaultPlan } from './options/fault-plan.js';
export type {
  AuthOption,
  BackpressureOption,
  ControlOption,
  EchoStsOptions,
  PortOption,
  PortRange,
  TimelineOption,
  Transport,
} from './options/options.js';
export type {
  ConnectionRestart,
  FragmentRestart,
  FragmentSignalPoint,
  PlannedConnectionCut,
  PlannedCut,
  PlannedLifetime,
  PlannedRefusal,
  PlannedRestart,
  PlannedSignal,
  ReleaseSignal,
  RestartFields,
  SlowdownSignal,
  StreamSignalPoint,
} from './options/planned-types.js';
export type {
  PushedBackpressure,
  PushedCustomError,
  PushedError,
  PushedErrorFields,
  PushedFatalCustomError,
  PushedFatalError,
  PushedNonFatalError,
  PushedProtocolError,
  PushedRelease,
  PushedSlowdown,
} from './options/pushed-types.js';
export type {
  AckMessageRule,
  ActiveErrorRule,
  CustomFailureRule,
  DelayedFaultRule,
  ErrorRule,
  FailureRule,
  FailureRuleFields,
  FaultRule,
  LateFragmentMessageRule,
  LateStreamMessageRule,
  MessageRule,
  PromptFaultRule,
  ProtocolFailureRule,
  ResultMessageRule,
  RuleLifetime,
  StreamConditions,
  StreamMessageRule,
} from './options/rule-types.js';
export type { Pem, TlsOption } from './options/tls.js';
export type { Violation } from './record/violation-log.js';
export type {
  Cause,
  Direction,
  EventName,
  NotePayloads,
  PointInTimeline,
  RefusalReason,
  TimelineEntry,
} from './timeline/entry.js';
export type { AudioSummary, InboundPayloads, OutboundPayloads } from './wire/payloads.js';
