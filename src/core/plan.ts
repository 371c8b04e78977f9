/** What is going to happen to a fragment, decided once, on its arrival (PROTOCOL §6.11). */

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
  /** How long its processing takes, milliseconds. */
  readonly delayMs: number;
  /** The mock text, without its mark. */
  readonly transcript: string;
  /** The rules that have hit, each with the message that it changes. */
  readonly rules: readonly RuleNote[];
  /** Why its result comes when and as it does; undefined when there is nothing to say. */
  readonly because: Because | undefined;
  /** Why its acknowledgement does. */
  readonly ackBecause: Because | undefined;
}

/** A fragment that was taken and whose result is not out yet. */
export interface Pending {
  readonly fragment: Fragment;
  readonly plan: FragmentPlan;
  readonly receivedAt: number;
  /** When its processing begins: later than it was received where all places are taken. */
  readonly beginsAt: number;
  /** When its processing is done. It may have to wait longer, for its turn. */
  readonly dueAt: number;
}

/** What the plan is made by. */
interface Guides {
  readonly ruleBooks: readonly RuleBook[];
  readonly delayMs: DelayPlan;
}

/** What chance is drawn from, and the mock text. */
interface Source {
  readonly seed: string;
  readonly transcript: (fragment: Fragment) => string;
}

/** The rules for the result and those for the acknowledgement are asked apart: they do not shadow each other. */
export function planFor(arrival: Arrival, policy: Guides, { seed, transcript }: Source): FragmentPlan {
  const { fragment, attempt } = arrival;
  const rules: RuleNote[] = [];
  try {
    const rule = match(RESULT, arrival, policy, rules);
    const ackRule = match('fragment:ack', arrival, policy, rules);
    const consequence = rule?.rule.consequence ?? NOTHING;
    const chance = (purpose: string) => draw(seed, fragment.streamId, fragment.sequenceNumber, attempt, purpose);
    const processingMs = delayOf(policy.delayMs, fragment, chance) + consequence.delayMs;
    // What comes out of turn waits for nothing, not even its processing.
    const delayMs = faultRow(consequence.fault).isOutOfTurn ? 0 : processingMs;
    const text = call('transcript', () => transcript(fragment), TEXT);
    const ackBecause =
      faultRow(consequence.fault).target === 'fragment:ack'
        ? becauseOf(0, rule)
        : becauseOf(ackRule?.rule.consequence.delayMs ?? 0, ackRule);
    return { consequence, delayMs, transcript: text, rules, because: becauseOf(delayMs, rule), ackBecause };
  } catch (error) {
    // What a rule wanted is not done, but it has hit all the same.
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

/** A function of the caller's that throws must not end the test's process: it comes back as the fragment's failure. */
function callersFault(error: unknown): Consequence {
  return { error: { code: 'MODEL_ERROR', message: wordsOf(error), retryable: false }, delayMs: 0 };
}
