/** The entries nearest to what was awaited, and how each differs. */

import { fieldMeantBy, isMisspelt } from '../checks/spelling.js';
import { type Difference, isAsymmetric } from '../criteria/difference.js';
import { type EntryCriteria, misfits, SINCE } from '../criteria/entry-criteria.js';
import { inspected } from '../criteria/inspected.js';
import { eventName } from '../drawing/summary.js';
import type { TimelineEntry } from '../timeline/entry.js';
import { noSession } from './absence.js';
import { about, listed } from './entry-words.js';
import type { Scene } from './scene.js';
import { beforeSince, withOneEarly } from './too-early.js';

/** Maximum number of candidates that are shown. */
const MOST_NEAREST = 3;
/** Maximum number of differences of an entry that are shown. */
const MOST_DIFFERENCES = 20;
/** Fields that identify what an entry is about. */
const IDENTIFYING: ReadonlySet<string> = new Set([
  'direction',
  'streamId',
  'stream_id',
  'sequenceNumber',
  'sequence_number',
  'fragmentId',
  'fragment_id',
]);
/** The weight of a difference in such a field, compared with 1 for others. */
const ANOTHER = 1000;

/** The entries of the event that are closest to the criteria, each with its differences. */
export function nearest(criteria: EntryCriteria, scene: Scene): string[] {
  const { entries, sessions, dropped = 0 } = scene;
  const candidates = entries
    .filter(({ event }) => criteria.event === undefined || event === criteria.event)
    .map((entry) => ({ entry, differences: misfits(criteria, entry) }))
    .filter(({ differences }) => differences.length > 0)
    .sort((a, b) => distance(a.differences) - distance(b.differences) || b.entry.n - a.entry.n);
  if (candidates.length > 0)
    return withOneEarly(candidates)
      .slice(0, MOST_NEAREST)
      .map(({ entry, differences }) => `${about(entry)}: ${describe(differences, entry)}`);
  const { since = 0 } = criteria;
  const recent = entries.filter(({ n }) => n > since);
  const changed = recent.filter((entry) => isRuleOn(entry, criteria)).slice(-MOST_NEAREST);
  if (changed.length > 0) return changed.map((entry) => `none, but ${about(entry)}`);
  const garbled = recent.filter((entry) => isGarbled(entry, criteria)).slice(-MOST_NEAREST);
  if (garbled.length > 0) return garbled.map((entry) => describeGarbled(entry, criteria, entries));
  if (sessions.length === 0) return [noSession(scene)];
  const name = criteria.event === undefined ? 'event' : `\`${criteria.event}\``;
  const isThere = entries.some(({ event }) => event === criteria.event);
  const fate = dropped === 0 ? 'was recorded' : 'is left in the timeline';
  return [`none: no ${isThere ? 'other ' : ''}${name} ${fate}`];
}

/** The entries that meet the criteria, when there are too many or too few. */
export function matching(criteria: EntryCriteria, { entries }: Scene): string[] {
  return listed(entries.filter((entry) => entry.event === criteria.event && misfits(criteria, entry).length === 0));
}

/** The newest of them, and the number of others. */

/** The distance of an entry from the criteria. An entry with the right identity comes first, whatever else differs. */
function distance(differences: readonly Difference[]): number {
  const identifying = differences.filter(({ path }) => IDENTIFYING.has(path));
  return identifying.length * ANOTHER + differences.length;
}

function describe(differences: readonly Difference[], { payload }: TimelineEntry): string {
  const others = differences.length - MOST_DIFFERENCES;
  const more = others > 0 ? [`and ${others} more ${others === 1 ? 'difference' : 'differences'}`] : [];
  const described = differences.slice(0, MOST_DIFFERENCES).map(({ path, expected, actual }) => {
    if (path === SINCE) return `it ${beforeSince(Number(actual), Number(expected))}`;
    if (path === 'where' && expected === 'true') return 'the `where` function returned false';
    const near = actual === undefined ? fieldMeantBy(path, payload) : undefined;
    const hint = near === undefined ? '' : ` (there is \`${near}\`)`;
    return `${path === '' ? 'its payload' : `\`${path}\``} is ${brief(actual, expected)}, expected ${brief(expected)}${hint}`;
  });
  return [...described, ...more].join('; ');
}

/** Calls a string a text where another type is expected: `'5'` is easily mistaken for a number. */
function brief(value: unknown, expected: unknown = value): string {
  if (value === undefined) return 'missing';
  const isOtherType = typeof value === 'string' && typeof expected !== 'string' && !isAsymmetric(expected);
  return `${isOtherType ? 'the text ' : ''}${inspected(value)}`;
}

/** Whether a rule has changed the awaited message, which may therefore not have been sent. */
function isRuleOn(entry: TimelineEntry, { event }: EntryCriteria): boolean {
  return entry.event === 'rule' && entry.payload.on !== undefined && entry.payload.on === event;
}

/** Whether it would be the awaited event if its name or payload were not wrong. */
function isGarbled({ event, payload }: TimelineEntry, criteria: EntryCriteria): boolean {
  if (criteria.event === undefined || (event !== 'malformed' && event !== 'unknown')) return false;
  return isMisspelt(String(Reflect.get(payload, 'event')), criteria.event);
}

/** The entry and what is wrong with it. The payload is omitted if the reply to it says that. */
function describeGarbled(garbled: TimelineEntry, criteria: EntryCriteria, entries: readonly TimelineEntry[]): string {
  if (garbled.event === 'unknown') return `${about(garbled)}; did you mean \`${criteria.event}\`?`;
  const answer = entries.find((entry) => entry.event === 'error' && entry.cause?.entry === garbled.n);
  if (answer === undefined) return `${about(garbled)}: it was not accepted`;
  return `#${garbled.n} ${eventName(garbled)}  malformed: ${Reflect.get(answer.payload, 'message')}`;
}
