/**
 * The text of a failure: what was awaited, what came nearest and how it differs, how the sessions stand, the
 * seed, and the end of the timeline. A person has to know the cause from it alone.
 */

import { fieldMeantBy, isMisspelt } from '../checks/spelling.js';
import { show } from '../core/show.js';
import type { SessionSnapshot } from '../core/snapshot.js';
import { type Difference, isAsymmetric } from '../criteria/difference.js';
import { type EntryCriteria, misfits, SINCE } from '../criteria/entry-criteria.js';
import { inspected } from '../criteria/inspected.js';
import { wrap } from '../drawing/cells.js';
import { formatColumns } from '../drawing/format-columns.js';
import { eventName, summarize } from '../drawing/summary.js';
import type { TimelineEntry } from '../timeline/entry.js';
import { beforeSince, withOneEarly } from './too-early.js';

/** All that was to be seen when it failed. */
export interface Scene {
  /** Newest first. */
  readonly sessions: readonly SessionSnapshot[];
  readonly entries: readonly TimelineEntry[];
  /** How many older entries there were, of this scope and of others. */
  readonly dropped?: number;
  readonly seed: string;
  /** How a clock that the test moves stands, and what is due on it. */
  readonly clock?: string | undefined;
  /** What there is to say of a scope while it has no session; of the fixture it is known. */
  readonly absence?: string;
  /** Streams that no scope claims. */
  readonly unclaimed?: readonly string[];
}

/** Under this name a handle shows its scene to the matchers, whichever copy of the library either comes from. */
export const SCENE = Symbol.for('echo-sts.scene');

/** What there is to say under a name; `count` where it stands for more than one thing. */
export type Section = readonly [name: string, lines: readonly string[], count?: number];

/** What failed, in sections with a name each. */
export interface Failure {
  /** One sentence: what was expected, what came, what to do. */
  readonly headline: string;
  readonly sections: readonly Section[];
}

/** The end of the timeline is so long. */
const TAIL = 10;
/** So many entries of what came, candidates and sessions are shown. */
const MOST_LISTED = 5;
const MOST_NEAREST = 3;
const MOST_SESSIONS = 3;
const MOST_VIOLATIONS = 3;
/** So many differences of an entry are told. */
const MOST_DIFFERENCES = 20;
/** What there is to say when nothing has happened at all. */
const NO_WORKER = 'nothing: no worker has connected; check that it uses the `url` of this fixture';
/** Fields that say which one an entry is about: where they differ, it is another one. */
const IDENTIFYING: ReadonlySet<string> = new Set([
  'direction',
  'streamId',
  'stream_id',
  'sequenceNumber',
  'sequence_number',
  'fragmentId',
  'fragment_id',
]);
/** Such a difference weighs as much as so many others. */
const ANOTHER = 1000;
/** No line is wider, in cells of a terminal; those of the timeline are indented besides. */
const WIDTH = 120;
/** Room for the names of the sections, and before them. */
const MARGIN = 10;
const INDENT = 2;
/** Of a line that does not fit. */
const MOST_ROWS = 8;

export function failureText({ headline, sections }: Failure, scene: Scene): string {
  const { sessions, clock, unclaimed = [], dropped = 0, seed } = scene;
  const said = sections.flatMap(([, content]) => content);
  const state = states(sessions, said.join('\n'));
  const all: Failure['sections'] = [
    ...sections,
    ['dropped', dropped === 0 ? [] : [droppedText(dropped)]],
    ['state', state],
    ['violation', violations(scene, [...said, ...state].join('\n'))],
    ['unclaimed', unclaimed],
    ['clock', clock === undefined ? [] : [clock]],
    ['seed', [seed]],
  ];
  return [headline, '', ...paragraphs(all), '', ...tail(scene)].join('\n');
}

/** The same scene with the sessions of that stream first: not all may be shown. */
export function aboutStream(streamId: string | undefined, scene: Scene): Scene {
  const isMeant = (session: SessionSnapshot) => streamId === undefined || session.streamId === streamId;
  const others = scene.sessions.filter((session) => !isMeant(session));
  return { ...scene, sessions: [...scene.sessions.filter(isMeant), ...others] };
}

/** The sections, those left out that have nothing to say. */
export function paragraphs(sections: Failure['sections']): string[] {
  return sections.filter(([, content]) => content.length > 0).map(([name, content]) => section(name, content));
}

/** The entries of the event that come closest to the criteria, each with what differs. */
export function nearest(criteria: EntryCriteria, scene: Scene): string[] {
  const { entries, sessions } = scene;
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
  return [`none: no ${isThere ? 'other ' : ''}${name} has come`];
}

/** The entries that meet the criteria, when there are too many of them, or too few. */
export function matching(criteria: EntryCriteria, { entries }: Scene): string[] {
  return listed(entries.filter((entry) => entry.event === criteria.event && misfits(criteria, entry).length === 0));
}

/** The newest of them, and how many there are besides. */
export function listed(entries: readonly TimelineEntry[]): string[] {
  const others = entries.length - MOST_LISTED;
  const more = others > 0 ? [`${others} earlier ${others === 1 ? 'one' : 'ones'}, and`] : [];
  return [...more, ...entries.slice(-MOST_LISTED).map(about)];
}

/** How a session stands, in one line; of its last error no more than the code where its message has been `said`. */
function stateOf(session: SessionSnapshot, said = ''): string {
  const { streamId, workerId, state, totalFragments, inflight, heldSequenceNumbers, errors } = session;
  const reason = session.closeReason === undefined ? '' : ` (${session.closeReason})`;
  const lastError = errors.at(-1);
  if (streamId === '') {
    const refused = lastError === undefined ? '' : `; ${lastErrorText(lastError, said)}`;
    return `a connection without a stream is ${state}${reason}: no \`stream:init\` has been accepted${refused}`;
  }
  const isHeld = heldSequenceNumbers.length > 0;
  const held = isHeld ? ` (${numbers(heldSequenceNumbers)} held until ${session.expectedSequenceNumber} comes)` : '';
  return (
    `stream ${show(streamId)} of worker ${show(workerId)} is ${state}${reason}: ` +
    `${totalFragments} ${totalFragments === 1 ? 'fragment' : 'fragments'} taken, ${inflight} in flight${held}; ${lastErrorText(lastError, said)}`
  );
}

function lastErrorText(lastError: SessionSnapshot['errors'][number] | undefined, said: string): string {
  if (lastError === undefined) return 'no error sent';
  const { code, message } = lastError;
  return `last error sent ${code}${said.includes(message) ? '' : `: ${message}`}`;
}

function states(sessions: readonly SessionSnapshot[], said: string): string[] {
  if (sessions.length === 0) return ['no session'];
  const more = sessions.length > MOST_SESSIONS ? [`and ${sessions.length - MOST_SESSIONS} older sessions`] : [];
  return [...sessions.slice(0, MOST_SESSIONS).map((session) => stateOf(session, said)), ...more];
}

/**
 * What workers did wrong, the newest of each kind, unless it is `said` already. The end of the timeline may not reach back to
 * it.
 */
function violations({ entries }: Scene, said: string): string[] {
  return newestOfEachKind(entries.filter(isViolation))
    .filter(({ newest: { payload } }) => !said.includes(payload.kind) && !said.includes(payload.message))
    .slice(-MOST_VIOLATIONS)
    .map(({ newest: { n, payload }, count }) => {
      const which = count === 1 ? '' : `, the newest of ${count}`;
      return `#${n} ${payload.kind}${which}: ${payload.message}`;
    });
}

type ViolationEntry = TimelineEntry<'violation'>;

/** In the order of these. */
function newestOfEachKind(violations: readonly ViolationEntry[]): { newest: ViolationEntry; count: number }[] {
  const kinds = new Map<string, { newest: ViolationEntry; count: number }>();
  for (const newest of violations) {
    const { kind } = newest.payload;
    const count = (kinds.get(kind)?.count ?? 0) + 1;
    // The order of a map is that in which its keys were put in.
    kinds.delete(kind);
    kinds.set(kind, { newest, count });
  }
  return [...kinds.values()];
}

function isViolation(entry: TimelineEntry): entry is ViolationEntry {
  return entry.event === 'violation';
}

function section(name: string, content: readonly string[]): string {
  const rows = content.flatMap((line) => wrap(line, WIDTH - INDENT - MARGIN, MOST_ROWS));
  return rows.map((row, index) => ' '.repeat(INDENT) + (index === 0 ? name : '').padEnd(MARGIN) + row).join('\n');
}

function tail({ entries }: Scene): string[] {
  const [first] = entries;
  if (first === undefined) return ['  timeline, empty'];
  const shown = entries.slice(-TAIL);
  const count = entries.length === 1 ? 'the only entry' : `all ${entries.length} entries`;
  const which = shown.length === entries.length ? count : `the last ${TAIL} of ${entries.length} entries`;
  return [`  timeline, ${which}:`, ...formatColumns(shown, first.atMs).map((line) => `    ${line}`)];
}

/** How often, in words. */
export function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`;
}

/** An entry in a few words, with its number. */
export function about(entry: TimelineEntry): string {
  return `#${entry.n} ${summarize(entry)}`;
}

/** How far an entry is from what is meant: one that is right about which it is comes first, whatever else is wrong. */
function distance(differences: readonly Difference[]): number {
  const identifying = differences.filter(({ path }) => IDENTIFYING.has(path));
  return identifying.length * ANOTHER + differences.length;
}

function describe(differences: readonly Difference[], { payload }: TimelineEntry): string {
  const others = differences.length - MOST_DIFFERENCES;
  const more = others > 0 ? [`and ${others} more ${others === 1 ? 'difference' : 'differences'}`] : [];
  const described = differences.slice(0, MOST_DIFFERENCES).map(({ path, expected, actual }) => {
    if (path === SINCE) return `it ${beforeSince(Number(actual), Number(expected))}`;
    if (path === 'where' && expected === 'true') return 'the `where` function said no';
    const near = actual === undefined ? fieldMeantBy(path, payload) : undefined;
    const hint = near === undefined ? '' : ` (there is \`${near}\`)`;
    return `${path === '' ? 'its payload' : `\`${path}\``} is ${brief(actual, expected)}, expected ${brief(expected)}${hint}`;
  });
  return [...described, ...more].join('; ');
}

/** A text is called one where another type is expected: `'5'` is easily taken for a number. */
function brief(value: unknown, expected: unknown = value): string {
  if (value === undefined) return 'missing';
  const isOtherType = typeof value === 'string' && typeof expected !== 'string' && !isAsymmetric(expected);
  return `${isOtherType ? 'the text ' : ''}${inspected(value)}`;
}

function numbers(list: readonly number[]): string {
  if (list.length === 1) return `sequence number ${list.join()}`;
  return `sequence numbers ${list.slice(0, -1).join(', ')} and ${list.at(-1)}`;
}

function droppedText(dropped: number): string {
  const which = dropped === 1 ? 'the oldest entry is' : `the oldest ${dropped} entries are`;
  return `${which} not in the timeline any more; the option \`timeline: { limit }\` keeps more`;
}

/** Nobody is there; the last who was turned away is the nearest. */
export function noSession({ entries, absence }: Scene): string {
  if (absence !== undefined) return absence;
  const refused = entries.findLast(({ event }) => event === 'refused');
  return refused === undefined ? NO_WORKER : `nothing: no worker has got in; ${about(refused)}`;
}

/** Whether a rule has changed the message that is awaited: it may not have been sent. */
function isRuleOn(entry: TimelineEntry, { event }: EntryCriteria): boolean {
  return entry.event === 'rule' && entry.payload.on !== undefined && entry.payload.on === event;
}

/** Whether it would be what is awaited, if the worker had not got its name or its payload wrong. */
function isGarbled({ event, payload }: TimelineEntry, criteria: EntryCriteria): boolean {
  if (criteria.event === undefined || (event !== 'malformed' && event !== 'unknown')) return false;
  return isMisspelt(String(Reflect.get(payload, 'event')), criteria.event);
}

/** The entry and what is wrong with it; where the answer says that, its payload need not be shown. */
function describeGarbled(garbled: TimelineEntry, criteria: EntryCriteria, entries: readonly TimelineEntry[]): string {
  if (garbled.event === 'unknown') return `${about(garbled)}: no such event is known; was \`${criteria.event}\` meant?`;
  const answer = entries.find((entry) => entry.event === 'error' && entry.cause?.entry === garbled.n);
  if (answer === undefined) return `${about(garbled)}: it was not taken`;
  return `#${garbled.n} ${eventName(garbled)}  malformed: ${Reflect.get(answer.payload, 'message')}`;
}
