/** The options of `createEchoSts`, checked and filled in: one complete Settings object. */

import * as v from 'valibot';
import { checked } from '../checks/checked.js';
import {
  closedRecord,
  countOrInfinity,
  field,
  integer,
  isRecord,
  nonEmptyText,
  oneOf,
  timeoutMs,
  together,
  trueOrFalse,
} from '../checks/fields.js';
import type { Same } from '../checks/same.js';
import { violationKinds } from '../checks/violation-kinds.js';
import { type Clock, globalClock, MAX_TIMER_MS, realClock } from '../clock/clock.js';
import { type ManualClock, MovedClock } from '../clock/manual-clock.js';
import type { Cut, Restart, Signal } from '../core/actions.js';
import type { AttemptRefusal } from '../core/refusal-book.js';
import type { Rule } from '../core/rule.js';
import { DEFAULT_SETTINGS, type SessionSettings } from '../core/settings.js';
import { show } from '../core/show.js';
import type { ViolationKind } from '../core/violations.js';
import type { Fragment } from '../core/vocabulary.js';
import { isLocalName, nameOf } from './addresses.js';
import { DEFAULT_OPTIONS } from './defaults.js';
import { PLAN_PARTS } from './fault-plan.js';
import { toPlan } from './load.js';
import type { AuthOption, EchoStsOptions, PortOption, TimelineOption, Transport } from './options.js';
import { CONTROL_PATH, withSlash } from './paths.js';
import { type TlsSettings, tlsOption } from './tls.js';
import { waitTimeoutOfEnvironment } from './wait-timeout.js';

/** Every option, checked and filled in. */
export interface Settings extends Omit<SessionSettings, 'rules' | 'rulesOf' | 'actions' | 'scopeOf'> {
  /** The rules that are in force from the start. */
  readonly errorRules: readonly Rule[];
  readonly cuts: readonly Cut[];
  readonly refusals: readonly AttemptRefusal[];
  readonly restarts: readonly Restart[];
  readonly signals: readonly Signal[];
  readonly auth: AuthOption | undefined;
  readonly maxConnections: number;
  /** Undefined for plain HTTP. */
  readonly tls: TlsSettings | undefined;
  readonly host: string;
  readonly port: PortOption;
  readonly paths: readonly string[];
  readonly transports: readonly Transport[];
  readonly pingIntervalMs: number;
  readonly pingTimeoutMs: number;
  readonly maxMessageBytes: number;
  /** Undefined: what the results of all in flight need, and no less than 64 MiB. */
  readonly maxUnreadBytes: number | undefined;
  readonly cors: boolean | string | readonly string[];
  readonly clock: Clock;
  /** What the environment says included. */
  readonly waitTimeoutMs: number;
  readonly timeline: Required<TimelineOption>;
  readonly conduct: 'lenient' | 'strict';
  readonly allow: readonly ViolationKind[];
  readonly audioCheck: boolean;
  readonly vacuous: 'report' | 'fail';
  readonly control: false | { readonly token?: string };
}

const seed = field<string | number>(
  'a text or a number',
  (value) => typeof value === 'string' || typeof value === 'number',
);
const credentials = closedRecord({ token: nonEmptyText });
const judge = field<Extract<AuthOption, (...values: never[]) => unknown>>(
  '{ token } or a function',
  (value) => typeof value === 'function',
);
const auth = v.lazy((value) => (isRecord(value) ? credentials : judge));
const control = v.lazy((value) => (isRecord(value) ? credentials : controlOnOrOff));
const controlOnOrOff = field<boolean>('true, false or { token }', (value) => typeof value === 'boolean');
const portNumber = field<number>(
  'a port number from 0 to 65535, a list of port numbers, or a range { from, to }',
  (value) => v.is(integer(0, 65_535), value),
);
const preferredPort = integer(1, 65_535);
/** The system keeps the ports below for itself, and get-port knows none of them. */
const portOfRange = integer(1024, 65_535);
const portRange = v.pipe(
  closedRecord({ from: portOfRange, to: portOfRange }),
  v.check(
    ({ from, to }) => from <= to,
    ({ input: { from, to } }) => `expected \`from\` ≤ \`to\`, got ${from} and ${to}; exchange them`,
  ),
);
/** The client's timer runs for interval and timeout together, and would be over at once if that were too long. */
const heartbeat = integer(1, Math.floor(MAX_TIMER_MS / 2));
const path = field<string>(
  'a path that begins with "/"',
  (value) => typeof value === 'string' && /^\/[^?#\s]+$/.test(value),
);
const port = v.lazy((value) => {
  if (Array.isArray(value)) return nonEmptyList(preferredPort);
  return isRecord(value) ? portRange : portNumber;
});
const cors = field<boolean | string | readonly string[]>(
  'a boolean, an origin, or a list of origins',
  (value) => typeof value === 'boolean' || v.is(v.union([nonEmptyText, v.array(nonEmptyText)]), value),
);
const transcript = field<string | ((fragment: Fragment) => string)>(
  'a text or a function',
  (value) => typeof value === 'string' || typeof value === 'function',
);
const clock = field<'real' | 'global' | ManualClock>(
  '"real", "global" or a `manualClock()`',
  (value) => value === 'real' || value === 'global' || value instanceof MovedClock,
  ['real', 'global'],
);

/** The time it has reached, and what is still due on it, would change the next test. */
const unspentClock = v.pipe(
  clock,
  v.check(
    (value) => !(value instanceof MovedClock && value.isSpent),
    'expected a new `manualClock()`, got one whose fixture was closed; make one for each fixture',
  ),
);

/** One row per option. */
const SCHEMAS = {
  delayMs: v.optional(PLAN_PARTS.delayMs, () => DEFAULT_OPTIONS.delayMs),
  capacity: v.optional(PLAN_PARTS.capacity, DEFAULT_OPTIONS.capacity),
  backpressure: v.optional(PLAN_PARTS.backpressure, DEFAULT_OPTIONS.backpressure),
  errorRules: v.optional(PLAN_PARTS.errorRules, DEFAULT_OPTIONS.errorRules),
  cuts: v.optional(PLAN_PARTS.cuts, DEFAULT_OPTIONS.cuts),
  refusals: v.optional(PLAN_PARTS.refusals, DEFAULT_OPTIONS.refusals),
  restarts: v.optional(PLAN_PARTS.restarts, DEFAULT_OPTIONS.restarts),
  signals: v.optional(PLAN_PARTS.signals, DEFAULT_OPTIONS.signals),
  seed: v.optional(seed),
  auth: v.optional(auth),
  maxConnections: v.optional(countOrInfinity, DEFAULT_OPTIONS.maxConnections),
  maxFragmentsPerMinute: v.optional(countOrInfinity, DEFAULT_OPTIONS.maxFragmentsPerMinute),
  host: v.optional(nonEmptyText, DEFAULT_OPTIONS.host),
  port: v.optional(port, DEFAULT_OPTIONS.port),
  tls: v.optional(tlsOption),
  paths: v.optional(nonEmptyList(path), DEFAULT_OPTIONS.paths),
  transports: v.optional(nonEmptyList(oneOf('polling', 'websocket')), DEFAULT_OPTIONS.transports),
  maxInflight: v.optional(integer(1, 10), DEFAULT_OPTIONS.maxInflight),
  queueLimit: v.optional(integer(1, 10_000), DEFAULT_OPTIONS.queueLimit),
  queueFullLimit: v.optional(integer(0, MAX_TIMER_MS), DEFAULT_OPTIONS.queueFullLimit),
  reorderWindow: v.optional(integer(0, 10_000)),
  autoCloseMs: v.optional(integer(0, MAX_TIMER_MS), DEFAULT_OPTIONS.autoCloseMs),
  pingIntervalMs: v.optional(heartbeat, DEFAULT_OPTIONS.pingIntervalMs),
  pingTimeoutMs: v.optional(heartbeat, DEFAULT_OPTIONS.pingTimeoutMs),
  maxMessageBytes: v.optional(integer(1, 2 ** 29), DEFAULT_OPTIONS.maxMessageBytes),
  maxUnreadBytes: v.optional(countOrInfinity),
  cors: v.optional(cors, DEFAULT_OPTIONS.cors),
  transcript: v.optional(transcript, () => DEFAULT_OPTIONS.transcript),
  clock: v.optional(unspentClock, DEFAULT_OPTIONS.clock),
  waitTimeoutMs: v.optional(timeoutMs, DEFAULT_OPTIONS.waitTimeoutMs),
  timeline: v.optional(
    closedRecord({
      limit: v.optional(integer(0, 1_000_000), DEFAULT_OPTIONS.timeline.limit),
      audio: v.optional(trueOrFalse, DEFAULT_OPTIONS.timeline.audio),
    }),
    {},
  ),
  conduct: v.optional(oneOf('lenient', 'strict'), DEFAULT_OPTIONS.conduct),
  allow: v.optional(violationKinds, DEFAULT_OPTIONS.allow),
  vacuous: v.optional(oneOf('report', 'fail'), DEFAULT_OPTIONS.vacuous),
  audioCheck: v.optional(trueOrFalse, DEFAULT_OPTIONS.audioCheck),
  control: v.optional(control, DEFAULT_OPTIONS.control),
} satisfies Record<keyof EchoStsOptions, v.GenericSchema>;

const optionsSchema = v.pipe(
  closedRecord(SCHEMAS),
  together('paths', ({ control, paths }) =>
    control === false || !paths.map(withSlash).includes(CONTROL_PATH)
      ? undefined
      : `expected no ${show(CONTROL_PATH)} with the option \`control\`, which uses that path, got it; choose another path`,
  ),
  together('host', ({ control, host }) =>
    control === false || isLocalName(nameOf(host))
      ? undefined
      : 'expected a loopback address, "0.0.0.0" or "::" with the option `control`, which only this machine can use, ' +
        `got ${show(host)}`,
  ),
);

true satisfies Same<EchoStsOptions, v.InferInput<typeof optionsSchema>>;

/** Throws an `EchoStsError` (`INVALID_OPTION`) that names everything that is wrong; the environment is not looked at. */
export function checkOptions(options: EchoStsOptions): void {
  checked('options', optionsSchema, options);
}

/** Throws an `EchoStsError` (`INVALID_OPTION`) that names everything that is wrong. */
export function toSettings(options: EchoStsOptions): Settings {
  const parsed = checked('options', optionsSchema, options);
  return {
    ...DEFAULT_SETTINGS,
    ...parsed,
    // An empty variable is one that is not set.
    seed: String(process.env['ECHO_STS_SEED'] || (parsed.seed ?? Math.floor(Math.random() * 2 ** 32))),
    auth: parsed.auth,
    maxUnreadBytes: parsed.maxUnreadBytes,
    tls: parsed.tls,
    backpressure: toPlan(parsed.backpressure),
    clock: toClock(parsed.clock),
    waitTimeoutMs: waitTimeoutOfEnvironment() ?? parsed.waitTimeoutMs,
    control: parsed.control === true ? {} : parsed.control,
  };
}

function toClock(value: 'real' | 'global' | ManualClock): Clock {
  if (value instanceof MovedClock) return value;
  return value === 'global' ? globalClock() : realClock;
}

function nonEmptyList<Item extends v.GenericSchema>(item: Item) {
  return v.pipe(v.array(item, notAList), v.nonEmpty(notAList));
}

function notAList({ input }: v.BaseIssue<unknown>): string {
  return `expected a list with at least one entry, such as ['…'], got ${Array.isArray(input) ? 'an empty one' : show(input)}`;
}
