/** How a piece of audio that came is like the piece that was awaited: cut off, or with something before or behind it. */

import type { Audio } from './audio.js';

/** A relation between two pieces that are not the same, and how it is said. */
interface Likeness {
  readonly holds: (awaited: Uint8Array, came: Uint8Array) => boolean;
  readonly describe: (awaited: Audio, came: Audio, bytes: Uint8Array) => string;
}

/** Text such as `data:audio/mp4;base64,` is no longer than this. */
const LONGEST_PREFIX = 64;

/** What can be said of the bytes; the first that holds. */
const LIKENESSES: readonly Likeness[] = [
  {
    holds: (awaited, came) => isEqual(awaited.subarray(0, came.length), came),
    describe: (awaited, came) => `cut off: its last ${missing(awaited, came)}`,
  },
  {
    holds: (awaited, came) => came.length < awaited.length && isEqual(awaited.subarray(-came.length), came),
    describe: (awaited, came) => `cut off: its first ${missing(awaited, came)}`,
  },
  {
    holds: (awaited, came) => isEqual(came.subarray(0, awaited.length), awaited),
    describe: (awaited, came) => `but with ${countBytes(came.size - awaited.size)} too many behind it`,
  },
  {
    holds: (awaited, came) => came.length > awaited.length && isEqual(came.subarray(-awaited.length), awaited),
    describe: (awaited, came, bytes) => {
      const prefix = Buffer.from(bytes.subarray(0, Math.min(LONGEST_PREFIX, came.size - awaited.size))).toString(
        'latin1',
      );
      const [url] = prefix.match(/^data:[\x20-\x7e]*/) ?? [];
      const what = url === undefined ? '' : `: "${url}", the beginning of a data URL`;
      return `but with ${countBytes(came.size - awaited.size)} too many before it${what}`;
    },
  },
];

/** Whose the audio is that came. Of hashes alone nothing is certain but the sizes. */
export function describeLikeness(awaited: Audio, came: Audio): string {
  if (awaited.size === 0 || came.size === 0) return 'unknown';
  const { bytes } = came;
  const { bytes: whole } = awaited;
  if (whole === undefined || bytes === undefined) return describeSizes(awaited.size, came.size);
  const likeness = LIKENESSES.find(({ holds }) => holds(whole, bytes));
  return likeness === undefined ? 'unknown' : `its own, ${likeness.describe(awaited, came, bytes)}`;
}

function describeSizes(awaited: number, came: number): string {
  const isHalf = came === Math.floor(awaited / 2) || came === Math.ceil(awaited / 2);
  if (isHalf) return 'unknown, of half the size';
  return came === 2 * awaited ? 'unknown, of twice the size' : 'unknown';
}

function missing(awaited: Audio, came: Audio): string {
  const size = awaited.size - came.size;
  return `${countBytes(size)} ${size === 1 ? 'is' : 'are'} missing`;
}

export function describeAudio({ size, hash }: Audio): string {
  return `${countBytes(size)} (hash ${hash})`;
}

export function countBytes(size: number): string {
  return `${size} ${size === 1 ? 'byte' : 'bytes'}`;
}

function isEqual(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.compare(one, other) === 0;
}
