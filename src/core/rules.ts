/**
 * The rules for errors and faults: ordered, each with a maximum number of hits. The first match wins (PROTOCOL §6.11).
 * Rules that name a sequence number or a fragment id are looked up, so that ten thousand of them cost no more than one.
 */

import { call, TRUE_OR_FALSE } from './callers-function.js';
import { draw } from './chance.js';
import { RESULT } from './faults.js';
import type { Arrival, Consequence, Rule, RuleEntry, Subject } from './rule.js';
import { showFields } from './show.js';
import type { MessageName } from './vocabulary.js';

/** The consequence for a fragment that no rule matches. */
export const NOTHING: Consequence = { delayMs: 0 };

interface Counted extends RuleEntry {
  hits: number;
  /** Matches so far, including skipped ones. */
  matches: number;
}

/** An ordered list of rules with the number of hits of each. */
export class RuleBook {
  readonly #seed: string;
  #added = 0;
  /** All rules, in order. */
  readonly #entries = new Map<number, Counted>();
  readonly #bySequenceNumber = new Map<number, Set<Counted>>();
  readonly #byFragmentId = new Map<string, Set<Counted>>();
  readonly #predicates = new Set<Counted>();
  readonly #others = new Set<Counted>();

  constructor(seed: string) {
    this.#seed = seed;
  }

  get entries(): RuleEntry[] {
    return [...this.#entries.values()];
  }

  /** Whether functions of the caller's are passed the fragments. */
  get hasPredicates(): boolean {
    return this.#predicates.size > 0;
  }

  /** Appends the rule. */
  add(rule: Rule): RuleEntry {
    this.#added += 1;
    const entry: Counted = { number: this.#added, rule, hits: 0, matches: 0 };
    this.#entries.set(entry.number, entry);
    this.#bucket(rule).add(entry);
    return entry;
  }

  /** Removes the rule. Returns whether it was present; if not, does nothing. */
  remove({ number, rule }: RuleEntry): boolean {
    const entry = this.#entries.get(number);
    if (entry === undefined) return false;
    this.#entries.delete(number);
    return this.#bucket(rule).delete(entry);
  }

  /** Removes all rules, and the buckets too, because their keys are ids that a worker may have chosen. */
  clear(): void {
    this.#entries.clear();
    this.#bySequenceNumber.clear();
    this.#byFragmentId.clear();
    this.#predicates.clear();
    this.#others.clear();
  }

  /** Returns the first matching rule for this message and counts the hit. */
  match(on: MessageName, subject: Subject): RuleEntry | undefined {
    if (this.#entries.size === 0) return undefined;
    const candidates = 'fragment' in subject ? this.#candidates(subject) : [...this.#others];
    return candidates.find((candidate) => messageOf(candidate.rule) === on && this.#hits(candidate, subject));
  }

  #candidates({ fragment }: Arrival): Counted[] {
    const bySequenceNumber = this.#bySequenceNumber.get(fragment.sequenceNumber) ?? [];
    const byFragmentId = this.#byFragmentId.get(fragment.fragmentId) ?? [];
    return [...bySequenceNumber, ...byFragmentId, ...this.#predicates, ...this.#others].sort(
      (a, b) => a.number - b.number,
    );
  }

  #hits(entry: Counted, subject: Subject): boolean {
    const { times, after, when } = entry.rule;
    if (entry.hits >= times) return false;
    if (!('fragment' in subject ? this.#holds(entry, subject) : holdsFor(when, subject.streamId))) return false;
    entry.matches += 1;
    if (entry.matches <= after) return false;
    entry.hits += 1;
    return true;
  }

  #holds({ number, rule: { when } }: RuleEntry, arrival: Arrival): boolean {
    const { fragment, count, snapshot } = arrival;
    if (typeof when === 'function') {
      return call('when', () => when(fragment, snapshot()), TRUE_OR_FALSE);
    }
    // A rule with a sequence number was already looked up by it.
    const { streamId, fragmentId, everyNth, attempt, probability } = when;
    return (
      (streamId === undefined || streamId === fragment.streamId) &&
      (fragmentId === undefined || fragmentId === fragment.fragmentId) &&
      (everyNth === undefined || count % everyNth === 0) &&
      (attempt === undefined || attempt === arrival.attempt) &&
      (probability === undefined ||
        draw(this.#seed, fragment.streamId, fragment.sequenceNumber, arrival.attempt, number) < probability)
    );
  }

  /** Where a rule is kept: with those for the same sequence number or fragment id, or with the rest. */
  #bucket({ when }: Rule): Set<Counted> {
    if (typeof when === 'function') return this.#predicates;
    if (when.sequenceNumber !== undefined) return bucketFor(this.#bySequenceNumber, when.sequenceNumber);
    if (when.fragmentId !== undefined) return bucketFor(this.#byFragmentId, when.fragmentId);
    return this.#others;
  }
}

/** Returns the first matching rule for this message, in the order of the books, and counts the hit. */
export function firstMatch(books: readonly RuleBook[], on: MessageName, subject: Subject): RuleEntry | undefined {
  for (const book of books) {
    const entry = book.match(on, subject);
    if (entry !== undefined) return entry;
  }
  return undefined;
}

/** The message that the rule changes. */
export function messageOf({ on = RESULT }: Rule): MessageName {
  return on;
}

/** The rule in words: `rule 2 ({ sequenceNumber: 5 } → TIMEOUT)`. */
export function describeRule({ number, rule }: RuleEntry): string {
  return `rule ${number} (${describeWhen(rule)} → ${describeConsequence(rule.consequence)})`;
}

function describeWhen(rule: Rule): string {
  const { when } = rule;
  const on = messageOf(rule);
  const name = on === RESULT ? '' : `${on} of `;
  if (typeof when === 'function') return `${name}a function`;
  if (Object.values(when).some((value) => value !== undefined)) return name + showFields(when);
  return on === RESULT ? 'every fragment' : `every ${on}`;
}

/** A message that is about no fragment can only match a condition on its stream. */
function holdsFor(when: Rule['when'], streamId: string): boolean {
  if (typeof when === 'function') return false;
  return Object.entries(when).every(
    ([name, value]) => value === undefined || (name === 'streamId' && value === streamId),
  );
}

function describeConsequence({ error, as = 'failed', fault, delayMs }: Consequence): string {
  const parts = [
    ...(error === undefined ? [] : [as === 'failed' ? error.code : `${error.code} as ${as}`]),
    ...(fault === undefined ? [] : [`fault ${fault}`]),
    ...(delayMs === 0 ? [] : [`${delayMs} ms later`]),
  ];
  return parts.length === 0 ? 'nothing' : parts.join(', ');
}

function bucketFor<Key>(buckets: Map<Key, Set<Counted>>, key: Key): Set<Counted> {
  const bucket = buckets.get(key) ?? new Set();
  buckets.set(key, bucket);
  return bucket;
}
