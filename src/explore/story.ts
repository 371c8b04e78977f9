/** A plan in one sentence, as somebody would tell it. Pure. */

import type { CutForm, CutPhase } from '../core/cut-forms.js';
import type { RuleConditions } from '../core/rule.js';
import type { Fault, MessageName } from '../core/vocabulary.js';
import type { FaultPlan } from '../options/fault-plan.js';
import type { FailureRule } from '../options/rule-types.js';

type Item<Option extends 'errorRules' | 'cuts' | 'refusals' | 'restarts' | 'signals'> = NonNullable<
  FaultPlan[Option]
>[number];

/** `Fragment 2 fails with TIMEOUT once, and the connection is reset after the ack of fragment 3.` */
export function story(plan: FaultPlan): string {
  const {
    delayMs,
    capacity,
    backpressure,
    errorRules = [],
    cuts = [],
    refusals = [],
    restarts = [],
    signals = [],
  } = plan;
  const clauses = [
    ...(delayMs === undefined ? [] : [`each fragment takes ${shown(delayMs)} ms`]),
    ...(capacity === undefined ? [] : [`the service processes ${capacity} at a time`]),
    ...(backpressure === undefined || backpressure === false ? [] : ['the service signals its load']),
    ...errorRules.map(ofRule),
    ...signals.map(ofSignal),
    ...cuts.map((cut) => `${FORMS[cut.how]} ${pointOf(cut)}`),
    ...restarts.map(ofRestart),
    ...refusals.map(ofRefusal),
  ];
  if (clauses.length === 0) return 'Nothing goes wrong.';
  const [last = '', ...before] = clauses.reverse();
  const sentence = before.length === 0 ? last : `${before.reverse().join(', ')}, and ${last}`;
  return `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}.`;
}

/** What each form of cut does. */
const FORMS: Readonly<Record<CutForm, string>> = {
  'server-disconnect': 'the service disconnects the worker',
  'transport-close': 'the service closes the connection',
  reset: 'the connection is reset',
  'half-open': 'the connection goes silent without closing',
  stall: 'the service stops reading',
  'mute-pings': 'the heartbeats stop',
};

/** Where each phase is; those of one fragment end with its name. */
const POINTS: Readonly<Record<CutPhase, string>> = {
  connect: 'as soon as it is open',
  'before-ready': 'before `stream:ready`',
  'after-ready': 'after `stream:ready`',
  'after-ack': 'after the ack of',
  'before-processed': 'before the result of',
  'after-processed': 'after the result of',
  'before-complete': 'before `stream:complete`',
  now: 'at once',
};

/** What each fault does to a message. */
const FAULTS: Readonly<Record<Fault, string>> = {
  drop: 'is lost',
  'no-ack': 'comes without its ack',
  duplicate: 'comes twice',
  corrupt: 'has damaged audio',
  late: 'comes late',
  'out-of-order': 'comes before its turn',
  malformed: 'is malformed',
  silence: 'never comes, and nothing else does',
};

const MESSAGES: Readonly<Partial<Record<MessageName, string>>> = {
  'fragment:ack': 'ack',
  'fragment:processed': 'result',
};

function ofRule(rule: Item<'errorRules'>): string {
  const { when = {}, times = Number.POSITIVE_INFINITY, on = 'fragment:processed', delayMs = 0 } = rule;
  const { sequenceNumber, attempt }: RuleConditions = typeof when === 'object' ? when : {};
  const fragment = sequenceNumber === undefined ? 'each fragment' : `fragment ${sequenceNumber}`;
  if (rule.fault === undefined)
    return ofFailure(rule, attempt === 1 && sequenceNumber === undefined ? undefined : fragment, times);
  const message = MESSAGES[on] === undefined ? `\`${on}\`` : `the ${MESSAGES[on]} of ${fragment}`;
  const late = delayMs > 0 ? ` by ${delayMs} ms` : '';
  return `${message} ${FAULTS[rule.fault]}${late}`;
}

/** Without a fragment, of the first attempt of each. */
function ofFailure({ code, as }: FailureRule, fragment: string | undefined, times: number): string {
  const isPartial = as === 'partial';
  const isEndless = times === Number.POSITIVE_INFINITY;
  if (fragment === undefined && !isEndless)
    return `the first attempts of ${times} fragments ${isPartial ? 'come back as partial' : 'fail'} with ${code}`;
  const often = isEndless ? '' : times === 1 ? ' once' : ` ${times} times`;
  const subject = fragment ?? 'the first attempt of each fragment';
  return `${subject} ${isPartial ? 'comes back as partial' : 'fails'} with ${code}${often}`;
}

function ofSignal({ action, recommendedDelayMs, releaseAfterMs, ...point }: Item<'signals'>): string {
  const asks =
    action === 'pause'
      ? 'to pause'
      : action === 'none'
        ? 'to go on'
        : `to leave ${recommendedDelayMs} ms between two fragments`;
  const release = releaseAfterMs === undefined ? '' : ` for ${releaseAfterMs} ms`;
  return `the service asks the worker ${asks}${release} ${pointOf(point)}`;
}

function ofRestart({ downForMs = 0, ...point }: Item<'restarts'>): string {
  const down = downForMs === 0 ? '' : ` and is away for ${downForMs} ms`;
  return `the service restarts${down} ${pointOf(point)}`;
}

function ofRefusal({ after = 0, times = 1, status = 503 }: Item<'refusals'>): string {
  const which = after === 0 ? 'the first' : `after ${after} the next`;
  const connections = times === 1 ? `${which} connection is` : `${which} ${times} connections are`;
  return `${connections} refused with ${status}`;
}

function pointOf({ at, sequenceNumber }: { readonly at: CutPhase; readonly sequenceNumber?: number }): string {
  const words = POINTS[at];
  if (!words.endsWith(' of')) return words;
  return sequenceNumber === undefined ? `${words} any fragment` : `${words} fragment ${sequenceNumber}`;
}

function shown(delay: NonNullable<FaultPlan['delayMs']>): string {
  if (typeof delay === 'number') return String(delay);
  return typeof delay === 'object' ? Object.values(delay).join(' to ') : 'some';
}
