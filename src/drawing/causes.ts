/** The cause of an entry, in words. `#4` is the entry with that number. */

import type { Cause, TimelineEntry } from '../timeline/entry.js';
import { visible } from './cells.js';
import { formatValue } from './summary.js';

/** One cause of an entry. A minor one is shown only if there is room, not on a separate row. */
export interface Reason {
  readonly words: string;
  readonly isMinor: boolean;
}

const REASONS: readonly { readonly isMinor: boolean; readonly describe: (cause: Cause) => string | undefined }[] = [
  { isMinor: true, describe: ({ entry }) => (entry === undefined ? undefined : `#${entry}`) },
  {
    isMinor: false,
    describe: ({ rule }) =>
      rule === undefined ? undefined : typeof rule === 'string' ? visible(rule) : formatValue(rule),
  },
  { isMinor: false, describe: ({ fault }) => (fault === undefined ? undefined : `fault ${fault}`) },
  { isMinor: false, describe: ({ cut }) => (cut === undefined ? undefined : `cut ${cut}`) },
  { isMinor: false, describe: ({ plan }) => (plan === undefined ? undefined : `planned ${plan}`) },
  { isMinor: true, describe: ({ delayMs }) => (delayMs === undefined ? undefined : `delay ${delayMs} ms`) },
];

/** The cause that a note already contains: `cut  after-ack, reset` needs no `cut after-ack` after it. */
const SAID_ALREADY: Readonly<Partial<Record<TimelineEntry['event'], keyof Cause>>> = { rule: 'rule', cut: 'cut' };

/** The causes of the entry that its summary does not contain; empty if none are known. */
export function causes(entry: TimelineEntry): Reason[] {
  const cause = { ...entry.cause };
  const said = SAID_ALREADY[entry.event];
  if (said !== undefined) delete cause[said];
  if (cause.delayMs === processingTime(entry)) delete cause.delayMs;
  return REASONS.flatMap(({ isMinor, describe }) => {
    const words = describe(cause);
    return words === undefined ? [] : [{ words, isMinor }];
  });
}

/** A result whose processing took as long as planned needs no remark. A failed result does not show its time. */
function processingTime({ payload }: TimelineEntry): unknown {
  const doubtful: unknown = payload;
  if (typeof doubtful !== 'object' || doubtful === null || 'error' in doubtful) return undefined;
  return 'processing_time_ms' in doubtful ? doubtful.processing_time_ms : undefined;
}
