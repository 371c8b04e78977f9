/** A value on one line, as texts about failures show it. The matchers of a runner go by their names, not by their insides. */

import { inspect } from 'node:util';
import { ignoreRejection } from '../core/callers-function.js';
import { show } from '../core/show.js';
import { type AsymmetricMatch, hasFields, isAsymmetric } from './difference.js';

/** Deeper parts are left out, which ends circles, too. */
const DEEPEST = 4;
const LONGEST_TEXT = 80;
const FORM = {
  breakLength: Number.POSITIVE_INFINITY,
  compact: true,
  depth: DEEPEST,
  maxStringLength: LONGEST_TEXT,
};
const NAMELESS = 'what an asymmetric matcher says yes to';

/** A value that cannot be read, because a getter throws, is shown by its kind: it must not hide the failure. */
export function inspected(value: unknown): string {
  try {
    return inspect(named(value, 0), FORM);
  } catch {
    return show(value);
  }
}

/** The same with every asymmetric matcher in it replaced by something that shows as its name. */
function named(value: unknown, depth: number): unknown {
  if (typeof value === 'object' && isAsymmetric(value)) return { [inspect.custom]: () => nameOf(value) };
  if (depth > DEEPEST) return value;
  if (Array.isArray(value)) return value.map((item) => named(item, depth + 1));
  if (!isPlain(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, named(part, depth + 1)]));
}

/** Some of vitest and jest print everything, as `Any<Number>`; others print their kind and their argument. */
function nameOf(matcher: AsymmetricMatch): string {
  try {
    return ownNameOf(matcher);
  } catch {
    return NAMELESS;
  }
}

function ownNameOf(matcher: AsymmetricMatch): string {
  const { toAsymmetricMatcher, sample } = matcher as { toAsymmetricMatcher?: () => unknown; sample?: unknown };
  const name = typeof toAsymmetricMatcher === 'function' ? toAsymmetricMatcher.call(matcher) : undefined;
  ignoreRejection(name);
  if (typeof name === 'string') return name;
  const kind = String(matcher);
  if (kind.startsWith('[object')) return NAMELESS;
  return sample === undefined ? kind : `${kind}<${inspected(sample)}>`;
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  if (!hasFields(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
