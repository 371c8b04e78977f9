/** What a test has said has to come, and what `verify()` reports of it. */

import * as v from 'valibot';
import { EchoStsError } from '../checks/errors.js';
import { closedRecord, nonEmptyText, together } from '../checks/fields.js';
import type { Same } from '../checks/same.js';
import { show } from '../core/show.js';
import {
  ENTRY_CRITERIA,
  type EntryCriteria,
  type Expectation,
  eventName,
  isMeant,
  meant,
} from '../criteria/entry-criteria.js';
import { type Bounds, isWithin, timesSchema, toBounds } from '../criteria/occurrences.js';
import { describeBounds, times } from '../failures/entry-words.js';
import { inventory } from '../failures/inventory.js';
import { matching, nearest } from '../failures/nearest.js';
import type { Failure, Scene } from '../failures/scene.js';
import type { Direction, EventName, TimelineEntry } from '../timeline/entry.js';
import { DIRECTIONS } from '../timeline/event-names.js';
import type { Timeline } from '../timeline/timeline.js';
import { dispose } from './disposal-symbols.js';
import type { ActiveExpectation } from './sessions.js';

export const expectationSchema = v.pipe(
  closedRecord({
    event: eventName,
    ...ENTRY_CRITERIA,
    times: timesSchema,
    named: v.optional(nonEmptyText),
  }),
  together('direction', ({ event, direction }) => {
    // What can never come is a slip of the pen.
    if (direction !== undefined && !DIRECTIONS[event].includes(direction))
      return `expected ${DIRECTIONS[event].map(show).join(' or ')} for \`${event}\`, got ${show(direction)}`;
    // What the other side says would meet it, too: it would pass for the wrong reason.
    if (direction === undefined && DIRECTIONS[event].length > 1)
      return `expected ${directionsOf(event)}, because both sides send \`${event}\`, got nothing`;
    return undefined;
  }),
);

// All but `where`, as for every criteria.
true satisfies Same<Omit<Expectation<EventName>, 'where'>, Omit<v.InferInput<typeof expectationSchema>, 'where'>>;

/** What each direction means, in words. */
const MEANINGS: Readonly<Record<Direction, string>> = {
  in: 'what the worker sends',
  out: 'what the service sends',
  note: 'what the fixture notes',
};

interface Expected extends Bounds {
  readonly criteria: EntryCriteria;
  readonly name: string | undefined;
  /** Those that came, past and present. */
  hits: number;
  /** Whether it was met when the body of the test had ended: what comes later does not undo that. */
  wasMet?: boolean;
  /** What a caller's function threw, or what is wrong with what it returned: the first such thing. */
  trouble?: { readonly thrown: unknown };
}

export class Expectations {
  readonly #expected = new Set<Expected>();
  #unlisten: (() => void) | undefined;

  /** To what comes from now on, of participants that `isMine` says yes to; until `stop`. */
  listen(timeline: Timeline, isMine: Parameters<Timeline['listen']>[1]): void {
    this.#unlisten ??= timeline.listen((entry) => {
      for (const expected of this.#expected) count(expected, entry);
    }, isMine);
  }

  /** What has come so far counts, and nothing after that. */
  stop(): void {
    this.#unlisten?.();
    this.#unlisten = undefined;
  }

  /** What is in the timeline already counts. */
  add(expectation: v.InferOutput<typeof expectationSchema>, past: readonly TimelineEntry[]): ActiveExpectation {
    const { times, named, ...criteria } = expectation;
    const expected: Expected = { criteria, ...toBounds(times), name: named, hits: 0 };
    for (const entry of past) count(expected, entry);
    this.#expected.add(expected);
    const remove = () => {
      this.#expected.delete(expected);
    };
    return {
      get hits() {
        return expected.hits;
      },
      get isMet() {
        return isMet(expected);
      },
      remove,
      [dispose]: remove,
    };
  }

  clear(): void {
    this.#expected.clear();
  }

  /** What comes from now on may still meet them, and breaks none that is met. */
  bodyEnded(): void {
    for (const expected of this.#expected) expected.wasMet = isMet(expected);
  }

  /** Of each that is not met, with what came instead. */
  missed(scene: Scene): Failure['sections'] {
    return [...this.#expected]
      .filter((expected) => expected.wasMet !== true && !isMet(expected))
      .flatMap((expected) => missed(expected, scene));
  }
}

function count(expected: Expected, entry: TimelineEntry): void {
  try {
    if (isMeant(expected.criteria, entry)) expected.hits += 1;
  } catch (error) {
    expected.trouble ??= { thrown: error };
  }
}

function isMet(expected: Expected): boolean {
  return expected.trouble === undefined && isWithin(expected, expected.hits);
}

function missed(expected: Expected, scene: Scene): Failure['sections'] {
  const { criteria, hits, name, trouble, atMost } = expected;
  const subject = name === undefined ? meant(criteria) : `${show(name)}: ${meant(criteria)}`;
  const isTooOften = hits > atMost;
  return [
    ['expected', [`${subject}, ${describeBounds(expected)}; it ${counted(hits)}`, ...troubleIn(expected)]],
    ['came', hits > 0 ? matching(criteria, scene) : []],
    ['nearest', isTooOften || trouble !== undefined ? [] : nearest(criteria, scene)],
    ['instead', hits === 0 ? instead(criteria, scene) : []],
  ];
}

/** What else went the same way, unless the event did so, too: that is among the nearest then. */
function instead({ event, streamId, direction }: EntryCriteria, { entries }: Scene): string[] {
  const way = direction ?? (event && DIRECTIONS[event][0]);
  if (way === undefined || entries.some((entry) => entry.event === event && entry.direction === way)) return [];
  return inventory(
    entries.filter((entry) => isMeant({ streamId }, entry)),
    way,
  );
}

function directionsOf(event: EventName): string {
  return DIRECTIONS[event].map((direction) => `${show(direction)} (${MEANINGS[direction]})`).join(' or ');
}

function troubleIn({ trouble, criteria: { where } }: Expected): string[] {
  if (trouble === undefined) return [];
  if (trouble.thrown instanceof EchoStsError) return [trouble.thrown.message];
  const threw = `threw ${named(trouble.thrown)}`;
  return typeof where === 'function'
    ? [`its \`where\` function ${threw}; it must return true or false`]
    : [`its \`where\` ${threw} when it was read; its fields must be plain values`];
}

function named(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : show(error);
}

function counted(hits: number): string {
  return hits === 0 ? 'never came' : `came ${times(hits)}`;
}
