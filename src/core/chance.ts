/**
 * Repeatable randomness: a number between 0 and 1 that depends only on the seed and the facts of one decision. The
 * order of decisions does not change them.
 */

/** A seed and the facts of one decision → 0 ≤ number < 1. */
export function draw(seed: string, ...facts: readonly (string | number)[]): number {
  return mixed(hashed(JSON.stringify([seed, ...facts]))) / 2 ** 32;
}

/** FNV-1a, 32 bits. */
function hashed(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return hash;
}

/** MurmurHash3's finalizer: similar texts give very different numbers. */
function mixed(hash: number): number {
  let bits = hash;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}
