/** The plan for a fragment, made once, on its arrival (PROTOCOL §6.11). */

import { call, TEXT } from './callers-function.js';
import { draw } from './chance.js';
import { delayOf } from './delay.js';
import { faultRow, RESULT } from './faults.js';
import type { Because, RuleNote } from './protocol.js';
import type { Arrival, Consequence, RuleEntry } from './rule.js';
import { firstMatch, NOTHING, type RuleBook } from './rules.js';
import { wordsOf } from './show.js';
import type { DelayPlan, Fragment, MessageName } from './vocabulary.js';

export interface FragmentPlan {
  readonly consequence: Consequence;
  /** Processing time, milliseconds. */
  readonly delayMs: number;
  /** The mock text, without its `[ECHO]` mark. */
  readonly transcript: string;
  /** The rules that have hit, each with the message that it changes. */
  readonly rules: readonly RuleNote[];
  /** Why its result is sent when and as it is; undefined without a reason. */
  readonly because: Because | undefined;
  /** The same for its acknowledgement. */
  readonly ackBecause: Because | undefined;
}

/** An accepted fragment whose result has not been sent yet. */
export interface Pending {
  readonly fragment: Fragment;
  readonly plan: FragmentPlan;
  readonly receivedAt: number;
  /** When its processing begins: after its arrival if the capacity is used up. */
  readonly beginsAt: number;
  /** When its processing is done. It may then wait for its turn. */
  readonly dueAt: number;
}

/** The settings for the plan. */
interface Guides {
  readonly ruleBooks: readonly RuleBook[];
  readonly delayMs: DelayPlan;
}

/** The seed of randomness, and the mock text. */
interface Source {
  readonly seed: string;
  readonly transcript: string | ((fragment: Fragment) => string);
}

/** Matches the rules for the result and for the acknowledgement separately, so that they do not shadow each other. */
export function planFor(arrival: Arrival, policy: Guides, { seed, transcript }: Source): FragmentPlan {
  const { fragment, attempt } = arrival;
  const rules: RuleNote[] = [];
  try {
    const rule = match(RESULT, arrival, policy, rules);
    const ackRule = match('fragment:ack', arrival, policy, rules);
    const consequence = rule?.rule.consequence ?? NOTHING;
    const chance = (purpose: string) => draw(seed, fragment.streamId, fragment.sequenceNumber, attempt, purpose);
    const processingMs = delayOf(policy.delayMs, fragment, chance) + consequence.delayMs;
    // An out-of-order result does not wait, not even for its processing.
    const delayMs = faultRow(consequence.fault).isOutOfTurn ? 0 : processingMs;
    const text = typeof transcript === 'string' ? transcript : call('transcript', () => transcript(fragment), TEXT);
    const ackBecause =
      faultRow(consequence.fault).target === 'fragment:ack'
        ? becauseOf(0, rule)
        : becauseOf(ackRule?.rule.consequence.delayMs ?? 0, ackRule);
    return { consequence, delayMs, transcript: text, rules, because: becauseOf(delayMs, rule), ackBecause };
  } catch (error) {
    // The rules are not carried out, but their hits count.
    const consequence = callersFault(error);
    return { consequence, delayMs: 0, transcript: '', rules, because: undefined, ackBecause: undefined };
  }
}

function match(on: MessageName, arrival: Arrival, policy: Guides, hits: RuleNote[]): RuleEntry | undefined {
  const rule = firstMatch(policy.ruleBooks, on, arrival);
  if (rule !== undefined) hits.push({ kind: 'rule', rule, on, ...identity(arrival.fragment) });
  return rule;
}

function identity({ fragmentId, sequenceNumber }: Fragment): Pick<RuleNote, 'fragmentId' | 'sequenceNumber'> {
  return { fragmentId, sequenceNumber };
}

function becauseOf(delayMs: number, rule: RuleEntry | undefined): Because | undefined {
  if (rule === undefined) return delayMs === 0 ? undefined : { delayMs };
  const { fault } = rule.rule.consequence;
  return { ...(delayMs > 0 && { delayMs }), rule, ...(fault !== undefined && { fault }) };
}

/** A function of the caller that throws must not end the test process: the fragment fails with its message. */
function callersFault(error: unknown): Consequence {
  return { error: { code: 'MODEL_ERROR', message: wordsOf(error), retryable: false }, delayMs: 0 };
}
