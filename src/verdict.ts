/** What `verify` tells besides missed expectations, in words: what never fired, what workers did wrong, and how much in all. */

import { type CutEntry, describeCut } from './core/cuts.js';
import { describeRule, type RuleEntry } from './core/rules.js';
import { show } from './core/show.js';
import { about, type Failure, times } from './failure-text.js';
import type { Violation } from './scope-handle.js';
import type { TimelineEntry } from './timeline/entry.js';

type Sections = Failure['sections'];
type Section = Sections[number];

/** So many fragments are listed one by one. */
const LISTED_FRAGMENTS = 8;

/** Of each rule that never hit, although it was to, and what it could have hit. One by chance may miss by chance. */
export function unusedRules(entries: readonly RuleEntry[], came: readonly TimelineEntry[]): Sections {
  return entries.filter(hasMissed).flatMap((entry): Sections => {
    const before = entries.filter(({ number, hits }) => number < entry.number && hits > 0);
    const rivals = before.map(
      ({ number, hits }) => `rule ${number} hit before it could, ${times(hits)}: the first match wins`,
    );
    return [never(describeRule(entry)), ['came', [fragments(came), ...rivals]]];
  });
}

/** Of each cut that never happened, although it was to. */
export function unusedCuts(entries: readonly CutEntry[]): Sections {
  const unused = entries.filter(({ cut, hits }) => hits === 0 && cut.optional !== true);
  return unused.map(({ cut }) => never(describeCut(cut)));
}

/** Of each violation, with its evidence. */
export function misdeeds(violations: readonly Violation[]): Sections {
  return violations.flatMap(({ kind, message, streamId, entries }): Sections => {
    const culprit = streamId === '' ? 'a connection without a stream' : `stream ${show(streamId)}`;
    return [
      ['violation', [`${kind}, ${culprit}: ${message}`]],
      ['evidence', entries.map(about)],
    ];
  });
}

/** Of each stream that belongs to no scope. */
export function strays(unclaimed: readonly string[]): Sections {
  return unclaimed.map((text): Section => ['unclaimed', [text]]);
}

/** What the sections are about, counted. */
export function summary(sections: Sections): string {
  const count = (name: string, one: string, many: string) => {
    const found = sections.filter(([section]) => section === name).length;
    return found === 0 ? [] : [`${found} ${found === 1 ? one : many}`];
  };
  return [
    ...count('expected', 'unmet expectation', 'unmet expectations'),
    ...count('unused', 'unused rule or cut', 'unused rules or cuts'),
    ...count('violation', 'violation', 'violations'),
    ...count('unclaimed', 'worker without a scope', 'workers without a scope'),
  ].join(', ');
}

function hasMissed({ rule: { when, optional }, hits }: RuleEntry): boolean {
  const isByChance = typeof when === 'object' && when.probability !== undefined && when.probability < 1;
  return hits === 0 && optional !== true && !isByChance;
}

function never(description: string): Section {
  return ['unused', [`${description} never fired: take it away, or mark it \`optional: true\``]];
}

/** Which fragments came, those included that were not taken. */
function fragments(came: readonly TimelineEntry[]): string {
  const numbers = [...new Set(came.map(({ sequenceNumber }) => sequenceNumber))];
  if (numbers.length === 0) return 'no fragment';
  const others = numbers.length - LISTED_FRAGMENTS;
  const more = others > 0 ? [`and ${others} more`] : [];
  return `fragments with sequence number ${[...numbers.slice(0, LISTED_FRAGMENTS), ...more].join(', ')}`;
}
