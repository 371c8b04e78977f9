/**
 * Merges the options of nested suites: vitest’s `override`, `scoped` and `extend` replace a fixture, but here `echoSts`
 * is added to that of the outer suite.
 */

import { beforeAll } from 'vitest';
import type { EchoStsOptions } from '../../options/options.js';
import { EchoStsError, isRecord, mergeOptions } from './library.js';
import { type PlacedTask, suitesOf } from './running-test.js';

type Use = (value: EchoStsOptions) => Promise<void>;
/** A function that provides options, as in vitest's object form. */
type Provider = (context: { readonly task: PlacedTask }, use: Use) => unknown;
/** One setting of `echoSts`. */
type Layer = EchoStsOptions | Provider;
type Values = readonly unknown[];

const NAME = 'echoSts';
/** The functions of vitest that set fixtures for a suite. */
const OF_SUITES = ['override', 'scoped'] as const;

/** The settings of one `test`. */
interface Said {
  /** Set when it was derived from another `test`. */
  readonly base: readonly Layer[];
  readonly ofSuites: WeakMap<object, Layer[]>;
  /** The `test` that it was derived from: its settings at the top of a file apply too. */
  readonly parent: Said | undefined;
}

/** Returns the same object. Its functions throw an `EchoStsError` (`INVALID_OPTION`) while a test runs. */
export function merging<Api extends object>(test: Api, isTestRunning: () => boolean, said = sayNothing()): Api {
  for (const name of OF_SUITES) {
    replace(test, name, (original, values) => {
      if (isTestRunning()) throw new EchoStsError('INVALID_OPTION', explainTooLate(name));
      const layer = layerIn(values);
      if (layer === undefined) return original(...values);
      atSuite((suite) => said.ofSuites.set(suite, [...(said.ofSuites.get(suite) ?? []), layer]));
      return original(...withProvider(values, layer, said));
    });
  }
  replace(test, 'extend', (original, values) => {
    const layer = layerIn(values);
    const child = sayNothing(said, layer === undefined ? [] : [layer]);
    const given = layer === undefined ? values : withProvider(values, layer, child);
    return merging(original(...given) as object, isTestRunning, child);
  });
  return test;
}

function sayNothing(parent?: Said, base: readonly Layer[] = []): Said {
  return { base: [...(parent?.base ?? []), ...base], ofSuites: new WeakMap(), parent };
}

function replace(
  test: object,
  name: string,
  call: (original: (...values: Values) => unknown, values: Values) => unknown,
): void {
  const original: unknown = Reflect.get(test, name);
  if (typeof original !== 'function') return;
  const bound = (...values: Values) => Reflect.apply(original, test, values);
  Reflect.set(test, name, (...values: Values) => call(bound, values));
}

/** The options in `(fixtures)`, `(name, value)` or `(name, settings, value)`; undefined for other fixtures. */
function layerIn(values: Values): Layer | undefined {
  const [first] = values;
  if (first === NAME) return byBuilder(values.at(-1));
  if (!isRecord(first) || !Object.hasOwn(first, NAME)) return undefined;
  const said: unknown = Reflect.get(first, NAME);
  return (Array.isArray(said) ? said[0] : said) as Layer;
}

/** A function that is passed with a name returns the value. */
function byBuilder(value: unknown): Layer {
  if (typeof value !== 'function') return value as EchoStsOptions;
  const provide: Provider = async (context, use) => {
    const cleanups: (() => unknown)[] = [];
    await use(await value(context, { onCleanup: (cleanup: () => unknown) => cleanups.push(cleanup) }));
    for (const cleanup of cleanups) await cleanup();
  };
  return readAs(provide, value);
}

/** The values for vitest, with all layers in place of the single one. */
function withProvider(values: Values, layer: Layer, said: Said): Values {
  const all: Provider = (context, use) => provide(layersOf(said, context.task), context, use);
  const provider = readAs(all, typeof layer === 'function' ? layer : () => undefined);
  const [first] = values;
  if (!isRecord(first)) return [{ [NAME]: provider }];
  const own: unknown = Reflect.get(first, NAME);
  return [{ ...first, [NAME]: Array.isArray(own) ? [provider, ...own.slice(1)] : provider }];
}

/** vitest reads the required fixtures from the source of a function. */
function readAs(provider: Provider, original: { toString(): string }): Provider {
  return Object.assign(provider, { toString: () => original.toString() });
}

/** From the outermost inwards. */
function layersOf({ base, ofSuites, parent }: Said, task: PlacedTask): Layer[] {
  const outer = parent === undefined ? [] : (parent.ofSuites.get(task.file) ?? []);
  return [...outer, ...base, ...suitesOf(task).flatMap((suite) => ofSuites.get(suite) ?? [])];
}

/** Each layer adds to the earlier ones, which it can read. */
async function provide(
  [layer, ...inner]: readonly Layer[],
  context: Parameters<Provider>[0],
  use: Use,
  outer: EchoStsOptions = {},
): Promise<void> {
  if (layer === undefined) return use(outer);
  const next = (own: EchoStsOptions) => provide(inner, context, use, mergeOptions(outer, own));
  if (typeof layer !== 'function') return next(layer);
  await layer(Object.create(context, { [NAME]: { value: outer } }), next);
}

/** vitest passes the suite to a hook as the last argument. */
function atSuite(callback: (suite: object) => void): void {
  const hook = (...values: readonly object[]) => {
    const suite = values.at(-1);
    if (suite !== undefined) callback(suite);
  };
  beforeAll(Object.assign(hook, { toString: () => '() => {}' }));
}

function explainTooLate(name: string): string {
  return (
    `\`test.${name}\` was called while a test runs, whose fixtures already exist; call it in a suite or at the top of ` +
    'a file, or start a fixture with other options with `createEchoSts()`.'
  );
}
