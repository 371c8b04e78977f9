/** Two lists of audio, piece by piece: which pieces are missing, and whose audio came in place of others. */

import { hasFields } from '../criteria/difference.js';
import { paragraphs } from '../failures/failure-text.js';
import type { Failure } from '../failures/scene.js';
import { type Audio, audioOf } from './audio.js';
import { describeAudio, describeLikeness } from './audio-likeness.js';
import { explainPlaces, keyOf, listNumbers, type Place } from './audio-places.js';
import { describeSender } from './entry-text.js';
import type { MatcherResult } from './matcher-result.js';

/** How many sentences are shown besides the first. */
const MOST_OTHERS = 5;
/** How many entries are shown. */
const MOST_EVIDENCE = 4;

/** The audio of each item, and undefined where there is none. */
export type Pieces = readonly (Audio | undefined)[];

/** Undefined unless it is a list of audio; an item may have none, such as a result that failed, but not all of them. */
export function readAudioList(source: unknown): Pieces | undefined {
  if (!Array.isArray(source)) return undefined;
  const items: readonly unknown[] = [...source];
  const pieces = items.map(audioAt);
  const mayBe = items.every((item, index) => pieces[index] !== undefined || item == null || hasFields(item));
  const hasAudio = pieces.some((piece) => piece !== undefined) || items.every((item) => item === undefined);
  return mayBe && hasAudio ? pieces : undefined;
}

/** `received` is what `came` was read from. */
export function compareLists(came: Pieces, expected: Pieces, received: unknown): MatcherResult {
  const sentences = [...describePlaces(came, expected), ...describeMissing(came, expected)];
  if (sentences.length === 0) return { pass: true, message: () => describePass(expected) };
  return { pass: false, message: () => describeFailure(expected, sentences, evidence(came, expected, received)) };
}

function audioAt(item: unknown): Audio | undefined {
  const finding = audioOf(item);
  return 'audio' in finding ? finding.audio : undefined;
}

function describePlaces(came: Pieces, expected: Pieces): string[] {
  const places = expected.flatMap((awaited, number): Place[] => {
    const piece = came[number];
    return awaited === undefined ? [] : [{ number, awaited, ...(piece !== undefined && { came: piece }) }];
  });
  const { findings, unexplained } = explainPlaces(places);
  const unknown = unexplained.map(({ number, awaited, came: piece }) => {
    const difference = `expected ${describeAudio(awaited)}, got ${describeAudio(piece)}`;
    return `#${number} carries other audio (${describeLikeness(awaited, piece)}): ${difference}`;
  });
  return [...findings.map(({ sentence }) => sentence), ...unknown];
}

/** Pieces that one of the lists has alone. */
function describeMissing(came: Pieces, expected: Pieces): string[] {
  const numbers = Array.from({ length: Math.max(came.length, expected.length) }, (_, number) => number);
  const missing = numbers.filter((number) => came[number] === undefined && expected[number] !== undefined);
  const surplus = numbers.filter((number) => came[number] !== undefined && expected[number] === undefined);
  const verb = ({ length }: readonly number[]) => (length === 1 ? 'is' : 'are');
  return [
    ...(missing.length === 0 ? [] : [`${listNumbers(missing)} ${verb(missing)} missing`]),
    ...(surplus.length === 0 ? [] : [`${listNumbers(surplus)} ${verb(surplus)} there, and not awaited`]),
  ];
}

/** The entries with other audio than awaited, where the list is of entries: who sent it so, and as which fragment. */
function evidence(came: Pieces, expected: Pieces, received: unknown): string[] {
  const items: readonly unknown[] = Array.isArray(received) ? received : [];
  const lines = items.flatMap((item, number) => {
    const [piece, awaited] = [came[number], expected[number]];
    const isWrong = piece !== undefined && awaited !== undefined && keyOf(piece) !== keyOf(awaited);
    return isWrong ? describeSender(item) : [];
  });
  return [...lines.slice(0, MOST_EVIDENCE), ...(lines.length > MOST_EVIDENCE ? ['…'] : [])];
}

function describePass({ length }: Pieces): string {
  return `expected other audio than the ${length === 1 ? 'piece that is' : `${length} pieces that are`} awaited, got the same`;
}

function describeFailure(
  { length }: Pieces,
  [first = '', ...others]: readonly string[],
  entries: readonly string[],
): string {
  const more = others.length > MOST_OTHERS ? [`and ${others.length - MOST_OTHERS} more`] : [];
  const sections: Failure['sections'] = [
    ['also', [...others.slice(0, MOST_OTHERS), ...more]],
    ['evidence', entries],
  ];
  const headline = `expected ${length === 1 ? '1 piece' : `${length} pieces`} of audio as awaited, but ${first}`;
  return [headline, '', ...paragraphs(sections)].join('\n').trimEnd();
}
