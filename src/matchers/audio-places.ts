/** Whose audio came where other audio was awaited: swapped, shifted, repeated, from elsewhere, or unknown. Linear in the places. */

import type { Audio } from './audio.js';

/** A number, the audio that was awaited under it, and what came. */
export interface Place {
  readonly number: number;
  readonly awaited: Audio;
  /** Absent where nothing came that can be compared. */
  readonly came?: Audio;
}

/** What is wrong in some places. */
export interface Finding {
  /** In ascending order. */
  readonly numbers: readonly number[];
  /** With the numbers as its subject. */
  readonly sentence: string;
}

/** A place where other audio came. */
export type WrongPlace = Place & { readonly came: Audio };

/** What is wrong. */
export interface Explanation {
  /** In the order of their first numbers; each wrong place is in one of them, … */
  readonly findings: readonly Finding[];
  /** … or here, when its audio was awaited in none of the places. */
  readonly unexplained: readonly WrongPlace[];
}

/** Maximum number of numbers that are listed one by one. */
const MOST_LISTED = 6;

/** Each number stands once in the list. */
export function explainPlaces(places: readonly Place[]): Explanation {
  const wrong = places.filter(isWrong).sort((one, other) => one.number - other.number);
  const numbers = numbersByAudio(places);
  const [empty, others] = split(wrong, ({ came }) => came.size === 0);
  const [known, unexplained] = split(others, ({ came }) => numbers.has(keyOf(came)));
  const { found: shifted, rest: unshifted } = findShift(known, places, numbers);
  const { found: swapped, rest } = findSwaps(unshifted);
  const findings = [
    ...describeEmpty(empty, places),
    ...shifted,
    ...swapped,
    ...describeMisplaced(rest, places, numbers),
  ].sort((one, other) => (one.numbers[0] ?? 0) - (other.numbers[0] ?? 0));
  return { findings, unexplained };
}

/** The same text for the same audio. */
export function keyOf({ size, hash }: Pick<Audio, 'size' | 'hash'>): string {
  return `${size} ${hash}`;
}

/** `#1, #2 and #3`, or of more that follow each other `#1 to #9`. */
export function listNumbers(numbers: readonly number[]): string {
  const [first = 0, last = 0] = [numbers[0], numbers.at(-1)];
  if (numbers.length === 1) return `#${first}`;
  if (numbers.length > 2 && last - first === numbers.length - 1) return `#${first} to #${last}`;
  const shown = numbers.slice(0, numbers.length > MOST_LISTED ? MOST_LISTED : -1).map((number) => `#${number}`);
  const others = numbers.length - MOST_LISTED;
  return `${shown.join(', ')} and ${others > 0 ? `${others} more` : `#${last}`}`;
}

function isWrong(place: Place): place is WrongPlace {
  return place.came !== undefined && keyOf(place.came) !== keyOf(place.awaited);
}

/** Under which numbers each audio was awaited. */
function numbersByAudio(places: readonly Place[]): ReadonlyMap<string, readonly number[]> {
  const numbers = new Map<string, number[]>();
  for (const { number, awaited } of places) {
    const key = keyOf(awaited);
    const known = numbers.get(key);
    if (known === undefined) numbers.set(key, [number]);
    else known.push(number);
  }
  return numbers;
}

function split<Item>(items: readonly Item[], isFirst: (item: Item) => boolean): [Item[], Item[]] {
  const [first, second]: [Item[], Item[]] = [[], []];
  for (const item of items) (isFirst(item) ? first : second).push(item);
  return [first, second];
}

/** Most of those with audio of other places have it from equally far away. */
function findShift(
  wrong: readonly WrongPlace[],
  places: readonly Place[],
  numbers: ReadonlyMap<string, readonly number[]>,
): { found: Finding[]; rest: readonly WrongPlace[] } {
  const awaited = new Map(places.map((place) => [place.number, keyOf(place.awaited)]));
  const distance = mostFrequent(wrong.map(({ number, came }) => (numbers.get(keyOf(came))?.[0] ?? 0) - number));
  const [shifted, rest] = split(wrong, ({ number, came }) => awaited.get(number + distance) === keyOf(came));
  if (shifted.length < 2 || shifted.length * 2 <= wrong.length) return { found: [], rest: wrong };
  const own = shifted.map(({ number }) => number);
  const theirs = listNumbers(own.map((number) => number + distance));
  const by = Math.abs(distance) === 1 ? 'one' : String(Math.abs(distance));
  const sentence = `${listNumbers(own)} carry what was awaited as ${theirs}: shifted by ${by}`;
  return { found: [{ numbers: own, sentence }], rest };
}

function mostFrequent(values: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].reduce((most, each) => (each[1] > most[1] ? each : most), [0, 0])[0];
}

/** Two that each carry what was awaited as the other. */
function findSwaps(wrong: readonly WrongPlace[]): { found: Finding[]; rest: readonly WrongPlace[] } {
  const waiting = new Map<string, WrongPlace[]>();
  const found: Finding[] = [];
  const paired = new Set<number>();
  for (const place of wrong) {
    const [came, awaited] = [keyOf(place.came), keyOf(place.awaited)];
    const partner = waiting.get(`${awaited} for ${came}`)?.pop();
    if (partner === undefined) {
      const same = waiting.get(`${came} for ${awaited}`) ?? [];
      same.push(place);
      waiting.set(`${came} for ${awaited}`, same);
      continue;
    }
    const [one, other] = [partner.number, place.number];
    const sentence = `#${one} carries what was awaited as #${other}, and #${other} what was awaited as #${one}: swapped`;
    found.push({ numbers: [one, other], sentence });
    paired.add(one).add(other);
  }
  return { found, rest: wrong.filter(({ number }) => !paired.has(number)) };
}

/** Audio of another place: more than one place may carry it. */
function describeMisplaced(
  wrong: readonly WrongPlace[],
  places: readonly Place[],
  numbers: ReadonlyMap<string, readonly number[]>,
): Finding[] {
  const right = new Set(places.filter(({ came, awaited }) => came && keyOf(came) === keyOf(awaited)).map(ownKey));
  const carriers = new Map<string, number[]>();
  for (const { came, number } of wrong) {
    const known = carriers.get(keyOf(came));
    if (known === undefined) carriers.set(keyOf(came), [number]);
    else known.push(number);
  }
  return [...carriers].map(([key, own]) => {
    const source = numbers.get(key)?.[0];
    const isRepeated = own.length > 1 || right.has(key);
    const verb = own.length === 1 ? 'carries' : 'carry';
    const repeated = right.has(key) ? `, which #${source} carries as well: repeated` : ': repeated';
    const sentence = `${listNumbers(own)} ${verb} what was awaited as #${source}${isRepeated ? repeated : ''}`;
    return { numbers: own, sentence };
  });
}

function ownKey({ awaited }: Place): string {
  return keyOf(awaited);
}

function describeEmpty(empty: readonly WrongPlace[], places: readonly Place[]): Finding[] {
  if (empty.length === 0) return [];
  const numbers = empty.map(({ number }) => number);
  const came = places.filter(({ came }) => came !== undefined).length;
  const all = empty.length > 1 && empty.length === came ? 'all, ' : '';
  return [
    { numbers, sentence: `${all}${listNumbers(numbers)} ${empty.length === 1 ? 'carries' : 'carry'} 0 bytes: empty` },
  ];
}
