/**
 * Values written as text → values of options. What cannot be read stays text: the check of the option says what it
 * expected then, and what came.
 */

import { manualClock } from '../clock/manual-clock.js';
import { UsageError } from './usage-error.js';

const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+|Infinity)$/;
const BOOLEANS: Readonly<Record<string, boolean>> = {
  true: true,
  yes: true,
  on: true,
  '1': true,
  false: false,
  no: false,
  off: false,
  '0': false,
};

export function plainText(text: string): string {
  return text;
}

export function number(text: string): number | string {
  return NUMBER.test(text) ? Number(text) : text;
}

export function boolean(text: string): boolean | string {
  return BOOLEANS[text.toLowerCase()] ?? text;
}

/** Seconds, as other programs are configured in, → milliseconds. */
export function seconds(text: string): number | string {
  const value = number(text);
  return typeof value === 'number' ? Math.round(value * 1000) : value;
}

/** `a,b,c`. */
export function list(text: string): string[] {
  return text.split(',').map((item) => item.trim());
}

/** `a=1,b=2`, of which the names are known. */
export function pairs(...names: readonly string[]): (text: string) => unknown {
  return (text) => {
    const entries = list(text).map((pair) => pair.split('='));
    const isKnown = entries.every(([name = '', , ...more]) => names.includes(name) && more.length === 0);
    return isKnown ? Object.fromEntries(entries.map(([name, value = '']) => [name, number(value)])) : text;
  };
}

const percentiles = pairs('p50', 'p99');

/** `40`, `20..60` or `p50=40,p99=200`. */
export function delay(text: string): unknown {
  const [, min, max] = /^(\d+)\.\.(\d+)$/.exec(text) ?? [];
  if (min !== undefined && max !== undefined) return { min: Number(min), max: Number(max) };
  return text.includes('=') ? percentiles(text) : number(text);
}

/** One, several to prefer before any free one, or `4000-4100`. */
export function port(text: string): unknown {
  const [, from, to] = /^(\d+)-(\d+)$/.exec(text) ?? [];
  if (from !== undefined && to !== undefined) return { from: Number(from), to: Number(to) };
  return text.includes(',') ? list(text).map(number) : number(text);
}

/** `*`, or origins. */
export function origins(text: string): true | string[] {
  return text === '*' ? true : list(text);
}

export function clock(text: string): unknown {
  return text === 'manual' ? manualClock() : text;
}

/** One entry of that kind, or a list of them. */
export function entries(kind: string): (text: string) => unknown[] {
  const article = /^[aeiou]/.test(kind) ? 'an' : 'a';
  return (text) => {
    try {
      return [JSON.parse(text)].flat();
    } catch (error) {
      throw new UsageError(`expected ${article} ${kind} as JSON: ${error instanceof Error ? error.message : error}`);
    }
  };
}
