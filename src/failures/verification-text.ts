/** What `verify` reports in addition to unmet expectations: what never fired, and the totals. */

import { type ActionEntry, describeAction } from '../core/actions.js';
import type { CutPhase } from '../core/cut-forms.js';
import { describeRefusal, type RefusalBook } from '../core/refusal-book.js';
import type { Rule, RuleEntry } from '../core/rule.js';
import { describeRule, messageOf } from '../core/rules.js';
import { show } from '../core/show.js';
import type { MessageName } from '../core/vocabulary.js';
import type { EventName, TimelineEntry } from '../timeline/entry.js';
import { keptText } from '../timeline/payload-copy.js';
import { times } from './entry-words.js';
import { grouped } from './grouped.js';
import type { Failure, Section } from './scene.js';

type Sections = Failure['sections'];

/** Maximum number of fragments, streams and rules that are listed. */
const LISTED = 8;

/** The event that triggers a planned action, unless only the test does. */
const OCCASIONS: Readonly<Partial<Record<CutPhase, EventName>>> = {
  connect: 'connect',
  'before-ready': 'stream:init',
  'after-ready': 'stream:init',
  'after-ack': 'fragment:data',
  'before-processed': 'fragment:data',
  'after-processed': 'fragment:data',
  'before-complete': 'stream:end',
};

/** The event that triggers a message. */
const MESSAGE_OCCASIONS: Readonly<Partial<Record<MessageName, EventName>>> = {
  'stream:ready': 'stream:init',
  'fragment:ack': 'fragment:data',
  'fragment:processed': 'fragment:data',
  'stream:complete': 'stream:end',
};

/** A section for each rule that never hit, unless optional, with what it could have hit. */
export function unusedRules(entries: readonly RuleEntry[], came: readonly TimelineEntry[]): Sections {
  const occasionOf = occasionsIn(came);
  const hitBefore = new Map<MessageName, RuleEntry[]>();
  return entries.flatMap((entry): Sections => {
    const on = messageOf(entry.rule);
    const rivals = hitBefore.get(on) ?? [];
    if (entry.hits > 0) rivals.push(entry);
    hitBefore.set(on, rivals);
    if (entry.hits > 0 || mayMiss(entry.rule)) return [];
    const occasions = describeOccasions(occasionOf, MESSAGE_OCCASIONS[on]);
    return [neverFired(describeRule(entry)), ['came', [...occasions, ...describeRivals(rivals)]]];
  });
}

/** A section for each planned action that never happened, unless optional, with what could have triggered it. */
export function unusedActions(entries: readonly ActionEntry[], came: readonly TimelineEntry[]): Sections {
  const occasionOf = occasionsIn(came);
  const unused = entries.filter(({ action, hits }) => hits === 0 && action.optional !== true);
  return unused.flatMap(({ action }): Sections => {
    const occasions = describeOccasions(occasionOf, OCCASIONS[action.at], action.streamId);
    return [neverFired(describeAction(action)), ['came', occasions]];
  });
}

/** A section for each planned refusal that never happened, unless optional, with the number of attempts. */
export function unusedRefusals({ entries, attempts }: Pick<RefusalBook, 'entries' | 'attempts'>): Sections {
  const unused = entries.filter(({ refusal, hits }) => hits === 0 && refusal.optional !== true);
  const came = `${attempts === 0 ? 'no' : attempts} ${attempts === 1 ? 'attempt' : 'attempts'} to connect`;
  return unused.flatMap(({ refusal }): Sections => [neverFired(describeRefusal(refusal)), ['came', [came]]]);
}

/** The number of findings of each kind. */
export function summary(sections: Sections): string {
  const count = (name: string, one: string, many: string) => {
    const found = sections.reduce((sum, [section, , number = 1]) => (section === name ? sum + number : sum), 0);
    return found === 0 ? [] : [`${found} ${found === 1 ? one : many}`];
  };
  return [
    ...count('expected', 'unmet expectation', 'unmet expectations'),
    ...count('unused', 'unused rule or planned fault', 'unused rules or planned faults'),
    ...count('violation', 'violation', 'violations'),
    ...count('unclaimed', 'worker without a scope', 'workers without a scope'),
    ...count('function', 'function that failed', 'functions that failed'),
    ...count('proved nothing', 'thing that proved nothing', 'things that proved nothing'),
  ].join(', ');
}

/** Whether the rule need not hit: it is optional, or depends on chance. */
export function mayMiss({ when, optional }: Rule): boolean {
  return optional === true || (typeof when === 'object' && when.probability !== undefined && when.probability < 1);
}

function neverFired(description: string): Section {
  return ['unused', [`${description} never fired: remove it, or mark it \`optional: true\``]];
}

/** What was recorded of an event, in words. */
interface Occasion {
  readonly fragments: string;
  readonly streams: string;
}

/** Returns what was recorded of an event, in one stream or in all; undefined if nothing. */
type OccasionOf = (event: EventName, streamId?: string) => Occasion | undefined;

/** Computed once, for any number of rules and actions. */
function occasionsIn(came: readonly TimelineEntry[]): OccasionOf {
  const keyOf = (event: EventName, streamId?: string) => JSON.stringify([event, streamId]);
  const ofEvents = grouped(came, ({ event }) => keyOf(event));
  const ofStreams = grouped(came, ({ event, streamId }) => keyOf(event, streamId));
  const inWords = ([key, entries]: [string, readonly TimelineEntry[]]) =>
    [key, { fragments: fragments(entries), streams: streams(entries) }] as const;
  const occasions = new Map([...ofEvents, ...ofStreams].map(inWords));
  return (event, streamId) => occasions.get(keyOf(event, streamId && keptText(streamId)));
}

/** What was recorded of the event, or in which other streams; nothing if any event would do. */
function describeOccasions(occasionOf: OccasionOf, event: EventName | undefined, streamId?: string): string[] {
  if (event === undefined) return [];
  const own = occasionOf(event, streamId);
  const isFragment = event === 'fragment:data';
  if (own !== undefined) return [isFragment ? own.fragments : `\`${event}\` of ${own.streams}`];
  const nothing = isFragment ? 'no fragment' : `no \`${event}\``;
  const where = streamId === undefined ? '' : ` of stream ${show(streamId)}`;
  const others = occasionOf(event);
  return [`${nothing}${where}${others === undefined ? '' : `, but of ${others.streams}`}`];
}

/** The earlier rules that hit instead. */
function describeRivals(rivals: readonly RuleEntry[]): string[] {
  const others = rivals.length - LISTED;
  return [
    ...rivals
      .slice(0, LISTED)
      .map(({ number, hits }) => `rule ${number} hit before it could, ${times(hits)}: the first match wins`),
    ...(others > 0 ? [`and ${others} more ${others === 1 ? 'rule' : 'rules'} hit before it could`] : []),
  ];
}

function streams(entries: readonly TimelineEntry[]): string {
  return bounded([...new Set(entries.map(({ streamId }) => streamName(streamId)))]);
}

function streamName(streamId: string): string {
  return streamId === '' ? 'a connection without a stream' : `stream ${show(streamId)}`;
}

/** Which fragments arrived, including refused ones. */
function fragments(came: readonly TimelineEntry[]): string {
  const numbers = [...new Set(came.map(({ sequenceNumber }) => sequenceNumber))];
  return `fragments with sequence number ${bounded(numbers)}`;
}

function bounded(items: readonly unknown[]): string {
  const more = items.length > LISTED ? [`and ${items.length - LISTED} more`] : [];
  return [...items.slice(0, LISTED), ...more].join(', ');
}
