/**
 * Finishes a test: the one place that decides whether its fixture is verified, and what is reported. Knows no runner: each
 * passes the result of its test, and reports in its own way.
 */

import { EchoStsError } from '../checks/errors.js';
import { report as reportOn } from '../handle/report.js';
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
  format(form: 'text', options: { limit: number }): string | Promise<string>;
  timeline(filter: { limit: number }): readonly unknown[] | Promise<readonly unknown[]>;
  close(): Promise<void>;
}

const HEADLINE = 'what the fixture has seen until the test failed';
/** How many entries are drawn, the newest ones. */
const MAX_ENTRIES = 60;
/** The end of a failure text: the whole timeline is drawn in its place. */
const TAIL = /\n\n {2}timeline, [\s\S]*$/;
/** How everything stands, behind what was found. */
const SURROUNDINGS = /\n {2}state {5}[\s\S]*$/;
/** Before each section of one: its name stands two cells from the left. */
const SECTION = /\n(?= {2}\S)/;

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
  // The verification itself has failed.
  if (verdict !== undefined && !isVerdict(verdict)) return verdict;
  // Each fact once: what the text of a wait in vain shows is not shown again.
  const told = own?.map(failureTextIn).find((text) => text !== undefined);
  if (told !== undefined) return verdict && beside(told, verdict);
  if (verdict !== undefined) return addDiagram(verdict, own !== undefined, await draw(handle));
  return toTimelineError((await reportOn(handle, HEADLINE)).replace(TAIL, ''), await draw(handle));
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

/** The text of an error of this library that ends with the timeline; or of one behind it. */
function failureTextIn(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const message = String(Reflect.get(error, 'message'));
  return TAIL.test(message) ? message : failureTextIn(Reflect.get(error, 'cause'));
}

/** What the verdict adds to what was told; nothing when that is all. */
function beside(told: string, { message }: Error): Error | undefined {
  const [headline = '', ...sections] = message.replace(SURROUNDINGS, '').split(SECTION);
  const added = sections.filter((section) => !told.includes(section.split('\n')[0] ?? ''));
  if (added.length === 0) return undefined;
  const text = `besides the test’s own error, ${headline.trimEnd()}\n\n${added.join('\n')}`;
  return withoutFrames(new EchoStsError('VERIFY_FAILED', text));
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
