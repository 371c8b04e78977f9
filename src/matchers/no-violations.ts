/** `toHaveNoViolations`: whether the workers have kept to the protocol. */

import { show } from '../core/show.js';
import { VIOLATIONS, type ViolationKind } from '../core/violations.js';
import { isRecord } from '../criteria/difference.js';
import { type Failure, failureText } from '../failures/failure-text.js';
import { violationSections } from '../failures/verification-text.js';
import type { Violation } from '../record/violation-log.js';
import { misuse } from './misuse.js';
import type { Judgement, MatcherResult } from './runner.js';
import { judge, type Subject } from './subject.js';

const MATCHER = 'toHaveNoViolations';
/** How many of those that are excused are told, the first ones. */
const TOLD = 10;

/** What is excused. */
export interface NoViolationsOptions {
  /** Kinds of violations that may be. */
  allow?: readonly ViolationKind[];
}

export function toHaveNoViolations(received: unknown, options: NoViolationsOptions = {}): Judgement {
  const allowed = allowedKinds(options);
  return judge(MATCHER, received, (subject) => verdict(subject, allowed));
}

function verdict({ scene, violations }: Subject, allowed: ReadonlySet<string>): MatcherResult {
  const all = violations();
  const found = all.filter(({ kind }) => !allowed.has(kind));
  const excused = all.filter(({ kind }) => allowed.has(kind));
  const pass = found.length === 0;
  const failure = () => (pass ? clean(excused) : offending(found, excused));
  return { pass, message: () => failureText(failure(), scene) };
}

function allowedKinds(options: unknown): ReadonlySet<string> {
  if (!isRecord(options)) throw misuse(MATCHER, `the options are expected to be an object, got ${show(options)}.`);
  const { allow = [] } = options;
  if (!Array.isArray(allow)) throw misuse(MATCHER, `\`allow\` is expected to be a list of kinds, got ${show(allow)}.`);
  const wrong = allow.findIndex((kind) => typeof kind !== 'string' || !Object.hasOwn(VIOLATIONS, kind));
  if (wrong === -1) return new Set(allow);
  const kinds = Object.keys(VIOLATIONS).join(', ');
  throw misuse(MATCHER, `\`allow[${wrong}]\` is expected to be one of ${kinds}, got ${show(allow[wrong])}.`);
}

function clean(excused: readonly Violation[]): Failure {
  const headline = `expected some violation of the protocol, but there is none${besides(excused)}`;
  const some = excused.slice(0, TOLD).map(({ kind, message }) => `${kind}: ${message} But \`allow\` excuses that.`);
  return {
    headline,
    sections: [
      ['awaited', [`a violation${but(excused)}`]],
      ['nearest', some.length === 0 ? ['none: the workers have done nothing wrong'] : some],
    ],
  };
}

function offending(found: readonly Violation[], excused: readonly Violation[]): Failure {
  const count = found.length === 1 ? 'there is 1' : `there are ${found.length}`;
  return {
    headline: `expected no violations of the protocol, but ${count}${besides(excused)}: ${kindsOf(found).join(', ')}`,
    sections: [['awaited', [`no violation${but(excused)}`]], ...violationSections(found)],
  };
}

function besides(excused: readonly Violation[]): string {
  return excused.length === 0 ? '' : ` besides ${excused.length} that \`allow\` excuses`;
}

function but(excused: readonly Violation[]): string {
  return excused.length === 0 ? '' : `, ${kindsOf(excused).join(' and ')} excepted`;
}

function kindsOf(violations: readonly Violation[]): string[] {
  return [...new Set(violations.map(({ kind }) => `\`${kind}\``))];
}
