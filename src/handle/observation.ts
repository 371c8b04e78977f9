/** Reading and waiting: the timeline of a group, and what is awaited in it. */

import * as v from 'valibot';
import { checked } from '../checks/checked.js';
import { closedRecord, integer, oneOf, timeoutMs } from '../checks/fields.js';
import type { Same } from '../checks/same.js';
import {
  type EntriesOptions,
  type EntryCriteria,
  type EntryOf,
  entriesSchema,
  eventName,
  isMeant,
  meant,
  TIMELINE_FILTER,
  type TimelineFilter,
  timelineFilter,
  type WaitForOptions,
  waitForSchema,
} from '../criteria/entry-criteria.js';
import { formatMermaid } from '../drawing/format-mermaid.js';
import { formatText } from '../drawing/format-text.js';
import { refusedLines } from '../failures/arrivals.js';
import { aboutStream, failureText } from '../failures/failure-text.js';
import { nearest } from '../failures/nearest.js';
import { SCENE, type Scene } from '../failures/scene.js';
import type { Direction, EventName, TimelineEntry } from '../timeline/entry.js';
import { EntryIterator } from './entry-iterator.js';
import { entriesOf, type Group, numberAhead, sceneOf, violationsOf, wait } from './group.js';
import { waitForIdle } from './idle.js';
import type { FormatOptions, Observed } from './sessions.js';

export const formatOptions = closedRecord({ ...TIMELINE_FILTER, columns: v.optional(integer(60), 80) });
const formSchema = oneOf('text', 'mermaid');
const idleOptions = closedRecord({ timeoutMs: v.optional(timeoutMs) });

// All but `where`, as for every criteria.
true satisfies Same<Omit<FormatOptions, 'where'>, Omit<v.InferInput<typeof formatOptions>, 'where'>>;
true satisfies Same<NonNullable<Parameters<Observed['idle']>[0]>, v.InferInput<typeof idleOptions>>;

/** For the matchers, which have the handle alone. */
interface Shown {
  [SCENE](): Scene;
}

/** The functions are bound: they may be taken off the handle. */
export function observe(group: Group): Observed & Shown {
  const timeline = (filter: TimelineFilter = {}) =>
    // The schema takes no other event than the filter's own type names.
    filtered(group, checked('filter', timelineFilter, filter)) as TimelineEntry<never>[];
  const waitFor: Observed['waitFor'] = (event, options) => waitForEntry(group, waitFor, event, options);
  const idle = async (options: { timeoutMs?: number } = {}): Promise<void> =>
    waitForIdle(group, idle, checked('options', idleOptions, options).timeoutMs ?? group.state.waitTimeoutMs);
  return {
    timeline,
    format: (form, options) => format(group, form, options),
    waitFor,
    entries: (options) => iterate(group, options),
    violations: () => Object.freeze(violationsOf(group)),
    idle,
    [SCENE]: () => sceneOf(group),
  };
}

function format<Name extends EventName, To extends Direction>(
  group: Group,
  form: 'text' | 'mermaid' = 'text',
  options: FormatOptions<Name, To> = {},
): string {
  const { columns, ...filter } = checked('options', formatOptions, options);
  const { dropped } = group.state.timeline;
  const isPage = checked('form', formSchema, form) === 'mermaid';
  const entries = filtered(group, filter);
  if (isPage) return formatMermaid(entries, { dropped });
  const text = formatText(entries, { columns, dropped });
  // Who was turned away is in no scope's timeline.
  return entries.length > 0 ? text : [text, ...refusedLines(sceneOf(group))].join('\n');
}

/** The timeline reads by what it keeps; `where` looks at the payload. */
function filtered(group: Group, { where, limit, ...facts }: v.InferOutput<typeof timelineFilter>): TimelineEntry[] {
  if (where === undefined) return entriesOf(group, { ...facts, limit });
  const entries = entriesOf(group, facts).filter((entry) => isMeant({ where }, entry));
  return limit === undefined ? entries : entries.slice(Math.max(0, entries.length - limit));
}

function iterate<Name extends EventName, To extends Direction>(
  group: Group,
  options: EntriesOptions<Name, To> = {},
): AsyncIterableIterator<EntryOf<Name, To>> {
  // Only the types know that the entries of an event are what the caller named it for.
  const iterator = new EntryIterator(group, checked('options', entriesSchema, options));
  return iterator as AsyncIterableIterator<TimelineEntry> as AsyncIterableIterator<EntryOf<Name, To>>;
}

/** At once if it is there already. */
async function waitForEntry<Name extends EventName, To extends Direction>(
  group: Group,
  called: Observed['waitFor'],
  event: Name,
  options: WaitForOptions<Name, To> = {},
): Promise<EntryOf<Name, To>> {
  const parsed = checked('options', waitForSchema, options);
  const { timeoutMs = group.state.waitTimeoutMs, times, ...rest } = parsed;
  const criteria = { event: checked('event', eventName, event), ...rest };
  const { where: _, ...facts } = criteria;
  const met = entriesOf(group, facts).filter((entry) => isMeant(criteria, entry));
  const found = met[times - 1] ?? (await waitForNewEntry(group, called, { criteria, times, timeoutMs }, met.length));
  return found as EntryOf<Name, To>;
}

interface Awaited {
  readonly criteria: EntryCriteria;
  readonly times: number;
  readonly timeoutMs: number;
}

function waitForNewEntry(
  group: Group,
  called: Observed['waitFor'],
  awaited: Awaited,
  already: number,
): Promise<TimelineEntry> {
  group.requireOpen('waitFor');
  const { criteria, times, timeoutMs } = awaited;
  let met = already;
  return wait<TimelineEntry>(group, {
    called,
    subject: `\`waitFor\` waited for ${meant(criteria)}`,
    timeoutMs,
    explain: () => explain(awaited, met, group),
    watch: (found, failed) =>
      group.state.timeline.listen((entry) => {
        try {
          // What has been found is resolved on the next turn: until then the caller's function is not asked any more.
          if (met >= times || !isMeant(criteria, entry)) return;
          met += 1;
          if (met === times) found(entry);
        } catch (error) {
          // A function of the caller's must not end the test's process.
          failed(error);
        }
      }, group.isMine),
  });
}

function explain({ criteria, times, timeoutMs }: Awaited, met: number, group: Group): string {
  const scene = sceneOf(group);
  const { since = 0 } = criteria;
  const isThere = scene.entries.some(({ event, n }) => event === criteria.event && n > since);
  const after = since === 0 ? '' : ` since #${since}`;
  const none = isThere ? `came${after}, but not as awaited` : `did not come${after}`;
  const outcome = met === 0 ? none : `came ${met} of ${times} times${after}`;
  const headline = `\`waitFor\` gave up after ${timeoutMs} ms: \`${criteria.event}\` ${outcome}.`;
  const sections = [
    ['awaited', [`${meant(criteria)}${times === 1 ? '' : `, ${times} times`}`]],
    ['nearest', numberAhead(criteria, group) ?? nearest(criteria, scene)],
  ] as const;
  return failureText({ headline, sections }, aboutStream(criteria.streamId, scene));
}
