/** Reading and waiting: the timeline, and what is awaited in it, of some sessions or of all. */

import * as v from 'valibot';
import { checked } from '../checks/checked.js';
import { closedRecord, integer, nonEmptyText, oneOf } from '../checks/fields.js';
import type { ViolationKind } from '../core/violations.js';
import {
  ENTRY_CRITERIA,
  type EntryCriteria,
  type EntryOf,
  type EntryOptions,
  eventName,
  isMeant,
  meant,
  type WaitForOptions,
} from '../criteria/entry-criteria.js';
import { formatMermaid } from '../drawing/format-mermaid.js';
import { formatText } from '../drawing/format-text.js';
import { aboutStream, failureText, nearest, SCENE, type Scene } from '../failures/failure-text.js';
import type { Violation } from '../record/violation-log.js';
import type { Connection } from '../server/connection.js';
import type { Direction, EventName, TimelineEntry, TimelineFilter } from '../timeline/entry.js';
import type { Participant } from '../timeline/stored-entry.js';
import type { Selection } from '../timeline/timeline.js';
import { EntryIterator } from './entry-iterator.js';
import type { Observed } from './sessions.js';
import type { World } from './world.js';

/** Below the 5 s that test runners give a test by default. */
const timeoutMs = v.optional(integer(0, 2 ** 31 - 1), 4000);

const filterFields = {
  streamId: v.optional(nonEmptyText),
  direction: ENTRY_CRITERIA.direction,
  event: v.optional(eventName),
  since: v.optional(integer(0)),
  limit: v.optional(integer(0)),
};
const filterSchema = closedRecord(filterFields);
const formatSchema = closedRecord({ ...filterFields, columns: v.optional(integer(60), 80) });
const formSchema = oneOf('text', 'mermaid');
const waitSchema = closedRecord({ ...ENTRY_CRITERIA, count: v.optional(integer(1), 1), timeoutMs });
const entriesSchema = closedRecord({ ...ENTRY_CRITERIA, event: v.optional(eventName) });
const idleSchema = closedRecord({ timeoutMs });

/** The functions are bound: they may be taken off the handle. */
export class Observation implements Observed {
  protected readonly world: World;
  /** A scope that is closed ends its own waits. */
  protected get owner(): object {
    return this;
  }

  constructor(world: World) {
    this.world = world;
  }

  /** Whose sessions are looked at; an entry without a participant concerns the fixture as a whole. */
  isMine(_participant: Participant | undefined): boolean {
    return true;
  }

  readonly timeline: Observed['timeline'] = (filter: TimelineFilter = {}) =>
    // The schema takes no other event than the filter's own type names.
    this.read(checked('filter', filterSchema, filter)) as TimelineEntry<never>[];

  readonly format: Observed['format'] = (form = 'text', options = {}) => {
    const { columns, ...filter } = checked('options', formatSchema, options);
    const { dropped } = this.world.timeline;
    const isPage = checked('form', formSchema, form) === 'mermaid';
    return isPage ? formatMermaid(this.read(filter), { dropped }) : formatText(this.read(filter), { columns, dropped });
  };

  readonly waitFor: Observed['waitFor'] = async <Name extends EventName, To extends Direction>(
    event: Name,
    options: WaitForOptions<Name, To> = {},
  ) => {
    const { timeoutMs, count, ...rest } = checked('options', waitSchema, options);
    const criteria = { event: checked('event', eventName, event), ...rest };
    const { where: _, ...facts } = criteria;
    const met = this.read(facts).filter((entry) => isMeant(criteria, entry));
    const found = met[count - 1] ?? (await this.#waitForEntry(criteria, count, met.length, timeoutMs));
    return found as EntryOf<Name, To>;
  };

  readonly entries: Observed['entries'] = <Name extends EventName, To extends Direction>(
    options: EntryOptions<Name, To> & { event?: Name } = {},
  ) => {
    const { timeline, waits } = this.world;
    const criteria = checked('options', entriesSchema, options);
    const isMine = (participant: Participant | undefined) => this.isMine(participant);
    // Only the types know that the entries of an event are what the caller named it for.
    const iterator = new EntryIterator({ timeline, waits, owner: this.owner, isMine, criteria });
    return iterator as AsyncIterableIterator<TimelineEntry> as AsyncIterableIterator<EntryOf<Name, To>>;
  };

  readonly violations = (): readonly Violation[] => Object.freeze(this.violationsBut([]));

  readonly idle = async (options: { timeoutMs?: number } = {}): Promise<void> => {
    const { timeoutMs } = checked('options', idleSchema, options);
    this.requireOpen('idle');
    await this.world.waits.for<void>({
      owner: this.owner,
      called: this.idle,
      subject: '`idle` waited for everything to come to rest',
      timeoutMs,
      explain: () => this.#explainIdle(timeoutMs),
      watch: (found, failed) => this.#watchForIdle(found, failed),
    });
  };

  /** Throws an `EchoStsError` (`CLOSED`). */
  protected requireOpen(method: string): void {
    this.world.requireOpen(method);
  }

  protected read(filter: Selection = {}): TimelineEntry[] {
    return this.world.timeline.read(filter, (participant) => this.isMine(participant));
  }

  protected violationsBut(excused: readonly ViolationKind[]): Violation[] {
    const all = [...this.world.excused, ...excused];
    return this.world.violations.read((participant) => this.isMine(participant), all);
  }

  protected get ownConnections(): Connection[] {
    return [...this.world.connections].filter(({ recorder }) => this.isMine(recorder.participant));
  }

  /** For the matchers, which have the handle alone. */
  [SCENE](): Scene {
    return this.scene();
  }

  /** What there is to see now, for a text about a failure. */
  protected scene(): Scene {
    const sessions = this.world.sessions.snapshots((participant) => this.isMine(participant));
    return { ...this.world.scene(), sessions, entries: this.read(), dropped: this.world.timeline.dropped };
  }

  #waitForEntry(criteria: EntryCriteria, count: number, already: number, timeoutMs: number): Promise<TimelineEntry> {
    this.requireOpen('waitFor');
    let met = already;
    return this.world.waits.for<TimelineEntry>({
      owner: this.owner,
      called: this.waitFor,
      subject: `\`waitFor\` waited for ${meant(criteria)}`,
      timeoutMs,
      explain: () => explainEntry(criteria, count, met, timeoutMs, this.scene()),
      watch: (found, failed) =>
        this.world.timeline.listen(
          (entry) => {
            try {
              // Whoever has found what he was looking for is told on the next turn: his function is not asked any more.
              if (met >= count || !isMeant(criteria, entry)) return;
              met += 1;
              if (met === count) found(entry);
            } catch (error) {
              // A function of the caller's must not end the test's process.
              failed(error);
            }
          },
          (participant) => this.isMine(participant),
        ),
    });
  }

  #watchForIdle(found: () => void, failed: (error: unknown) => void): () => void {
    let isOver = false;
    let stopWaiting = () => {};
    const look = async () => {
      while (!isOver) {
        const isQuiet = await this.world.settle(this.ownConnections);
        if (isOver) return;
        const isIdle = this.ownConnections.every(({ unrest }) => unrest.length === 0);
        if (isIdle && isQuiet) return found();
        if (!isIdle) await this.#change((stop) => (stopWaiting = stop));
      }
    };
    look().catch(failed);
    return () => {
      isOver = true;
      stopWaiting();
    };
  }

  /** Resolves when something may have come to rest, or with the function that the callback gets. */
  async #change(stoppable: (stop: () => void) => void): Promise<void> {
    const unlisten: (() => void)[] = [];
    await new Promise<void>((resolve) => {
      stoppable(resolve);
      unlisten.push(this.world.sessions.listen(() => resolve()));
      for (const { line } of this.ownConnections) unlisten.push(line.listen(resolve));
    });
    for (const stop of unlisten) stop();
  }

  #explainIdle(timeoutMs: number): string {
    const busy = this.ownConnections.filter(({ unrest }) => unrest.length > 0);
    const who = `${busy.length} ${busy.length === 1 ? 'connection has' : 'connections have'}`;
    const headline = `\`idle\` gave up after ${timeoutMs} ms: ${who} not come to rest.`;
    const sections = [
      ['awaited', ['nothing in flight, nothing due, nothing unread']],
      ['busy', busy.map(({ description, unrest }) => `${description}: ${unrest.join(', ')}`)],
    ] as const;
    return failureText({ headline, sections }, this.scene());
  }
}

function explainEntry(criteria: EntryCriteria, count: number, met: number, timeoutMs: number, scene: Scene): string {
  const isThere = scene.entries.some(({ event }) => event === criteria.event);
  const none = isThere ? 'came, but not as awaited' : 'did not come';
  const outcome = met === 0 ? none : `came ${met} of ${count} times`;
  const headline = `\`waitFor\` gave up after ${timeoutMs} ms: \`${criteria.event}\` ${outcome}.`;
  const sections = [
    ['awaited', [`${meant(criteria)}${count === 1 ? '' : `, ${count} times`}`]],
    ['nearest', nearest(criteria, scene)],
  ] as const;
  return failureText({ headline, sections }, aboutStream(criteria.streamId, scene));
}
