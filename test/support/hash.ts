/** What a timeline is to say of audio, by another implementation of the hash. */

import xxhash from 'xxhash-wasm';

const { h64Raw } = await xxhash();

export function hashOf(bytes: Uint8Array): string {
  return h64Raw(bytes).toString(16).padStart(16, '0').slice(8);
}
