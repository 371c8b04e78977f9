/**
 * What vitest does not pass to fixtures: whether a test runs, and the hooks of its suite. Since vitest 4.1 `TestRunner`
 * has them; before, `vitest/suite`. Without either they are unknown.
 */

import * as vitest from 'vitest';

type AfterEach = (context: { readonly task: object }) => Promise<void>;

interface SuiteFunctions {
  getCurrentTest(): unknown;
  getHooks(suite: object): { readonly afterEach: AfterEach[] };
}

/** A test, as far as its place matters. */
export interface PlacedTask {
  readonly file: object;
  readonly suite?: PlacedSuite | undefined;
}

export interface PlacedSuite {
  readonly suite?: PlacedSuite | undefined;
}

let known: SuiteFunctions | undefined = ofTestRunner();
const load = known === undefined ? ofSuiteModule().then((functions) => (known = functions)) : Promise.resolve(known);

/** The callback for when the body of a test has ended. */
const atBodyEnd = new WeakMap<object, () => Promise<void>>();
const watchedSuites = new WeakSet<object>();

/** Whether vitest reports a running test; it may not report concurrent ones. */
export function isTestRunning(): boolean {
  return known?.getCurrentTest() !== undefined;
}

/** Calls back when the body of the test has ended, before any hook of the user. The last call for a test counts. */
export async function onBodyEnd(task: PlacedTask, callback: () => Promise<void>): Promise<void> {
  const functions = await load;
  atBodyEnd.set(task, callback);
  const suite = task.suite ?? task.file;
  if (functions === undefined || watchedSuites.has(suite)) return;
  watchedSuites.add(suite);
  const { afterEach } = functions.getHooks(suite);
  const hook: AfterEach = async (context) => atBodyEnd.get(context.task)?.();
  // vitest's option `sequence.hooks` sets the order of hooks; those of outer suites run later.
  afterEach.unshift(hook);
  afterEach.push(hook);
}

/** From the file inwards. */
export function suitesOf({ file, suite }: PlacedTask): object[] {
  const suites: object[] = [];
  for (let inner = suite; inner !== undefined && inner !== file; inner = inner.suite) suites.unshift(inner);
  return [file, ...suites];
}

function ofTestRunner(): SuiteFunctions | undefined {
  const runner: object | undefined = Reflect.get(vitest, 'TestRunner');
  return runner && functionsIn(runner, 'getSuiteHooks');
}

async function ofSuiteModule(): Promise<SuiteFunctions | undefined> {
  const suite = await import('vitest/suite').catch(() => undefined);
  return suite && functionsIn(suite, 'getHooks');
}

function functionsIn(place: object, hooks: string): SuiteFunctions | undefined {
  const [getCurrentTest, getHooks] = [Reflect.get(place, 'getCurrentTest'), Reflect.get(place, hooks)];
  return typeof getCurrentTest === 'function' && typeof getHooks === 'function'
    ? { getCurrentTest, getHooks }
    : undefined;
}
