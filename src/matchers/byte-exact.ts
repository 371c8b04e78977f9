/** `toBeByteExact`: whether two pieces of audio, or two lists of such, are the same, whatever form each is in. */

import { paragraphs } from '../failures/failure-text.js';
import type { Failure } from '../failures/scene.js';
import { type Audio, type AudioSource, audioDifference, audioOf } from './audio.js';
import { countBytes, describeAudio, describeLikeness } from './audio-likeness.js';
import { compareLists, readAudioList } from './audio-lists.js';
import { describeEntry } from './entry-text.js';
import { invalidArgument } from './invalid-argument.js';
import type { MatcherResult } from './matcher-result.js';

const MATCHER = 'toBeByteExact';
const FORMS =
  'base64 text, bytes, an audio object, a payload with `audio` or `dubbed_audio`, or an entry of a timeline with one';

/** How many bytes are shown before the first difference, and from it on. */
const BEFORE = 4;
const AFTER = 8;

export function toBeByteExact(received: unknown, audio: AudioSource | readonly AudioSource[]): MatcherResult {
  const [came, awaited] = [readAudioList(received), readAudioList(audio)];
  if (awaited?.every((piece) => piece === undefined))
    throw invalidArgument(MATCHER, 'the argument is a list without audio: anything would be the same as that.');
  if (came !== undefined && awaited !== undefined) return compareLists(came, awaited, received);
  const actual = audioIn(received, 'what was received');
  const expected = audioIn(audio, 'the argument');
  const difference = audioDifference(expected, actual);
  const pass = difference === undefined;
  const headline = pass ? equalHeadline(expected, actual) : mismatchHeadline(expected, actual, difference);
  const { offset } = difference ?? {};
  const sections: Failure['sections'] = [
    ['expected', [...describeEntry(audio), ...bytesAround(expected, offset)]],
    ['got', [...describeEntry(received), ...bytesAround(actual, offset)]],
    ['hint', pass || offset !== undefined ? [] : hashHint(expected, actual)],
  ];
  return { pass, message: () => [headline, '', ...paragraphs(sections)].join('\n').trimEnd() };
}

function audioIn(source: unknown, which: string): Audio {
  const finding = audioOf(source);
  if ('audio' in finding) return finding.audio;
  if (readAudioList(source) !== undefined)
    throw invalidArgument(MATCHER, `${which} is a list of audio: compare it with a list of audio, one piece for each.`);
  throw invalidArgument(MATCHER, `${which} is expected to be ${FORMS}, got ${finding.missing}.`);
}

function equalHeadline(expected: Audio, actual: Audio): string {
  const how = expected.bytes && actual.bytes ? 'byte for byte' : 'by size and hash';
  return `expected other audio than ${describeAudio(expected)}, got the same ${how}`;
}

function mismatchHeadline(expected: Audio, actual: Audio, { offset }: { readonly offset?: number }): string {
  const sentence = `expected audio of ${describeAudio(expected)}, got ${describeAudio(actual)}`;
  const likeness = describeLikeness(expected, actual);
  if (offset === undefined) return likeness === 'unknown' ? sentence : `${sentence}: ${likeness}`;
  const isAtAnEnd = offset === actual.size || offset === expected.size || likeness === 'unknown';
  return `${sentence}; ${isAtAnEnd ? firstDifference(expected, actual, offset) : likeness}`;
}

function hashHint(expected: Audio, actual: Audio): string[] {
  const sides = [expected.bytes ? [] : 'what was expected', actual.bytes ? [] : 'what was received'].flat();
  const advice = 'the option `timeline: { audio: true }` keeps the bytes';
  return [`of ${sides.join(' and ')} only size and hash are known; ${advice}`];
}

function firstDifference(expected: Audio, actual: Audio, offset: number): string {
  const upTo = `the same up to offset ${offset}, then ${countBytes(Math.abs(expected.size - actual.size))}`;
  if (offset === actual.size) return `${upTo} too few`;
  if (offset === expected.size) return `${upTo} too many`;
  return `the first difference is at offset ${offset}`;
}

/** The bytes around the offset, in hexadecimal, the one at the offset in brackets. */
function bytesAround({ bytes = new Uint8Array() }: Audio, offset: number | undefined): string[] {
  if (offset === undefined) return [];
  const [start, end] = [Math.max(0, offset - BEFORE), Math.min(bytes.length, offset + AFTER)];
  const shown = Array.from(bytes.subarray(start, end), (byte, index) => {
    const digits = byte.toString(16).padStart(2, '0');
    return start + index === offset ? `[${digits}]` : digits;
  });
  if (offset >= bytes.length) shown.push('[end]');
  return [`at ${start}: ${[start > 0 ? '…' : '', ...shown, end < bytes.length ? '…' : ''].filter(Boolean).join(' ')}`];
}
