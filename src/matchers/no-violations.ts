/** `toHaveNoViolations`: whether the workers have kept to the protocol. */

import * as v from 'valibot';
import { closedRecord } from '../checks/fields.js';
import type { Same } from '../checks/same.js';
import { violationKinds } from '../checks/violation-kinds.js';
import type { ViolationKind } from '../core/violations.js';
import { failureText } from '../failures/failure-text.js';
import type { Failure, Scene } from '../failures/scene.js';
import { violationSections } from '../failures/violation-sections.js';
import type { Violation } from '../record/violation-log.js';
import { checkedOptions } from './invalid-argument.js';
import type { Judgement, MatcherResult } from './matcher-result.js';
import { evaluate, type Subject } from './subject.js';

const MATCHER = 'toHaveNoViolations';
/** How many excused violations are shown, the first ones. */
const MAX_SHOWN = 10;

/** What is excused. */
export interface NoViolationsOptions {
  /** Kinds of violations that may be. */
  allow?: readonly ViolationKind[];
}

const noViolationsOptions = closedRecord({ allow: v.optional(violationKinds, []) });

true satisfies Same<NoViolationsOptions, v.InferInput<typeof noViolationsOptions>>;

export function toHaveNoViolations(received: unknown, options: NoViolationsOptions = {}): Judgement {
  const allowed = new Set<string>(checkedOptions(MATCHER, noViolationsOptions, options).allow);
  return evaluate(MATCHER, received, (subject) => match(subject, allowed));
}

function match({ scene, violations }: Subject, allowed: ReadonlySet<string>): MatcherResult {
  const all = violations();
  const found = all.filter(({ kind }) => !allowed.has(kind));
  const excused = all.filter(({ kind }) => allowed.has(kind));
  const pass = found.length === 0;
  const failure = () => (pass ? describePass(excused) : describeFailure(found, excused, scene));
  return { pass, message: () => failureText(failure(), { ...scene, violations: found }) };
}

function describePass(excused: readonly Violation[]): Failure {
  const headline = `expected some violation of the protocol, but there is none${countExcused(excused)}`;
  const some = excused
    .slice(0, MAX_SHOWN)
    .map(({ kind, message }) => `${kind}: ${message} But \`allow\` excuses that.`);
  return {
    headline,
    sections: [
      ['awaited', [`a violation${exceptExcused(excused)}`]],
      ['nearest', some.length === 0 ? ['none: the workers have done nothing wrong'] : some],
    ],
  };
}

function describeFailure(found: readonly Violation[], excused: readonly Violation[], { sessions }: Scene): Failure {
  const count = found.length === 1 ? 'there is 1' : `there are ${found.length}`;
  return {
    headline: `expected no violations of the protocol, but ${count}${countExcused(excused)}: ${kindsOf(found).join(', ')}`,
    sections: [['awaited', [`no violation${exceptExcused(excused)}`]], ...violationSections(found, sessions)],
  };
}

function countExcused(excused: readonly Violation[]): string {
  return excused.length === 0 ? '' : ` besides ${excused.length} that \`allow\` excuses`;
}

function exceptExcused(excused: readonly Violation[]): string {
  return excused.length === 0 ? '' : `, ${kindsOf(excused).join(' and ')} excepted`;
}

function kindsOf(violations: readonly Violation[]): string[] {
  return [...new Set(violations.map(({ kind }) => `\`${kind}\``))];
}
