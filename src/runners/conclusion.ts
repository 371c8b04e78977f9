/**
 * What becomes of a fixture when its test has ended: the one place that decides whether it is verified and what is told.
 * Knows no runner; each says how its test has ended, and tells what comes back in its own way.
 */

import { EchoStsError } from '../checks/errors.js';

/** How a test has ended, and with what, as far as its runner tells. */
export interface Ending {
  readonly outcome: 'passed' | 'failed' | 'skipped' | 'unknown';
  /** What the test itself has thrown. */
  readonly errors?: readonly unknown[];
}

/** A fixture or a scope, in this process or in another. */
export interface Concluded {
  readonly seed: string | Promise<string>;
  verify(): Promise<void>;
  format(form: 'text', options: { limit: number }): string | Promise<string>;
  timeline(filter: { limit: number }): readonly unknown[] | Promise<readonly unknown[]>;
  close(): Promise<void>;
}

/** So many entries are drawn, the newest. */
const MOST_ENTRIES = 60;
/** The end of a failure text: the whole timeline is drawn in its place. */
const TAIL = /\n\n {2}timeline, [\s\S]*$/;

/**
 * Verifies, unless the test was skipped or has failed with just that, and closes. Resolves with what the test is to fail
 * with, or to be told besides its own error; with nothing when all is well.
 */
export async function conclude(handle: Concluded, { outcome, errors = [] }: Ending): Promise<Error | undefined> {
  try {
    if (outcome === 'skipped') return undefined;
    // Of a test that was tried again, what it has failed with before is among the errors.
    const isTold = outcome === 'failed' && errors.some(isVerdict);
    const verdict = isTold ? undefined : await verdictOf(handle);
    if (verdict === undefined && outcome !== 'failed') return undefined;
    return await report(handle, verdict, outcome === 'failed');
  } finally {
    await handle.close();
  }
}

async function report(handle: Concluded, verdict: Error | undefined, hasFailed: boolean): Promise<Error> {
  // It could not be verified.
  if (verdict !== undefined && !isVerdict(verdict)) return verdict;
  const drawn = await drawing(handle);
  return verdict === undefined ? timelineOf(await handle.seed, drawn) : extended(verdict, hasFailed, drawn);
}

async function verdictOf(handle: Concluded): Promise<Error | undefined> {
  try {
    await handle.verify();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** Runners hand out copies of what was thrown, and what is behind it as a cause. */
function isVerdict(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  return Reflect.get(error, 'code') === 'VERIFY_FAILED' || isVerdict(Reflect.get(error, 'cause'));
}

async function drawing(handle: Concluded): Promise<string> {
  const diagram = await handle.format('text', { limit: MOST_ENTRIES });
  const entries = await handle.timeline({ limit: MOST_ENTRIES + 1 });
  return entries.length > MOST_ENTRIES ? `the newest ${MOST_ENTRIES} entries of the timeline:\n${diagram}` : diagram;
}

/** It is no error of anybody's, but errors are what every runner shows beside the test they belong to. */
function timelineOf(seed: string, drawn: string): Error {
  const report = new Error(`what the fixture has seen until the test failed\n\n  seed      ${seed}\n\n${drawn}`);
  report.name = 'Timeline';
  return framed(report);
}

/** The same verdict with the timeline drawn. */
function extended({ message }: Error, isBesides: boolean, drawn: string): Error {
  const found = message.replace(TAIL, '');
  const text = isBesides ? `besides the test’s own error, ${found}` : found;
  return framed(new EchoStsError('VERIFY_FAILED', `${text}\n\n${drawn}`));
}

/** The test's code is not where it comes from: without frames, no runner shows a line of ours as the place. */
function framed(error: Error): Error {
  error.stack = `${error.name}: ${error.message}`;
  return error;
}
