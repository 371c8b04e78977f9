/**
 * Finishes a test: decides whether its fixture is verified and what is reported. Independent of the runner: each runner
 * passes the result of its test, and reports in its own way.
 */

import { EchoStsError } from '../checks/errors.js';
import { diagram, report as reportOn } from '../handle/report.js';
import { tellProvedNothing } from './proved-nothing.js';

/** The result of a test, as far as its runner knows it. */
export interface TestResult {
  readonly outcome: 'passed' | 'failed' | 'skipped' | 'unknown';
  /** What the test itself threw. */
  readonly errors?: readonly unknown[];
}

/** A fixture or a scope, in this process or in another. */
export interface TestHandle {
  verify(): Promise<void>;
  close(): Promise<void>;
}

const HEADLINE = 'what the fixture recorded until the test failed';
/** Maximum number of entries that are drawn, the newest. */
const MAX_ENTRIES = 60;
/** The end of a failure text: the whole timeline is drawn in its place. */
const TAIL = /\n\n {2}timeline, [\s\S]*$/;
/** The state sections after the findings. */
const SURROUNDINGS = /\n {2}state {5}[\s\S]*$/;
/** The boundary before each section: its name is indented by two cells. */
const SECTION = /\n(?= {2}\S)/;

/**
 * Verifies, unless the test was skipped or has already failed with the verification, and closes. Resolves with the
 * error to report, if any: for a failed test, in addition to its own error.
 */
export async function finishTest(handle: TestHandle, { outcome, errors = [] }: TestResult): Promise<Error | undefined> {
  try {
    if (outcome === 'skipped') return undefined;
    // The errors of a retried test include those of earlier attempts.
    const isReported = outcome === 'failed' && errors.some(isVerdict);
    const verdict = isReported ? undefined : await verify(handle);
    if (verdict === undefined && outcome !== 'failed') return await tellProvedNothing(handle).then(() => undefined);
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
  // The verification itself failed to run.
  if (verdict !== undefined && !isVerdict(verdict)) return verdict;
  // Show each fact once: omit what the text of a timed-out wait already shows.
  const told = own?.map(failureTextIn).find((text) => text !== undefined);
  if (told !== undefined) return verdict && beside(told, verdict);
  const text = (verdict?.message ?? (await reportOn(handle, HEADLINE))).replace(TAIL, '');
  const whole = `${text}\n\n${await diagram(handle, text, MAX_ENTRIES)}`;
  if (verdict === undefined) return toTimelineError(whole);
  return toVerdict(own === undefined ? whole : `in addition to the test’s own error, ${whole}`);
}

async function verify(handle: TestHandle): Promise<Error | undefined> {
  try {
    await handle.verify();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** Whether it is a failed verification. Runners pass copies of errors, or wrap them with the original as the cause. */
function isVerdict(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  return Reflect.get(error, 'code') === 'VERIFY_FAILED' || isVerdict(Reflect.get(error, 'cause'));
}

/** The text of an error of this library, or of its cause, that ends with the timeline. */
function failureTextIn(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const message = String(Reflect.get(error, 'message'));
  return TAIL.test(message) ? message : failureTextIn(Reflect.get(error, 'cause'));
}

/** What the verdict adds to the text already shown, if anything. */
function beside(told: string, { message }: Error): Error | undefined {
  const [headline = '', ...sections] = message.replace(SURROUNDINGS, '').split(SECTION);
  const added = sections.filter((section) => !told.includes(section.split('\n')[0] ?? ''));
  if (added.length === 0) return undefined;
  return toVerdict(`in addition to the test’s own error, ${headline.trimEnd()}\n\n${added.join('\n')}`);
}

/** The timeline as an error, because every runner shows errors with the test. */
function toTimelineError(text: string): Error {
  const report = new Error(text);
  report.name = 'Timeline';
  return withoutFrames(report);
}

function toVerdict(text: string): Error {
  return withoutFrames(new EchoStsError('VERIFY_FAILED', text));
}

/** Removes the frames, so that no runner shows a line of this library as the place of the failure. */
function withoutFrames(error: Error): Error {
  error.stack = `${error.name}: ${error.message}`;
  return error;
}
