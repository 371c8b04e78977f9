/** What a test does to the sessions of a group: delay, backpressure, error rules and cuts. */

import { checked } from '../checks/checked.js';
import type { Cut, CutBook, CutEntry } from '../core/cuts.js';
import type { Refusal } from '../core/protocol.js';
import type { RuleEntry } from '../core/rule.js';
import type { RuleBook } from '../core/rules.js';
import type { BackpressureSignal, DelayPlan } from '../core/vocabulary.js';
import {
  type ActiveCut,
  type CutOptions,
  cutOptions,
  type PushedBackpressure,
  type PushedError,
  pushedBackpressure,
  pushedError,
} from '../options/call-options.js';
import { type ActiveErrorRule, type ErrorRule, errorRule, toErrorRule } from '../options/error-rules.js';
import type { BackpressureOption } from '../options/options.js';
import { toBackpressurePlan, toDelay } from '../options/settings.js';
import type { Connection } from '../server/connection.js';
import { apply } from './connections.js';
import { dispose } from './disposal-symbols.js';
import type { Group } from './group.js';
import type { Sessions } from './sessions.js';

type Steering = Pick<
  Sessions,
  | ('setDelay' | 'setBackpressure' | 'pushBackpressure' | 'pushError')
  | ('addErrorRule' | 'errorRules' | 'clearErrorRules')
  | 'cut'
>;

/** The functions are bound: they may be taken off the handle. */
export function steer(group: Group): Steering {
  const { setup } = group;
  return {
    setDelay: (delayMs) => setDelay(group, delayMs),
    setBackpressure: (backpressure) => setBackpressure(group, backpressure),
    pushBackpressure: (signal) => pushBackpressure(group, signal),
    pushError: (error) => pushError(group, error),
    addErrorRule: (rule) => addErrorRule(group, rule),
    get errorRules() {
      return setup.rules.entries.map((entry) => activeRule(setup.rules, entry));
    },
    clearErrorRules: () => setup.rules.clear(),
    cut: (options) => cut(group, options),
  };
}

function setDelay(group: Group, delayMs: DelayPlan): void {
  group.requireOpen('setDelay');
  const plan = toDelay(delayMs);
  group.setup.overrides = { ...group.setup.overrides, delayMs: plan };
  apply(group, { kind: 'delay', level: group.level, delayMs: plan });
}

function setBackpressure(group: Group, backpressure: BackpressureOption): void {
  group.requireOpen('setBackpressure');
  const plan = toBackpressurePlan(backpressure);
  group.setup.overrides = { ...group.setup.overrides, backpressure: plan };
  apply(group, { kind: 'backpressure', level: group.level, plan });
}

function pushBackpressure(group: Group, options: PushedBackpressure): void {
  group.requireOpen('pushBackpressure');
  const { streamId, ...signal } = checked('signal', pushedBackpressure, options);
  apply(group, { kind: 'push backpressure', signal: signal as BackpressureSignal }, isOf(streamId));
}

function pushError(group: Group, options: PushedError): void {
  group.requireOpen('pushError');
  const { streamId, ...error } = checked('error', pushedError, options);
  apply(group, { kind: 'push error', error: error as Refusal }, isOf(streamId));
}

function addErrorRule({ requireOpen, setup }: Group, rule: ErrorRule): ActiveErrorRule {
  requireOpen('addErrorRule');
  return activeRule(setup.rules, setup.rules.add(checked('rule', errorRule, rule)));
}

function cut(group: Group, options: CutOptions): ActiveCut {
  group.requireOpen('cut');
  const { cuts } = group.setup;
  const { streamId, ...form } = checked('cut', cutOptions, options);
  const times = form.times ?? (form.at === 'now' ? Number.POSITIVE_INFINITY : 1);
  const entry = cuts.add({ ...form, times, ...(streamId !== undefined && { streamId }) } as Cut);
  if (form.at === 'now') {
    apply(group, { kind: 'cut now' }, isOf(streamId));
    // Whom it did not meet now it shall not meet later.
    cuts.remove(entry);
  }
  return activeCut(cuts, entry);
}

function isOf(streamId: string | undefined): (connection: Connection) => boolean {
  return (connection) => streamId === undefined || connection.streamId === streamId;
}

function activeRule(book: RuleBook, entry: RuleEntry): ActiveErrorRule {
  const remove = () => book.remove(entry);
  return {
    rule: toErrorRule(entry.rule),
    get hits() {
      return entry.hits;
    },
    remove,
    [dispose]: remove,
  };
}

function activeCut(book: CutBook, entry: CutEntry): ActiveCut {
  const remove = () => book.remove(entry);
  return {
    get hits() {
      return entry.hits;
    },
    remove,
    [dispose]: remove,
  };
}
