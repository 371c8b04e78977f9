/** `echo-sts/core`: the protocol with no network at all. Give inputs and times, get effects. */

export { type BackpressurePlan, DEFAULT_LOAD_LEVELS } from './backpressure.js';
export { CUT_FORMS, CUT_PHASES, type CutForm, type CutPhase } from './cut-forms.js';
export { type Cut, CutBook, type CutEntry, describeCut, weave } from './cuts.js';
export type { DelayPlan } from './delay.js';
export { FAULTS } from './delivery.js';
export { ERROR_CODES, type ErrorCode, type Severity } from './error-codes.js';
export type { FragmentRecord } from './fragment-records.js';
export type { Note, ViolationNote } from './notes.js';
export type {
  Because,
  ControlAnswer,
  ControlInput,
  Effect,
  ErrorReport,
  Input,
  Message,
  Processed,
  Refusal,
  StreamInput,
} from './protocol.js';
export {
  type Arrival,
  type Consequence,
  describeRule,
  type Rule,
  RuleBook,
  type RuleConditions,
  type RuleEntry,
  type RulePredicate,
} from './rules.js';
export { Session } from './session.js';
export { DEFAULT_SETTINGS, type ScopeSettings, type SessionSettings } from './settings.js';
export type { AckRecord, ErrorRecord, Handshake, SessionOrigin, SessionSnapshot } from './snapshot.js';
export { STREAM_DEFAULTS } from './stream.js';
export { type OpenState, TRANSITIONS, type Transition } from './transitions.js';
export { VIOLATIONS, type ViolationKind } from './violations.js';
export type {
  AckStatus,
  AudioDigest,
  BackpressureSignal,
  FailureForm,
  Fault,
  Fragment,
  FragmentError,
  OpaqueAudio,
  ResultStatus,
  SessionState,
  StreamConfig,
  StreamStatistics,
} from './vocabulary.js';
