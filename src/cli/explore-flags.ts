/** The flags of `echo-sts explore`, besides those of the server. A table. */

import type { ExploreOptions } from '../explore/options.js';
import { type Flag, row } from './flag.js';
import { number, plainText } from './text-values.js';
import { UsageError } from './usage-error.js';

/** The first word of a command line that explores. */
export const EXPLORE = 'explore';

/** An option of `explore`, or the file that the plan is written to. */
export type ExploreOption = Exclude<keyof ExploreOptions, 'echoSts' | 'onReport' | 'signal'> | 'out';

/** One value for an option of `explore`, and where it was written. */
export interface ExploreRequest {
  readonly option: ExploreOption;
  readonly value: unknown;
  readonly from: string;
  /** The syntax of the value. */
  readonly takes: string | undefined;
}

/** Longer than in a test, because a command takes longer to start than a function, milliseconds. */
export const RUN_TIMEOUT_MS = 30_000;

export const EXPLORE_FLAGS: { readonly [Option in ExploreOption]: Flag } = {
  runs: row('runs', 'N', number, 'Number of plans that are tried.', '100'),
  faults: row(
    'faults',
    'survivable | hostile | none | JSON',
    faults,
    'What may go wrong; as JSON a choice by kind, such as {"preset":"survivable","reset":false}.',
    'survivable',
  ),
  retries: row('retries', 'N', number, 'How often in a row the same fragment fails at most.', '1'),
  timeoutMs: row(
    'timeout-ms',
    'MS',
    number,
    'Timeout of each run; a run that takes longer has failed.',
    `${RUN_TIMEOUT_MS}`,
  ),
  coverage: row(
    'coverage',
    'report | strict',
    plainText,
    'With strict, exit with 1 if a kind of fault never happened.',
    'report',
  ),
  out: row('out', 'FILE', plainText, 'Write the smallest plan to this file, for --config.', 'none'),
  seed: row('explore-seed', 'N', number, 'The seed of the plans.', 'a random one'),
  path: row('path', 'PATH', plainText, 'Run this plan of the seed alone; it has no variable.', 'all'),
};

/** A preset, or an object as JSON. What is wrong in it is found later. */
function faults(text: string): unknown {
  if (!text.trim().startsWith('{')) return text;
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UsageError(`expected a choice by kind as JSON: ${error instanceof Error ? error.message : error}`);
  }
}
