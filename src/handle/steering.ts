/** What a test does to the sessions of a group: delay, backpressure, error rules and cuts. */

import { checked } from '../checks/checked.js';
import { type ActionBook, type ActionEntry, type Cut, describeAction } from '../core/actions.js';
import type { Input, Refusal } from '../core/protocol.js';
import type { RuleEntry } from '../core/rule.js';
import { describeRule, type RuleBook } from '../core/rules.js';
import type { BackpressureSignal, DelayPlan } from '../core/vocabulary.js';
import {
  type ActiveCut,
  type CutOptions,
  cutOptions,
  pushedBackpressure,
  pushedError,
} from '../options/call-options.js';
import { errorRule, toErrorRule } from '../options/error-rules.js';
import { toBackpressurePlan, toDelay } from '../options/load.js';
import type { BackpressureOption } from '../options/options.js';
import type { PushedBackpressure, PushedError } from '../options/pushed-types.js';
import type { ActiveErrorRule, ErrorRule } from '../options/rule-types.js';
import type { Connection } from '../server/connection.js';
import { apply, changeBackpressure, changeDelay } from './connections.js';
import { dispose } from './disposal-symbols.js';
import { connectionsOf, type Group, noteTest } from './group.js';
import type { SessionGroup } from './sessions.js';
import { addressee, pushedBackpressureText, pushedErrorText, setting } from './steering-words.js';

type Steering = Pick<
  SessionGroup,
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
      return setup.rules.entries.map((entry) => activeRule(group, setup.rules, entry));
    },
    clearErrorRules: () => clearErrorRules(group),
    cut: (options) => cut(group, options),
  };
}

function setDelay(group: Group, delayMs: DelayPlan): void {
  group.requireOpen('setDelay');
  const plan = toDelay(delayMs);
  noteTest(group, setting('setDelay', delayMs));
  changeDelay(group, plan);
}

function setBackpressure(group: Group, backpressure: BackpressureOption): void {
  group.requireOpen('setBackpressure');
  const plan = toBackpressurePlan(backpressure);
  noteTest(group, setting('setBackpressure', backpressure));
  changeBackpressure(group, plan);
}

function pushBackpressure(group: Group, options: PushedBackpressure): void {
  group.requireOpen('pushBackpressure');
  const { streamId, ...rest } = checked('signal', pushedBackpressure, options);
  const signal = rest as BackpressureSignal;
  push(group, pushedBackpressureText(signal), { kind: 'push backpressure', signal }, streamId);
}

function pushError(group: Group, options: PushedError): void {
  group.requireOpen('pushError');
  const { streamId, ...error } = checked('error', pushedError, options);
  push(group, pushedErrorText(error as PushedError), { kind: 'push error', error: error as Refusal }, streamId);
}

function push(group: Group, what: string, input: Input, streamId: string | undefined): void {
  const connections = connectionsOf(group).filter(isOf(streamId));
  noteTest(group, what + addressee(streamId, connections.length));
  for (const connection of connections) connection.handle(input);
}

function addErrorRule(group: Group, rule: ErrorRule): ActiveErrorRule {
  group.requireOpen('addErrorRule');
  const { rules } = group.setup;
  const entry = rules.add(checked('rule', errorRule, rule));
  noteTest(group, `addErrorRule: ${describeRule(entry)}`);
  return activeRule(group, rules, entry);
}

function clearErrorRules(group: Group): void {
  const { rules } = group.setup;
  const count = rules.entries.length;
  if (count === 0) return;
  rules.clear();
  noteTest(group, `clearErrorRules: ${count} ${count === 1 ? 'rule' : 'rules'}`);
}

function cut(group: Group, options: CutOptions): ActiveCut {
  group.requireOpen('cut');
  const { actions } = group.setup;
  const { streamId, ...form } = checked('cut', cutOptions, options);
  const times = form.times ?? (form.at === 'now' ? Number.POSITIVE_INFINITY : 1);
  const entry = actions.add({ kind: 'cut', ...form, times, ...(streamId !== undefined && { streamId }) } as Cut);
  if (form.at !== 'now') {
    noteTest(group, describeAction(entry.action));
    return activeCut(group, actions, entry);
  }
  apply(group, { kind: 'cut now' }, isOf(streamId));
  // Whom it did not meet now it shall not meet later.
  actions.remove(entry);
  // Connections that it met have their own note.
  if (entry.hits === 0) noteTest(group, `${describeAction(entry.action)}: no such connection is open`);
  return activeCut(group, actions, entry);
}

function isOf(streamId: string | undefined): (connection: Connection) => boolean {
  return (connection) => streamId === undefined || connection.streamId === streamId;
}

function activeRule(group: Group, book: RuleBook, entry: RuleEntry): ActiveErrorRule {
  const remove = () => {
    if (book.remove(entry)) noteTest(group, `removed: ${describeRule(entry)}`);
  };
  return {
    rule: toErrorRule(entry.rule),
    get hits() {
      return entry.hits;
    },
    remove,
    [dispose]: remove,
  };
}

function activeCut(group: Group, book: ActionBook, entry: ActionEntry): ActiveCut {
  const remove = () => {
    if (book.remove(entry)) noteTest(group, `removed: ${describeAction(entry.action)}`);
  };
  return {
    get hits() {
      return entry.hits;
    },
    remove,
    [dispose]: remove,
  };
}
