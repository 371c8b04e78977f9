/**
 * `echo-sts/core`: the protocol without a network. You give a session inputs and times, and it returns effects. You
 * supply the clock and the transport.
 */

export type { Action, Cut, Restart, Signal } from './actions.js';
export { type BackpressurePlan, DEFAULT_LOAD_LEVELS } from './backpressure.js';
export {
  CUT_FORMS,
  CUT_PHASES,
  type CutForm,
  type CutPhase,
  type FragmentCutPhase,
  type PlannedPhase,
  SIGNAL_PHASES,
  type SignalPhase,
} from './cut-forms.js';
export { isMessage } from './effects.js';
export { ERROR_CODES, type ErrorCode, type FatalCode, type Severity } from './error-codes.js';
export type { FragmentMessage, LateFault, MessageFault } from './faults.js';
export type {
  Because,
  Claim,
  Disconnect,
  Effect,
  ErrorReport,
  GapNote,
  Input,
  Message,
  MessageChanges,
  NamedMessage,
  Note,
  Offence,
  Processed,
  Refusal,
  Reply,
  RuleNote,
  ServerRestart,
  SettingsLevel,
  StreamInput,
  ViolationNote,
} from './protocol.js';
export type { Arrival, Consequence, Rule, RuleConditions, RuleEntry, RulePredicate } from './rule.js';
export { Session } from './session.js';
export { DEFAULT_SETTINGS, type ScopeSettings, type SessionSettings } from './settings.js';
export type { AckRecord, ErrorRecord, FragmentRecord, Handshake, SessionOrigin, SessionSnapshot } from './snapshot.js';
export { STREAM_DEFAULTS } from './stream.js';
export type { TestEvent, TestEventAnswer } from './test-event.js';
export { type OpenState, TRANSITIONS, type Transition } from './transitions.js';
export { VIOLATIONS, type ViolationKind } from './violations.js';
export type {
  AckStatus,
  AudioDigest,
  BackpressureSignal,
  DelayPlan,
  FailureForm,
  Fault,
  Fragment,
  FragmentError,
  MessageName,
  OpaqueAudio,
  ResultStatus,
  SessionState,
  StreamConfig,
  StreamStatistics,
} from './vocabulary.js';
