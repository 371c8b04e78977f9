/** What `verify` reports besides missed expectations, in words: what never fired, and how much there is in all. */

import type { CutPhase } from '../core/cut-forms.js';
import { type CutEntry, describeCut } from '../core/cuts.js';
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

/** So many fragments, streams and rules are listed one by one. */
const LISTED = 8;

/** What has to come for a cut to happen, unless that is up to the test alone. */
const OCCASIONS: Readonly<Partial<Record<CutPhase, EventName>>> = {
  connect: 'connect',
  'before-ready': 'stream:init',
  'after-ready': 'stream:init',
  'after-ack': 'fragment:data',
  'before-processed': 'fragment:data',
  'after-processed': 'fragment:data',
  'before-complete': 'stream:end',
};

/** What has to come for a message to be sent. */
const MESSAGE_OCCASIONS: Readonly<Partial<Record<MessageName, EventName>>> = {
  'stream:ready': 'stream:init',
  'fragment:ack': 'fragment:data',
  'fragment:processed': 'fragment:data',
  'stream:complete': 'stream:end',
};

/** Of each rule that never hit, although it was to, and what it could have hit. */
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

/** Of each cut that never happened, although it was to, and what came that it could have met. */
export function unusedCuts(entries: readonly CutEntry[], came: readonly TimelineEntry[]): Sections {
  const occasionOf = occasionsIn(came);
  const unused = entries.filter(({ cut, hits }) => hits === 0 && cut.optional !== true);
  return unused.flatMap(({ cut }): Sections => {
    const occasions = describeOccasions(occasionOf, OCCASIONS[cut.at], cut.streamId);
    return [neverFired(describeCut(cut)), ['came', occasions]];
  });
}

/** What the sections are about, counted. */
export function summary(sections: Sections): string {
  const count = (name: string, one: string, many: string) => {
    const found = sections.reduce((sum, [section, , number = 1]) => (section === name ? sum + number : sum), 0);
    return found === 0 ? [] : [`${found} ${found === 1 ? one : many}`];
  };
  return [
    ...count('expected', 'unmet expectation', 'unmet expectations'),
    ...count('unused', 'unused rule or cut', 'unused rules or cuts'),
    ...count('violation', 'violation', 'violations'),
    ...count('unclaimed', 'worker without a scope', 'workers without a scope'),
    ...count('function', 'function that failed', 'functions that failed'),
    ...count('proved nothing', 'thing that proved nothing', 'things that proved nothing'),
  ].join(', ');
}

/** Whether it is all the same if it never hits: one by chance may miss by chance. */
export function mayMiss({ when, optional }: Rule): boolean {
  return optional === true || (typeof when === 'object' && when.probability !== undefined && when.probability < 1);
}

function neverFired(description: string): Section {
  return ['unused', [`${description} never fired: take it away, or mark it \`optional: true\``]];
}

/** What came of an event, in words. */
interface Occasion {
  readonly fragments: string;
  readonly streams: string;
}

/** Of an event in one stream or in all; undefined when it never came. */
type OccasionOf = (event: EventName, streamId?: string) => Occasion | undefined;

/** Put into words once, however many rules and cuts ask for it. */
function occasionsIn(came: readonly TimelineEntry[]): OccasionOf {
  const keyOf = (event: EventName, streamId?: string) => JSON.stringify([event, streamId]);
  const ofEvents = grouped(came, ({ event }) => keyOf(event));
  const ofStreams = grouped(came, ({ event, streamId }) => keyOf(event, streamId));
  const inWords = ([key, entries]: [string, readonly TimelineEntry[]]) =>
    [key, { fragments: fragments(entries), streams: streams(entries) }] as const;
  const occasions = new Map([...ofEvents, ...ofStreams].map(inWords));
  return (event, streamId) => occasions.get(keyOf(event, streamId && keptText(streamId)));
}

/** What came of the event that is waited for, or in which other streams it did; nothing where that may be anything. */
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

/** The rules that hit in place of one behind them. */
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

/** Which fragments came, those included that were not taken. */
function fragments(came: readonly TimelineEntry[]): string {
  const numbers = [...new Set(came.map(({ sequenceNumber }) => sequenceNumber))];
  return `fragments with sequence number ${bounded(numbers)}`;
}

function bounded(items: readonly unknown[]): string {
  const more = items.length > LISTED ? [`and ${items.length - LISTED} more`] : [];
  return [...items.slice(0, LISTED), ...more].join(', ');
}
