/**
 * Finishes a test: the one place that decides whether its fixture is verified, and what is reported. Knows no runner: each
 * passes the result of its test, and reports in its own way.
 */

import { EchoStsError } from '../checks/errors.js';
import { report as reportOn } from '../handle/report.js';

/** The result of a test, as far as its runner knows it. */
export interface TestResult {
  readonly outcome: 'passed' | 'failed' | 'skipped' | 'unknown';
  /** What the test itself threw. */
  readonly errors?: readonly unknown[];
}

/** A fixture or a scope, in this process or in another. */
export interface TestHandle {
  verify(): Promise<void>;
  format(form: 'text', options: { limit: number }): string | Promise<string>;
  timeline(filter: { limit: number }): readonly unknown[] | Promise<readonly unknown[]>;
  close(): Promise<void>;
}

const HEADLINE = 'what the fixture has seen until the test failed';
/** How many entries are drawn, the newest ones. */
const MAX_ENTRIES = 60;
/** The end of a failure text: the whole timeline is drawn in its place. */
const TAIL = /\n\n {2}timeline, [\s\S]*$/;

/**
 * Verifies, unless the test was skipped or has failed with just that, and closes. Resolves with the error that the test is
 * to fail with, or that is reported besides its own; with nothing when all is well.
 */
export async function finishTest(handle: TestHandle, { outcome, errors = [] }: TestResult): Promise<Error | undefined> {
  try {
    if (outcome === 'skipped') return undefined;
    // The errors of a test that was retried include those of earlier attempts.
    const isReported = outcome === 'failed' && errors.some(isVerdict);
    const verdict = isReported ? undefined : await verify(handle);
    if (verdict === undefined && outcome !== 'failed') return undefined;
    return await report(handle, verdict, outcome === 'failed' ? errors : undefined);
  } finally {
    await handle.close();
  }
}

/** `own` are the errors of a test that has failed. */
async function report(
  handle: TestHandle,
  verdict: Error | undefined,
  own: readonly unknown[] | undefined,
): Promise<Error | undefined> {
  // The verification itself has failed.
  if (verdict !== undefined && !isVerdict(verdict)) return verdict;
  if (verdict !== undefined) return addDiagram(verdict, own !== undefined, await draw(handle));
  const told = own?.map(timelineIn).find((timeline) => timeline !== undefined);
  // Each fact once: the text of a wait in vain has said all but what its timeline leaves out.
  if (told === undefined)
    return toTimelineError((await reportOn(handle, HEADLINE)).replace(TAIL, ''), await draw(handle));
  return told.isWhole ? undefined : toTimelineError('the whole of it', await draw(handle));
}

async function verify(handle: TestHandle): Promise<Error | undefined> {
  try {
    await handle.verify();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** Runners pass on copies of errors, or wrap them with the original as the cause. */
function isVerdict(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  return Reflect.get(error, 'code') === 'VERIFY_FAILED' || isVerdict(Reflect.get(error, 'cause'));
}

/** Whether the error shows a timeline, and all of it. */
function timelineIn(error: unknown): { readonly isWhole: boolean } | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const [tail] = TAIL.exec(String(Reflect.get(error, 'message'))) ?? [];
  return tail === undefined
    ? timelineIn(Reflect.get(error, 'cause'))
    : { isWhole: !tail.includes('timeline, the last ') };
}

async function draw(handle: TestHandle): Promise<string> {
  const newest = await handle.format('text', { limit: MAX_ENTRIES });
  const entries = await handle.timeline({ limit: MAX_ENTRIES + 1 });
  return entries.length > MAX_ENTRIES ? `the newest ${MAX_ENTRIES} entries of the timeline:\n${newest}` : newest;
}

/** The timeline as an error, for that is what every runner shows beside the test. */
function toTimelineError(text: string, diagram: string): Error {
  const report = new Error(`${text}\n\n${diagram}`);
  report.name = 'Timeline';
  return withoutFrames(report);
}

/** The same verdict with the diagram of the timeline. */
function addDiagram({ message }: Error, hasOwnError: boolean, diagram: string): Error {
  const found = message.replace(TAIL, '');
  const text = hasOwnError ? `besides the test’s own error, ${found}` : found;
  return withoutFrames(new EchoStsError('VERIFY_FAILED', `${text}\n\n${diagram}`));
}

/** Without frames, no runner shows a line of this library as the place of the failure. */
function withoutFrames(error: Error): Error {
  error.stack = `${error.name}: ${error.message}`;
  return error;
}
