/** What flags and variables ask of `explore` → its settings, checked one by one. */

import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import {
  checkExploreOption,
  type ExploreOptions,
  type ExploreSettings,
  toExploreSettings,
} from '../explore/options.js';
import { GRACE_MS } from './command-result.js';
import { type ExploreRequest, RUN_TIMEOUT_MS } from './explore-flags.js';
import { toUsageError } from './option-requests.js';
import type { ExplorePlan } from './plan.js';
import { UsageError } from './usage-error.js';

export interface ProgramExploreSettings extends ExploreSettings {
  /** The file for the smallest plan. */
  readonly out: string | undefined;
}

/** How long a command may take to end once its fixture is closed: what it is given, and to be noticed, milliseconds. */
const AFTERMATH_MS = 2 * GRACE_MS;

/** How long a command may go on after a violation: one that ends by itself says more, milliseconds. */
const AFTER_VIOLATION_MS = 2000;

/** A command takes longer to start than a function, so there is more time to make a plan smaller, milliseconds. */
const SHRINKING_MS = 60_000;

/** Throws a `UsageError` that names where a wrong value comes from. */
export function exploreSettings({ requests, options }: ExplorePlan): ProgramExploreSettings {
  for (const request of requests) (request.option === 'out' ? requireWritable : check)(request);
  const { out, ...asked } = Object.fromEntries(requests.map(({ option, value }) => [option, value]));
  const exploreOptions = { timeoutMs: RUN_TIMEOUT_MS, ...asked, echoSts: options } as ExploreOptions;
  const settings = toExploreSettings(exploreOptions);
  const times = { aftermathMs: AFTERMATH_MS, afterViolationMs: AFTER_VIOLATION_MS, shrinkingMs: SHRINKING_MS };
  return { ...settings, ...times, out: out as string | undefined };
}

function check({ option, value, from, takes }: ExploreRequest): void {
  try {
    checkExploreOption({ [option]: value });
  } catch (error) {
    throw toUsageError(error, from, takes);
  }
}

/** Before hours of exploring. */
function requireWritable({ value, from }: ExploreRequest): void {
  const file = String(value);
  const isThere = existsSync(file);
  if (file === '' || (isThere && statSync(file).isDirectory()))
    throw new UsageError(`${from}: expected the name of a file, got ${file === '' ? 'nothing' : 'a directory'}.`);
  try {
    accessSync(isThere ? file : dirname(file), constants.W_OK);
  } catch (error) {
    throw new UsageError(`${from} ${file} cannot be written: ${error instanceof Error ? error.message : error}.`);
  }
}
