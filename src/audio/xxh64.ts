/**
 * XXH64, the hash, in WebAssembly: it has the 64-bit integers that the hash is made of. Node's own CRC-32 takes three to eight
 * times as long. Packages that hash as fast are set up by a promise, which no matcher could wait for, or take some 6 ms to
 * import, in each test file.
 */

import { PIECE_BYTES, type PieceReader } from './base64.js';

/** As far as it is used here: @types/node leaves it to the types of browsers. */
declare const WebAssembly: {
  readonly Module: new (binary: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: unknown };
};

interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer };
  readonly begin: () => void;
  readonly add: (size: number) => void;
  readonly end: () => number;
}

/** `xxh64.wat` in binary form; the test of this file says what it has to be. */
const MODULE =
  'AGFzbQEAAAABGwZgAABgAX8AYAABf2ACfn4BfmAAAX5gAX4BfgMIBwABAgMDBAUFAwEAAQZnDH4AQoeVr6+Ytt6bnn8LfgBCz9bTvtLHq9lCC34A' +
  'Qvnz3fGZ9pmrFgt+AELj3MqV/M7y9YV/C34AQsXP2bLx5brqJwt+AUIAC34BQgALfgFCAAt+AUIAC34BQgALfwFBAAt/AUEACwceBAZtZW1vcnkC' +
  'AAViZWdpbgAAA2FkZAABA2VuZAACCoMEByQAIwAjAXwkBSMBJAZCACQHQgAjAH0kCEIAJAlBACQKQQAkCwufAQICfwR+IwUhAyMGIQQjByEFIwgh' +
  'BiAAQWBxIQICQANAIAEgAkYNASADIAEpAwAjAX58Qh+JIwB+IQMgBCABKQMIIwF+fEIfiSMAfiEEIAUgASkDECMBfnxCH4kjAH4hBSAGIAEpAxgj' +
  'AX58Qh+JIwB+IQYgAUEgaiEBDAALCyADJAUgBCQGIAUkByAGJAgjCSAArXwkCSACJAogACQLC0MBAX4jCUIgVAR+IwQFEAULIQAgACMJfCEAIAAQ' +
  'BiEAIAAgAEIhiIUjAX4hACAAIABCHYiFIwJ+IQAgACAAQiCIhacLEAAgACABIwF+fEIfiSMAfgsRACAAQgAgARADhSMAfiMDfAs7AQF+IwVCAYkj' +
  'BkIHiXwjB0IMiSMIQhKJfHwhACAAIwUQBCEAIAAjBhAEIQAgACMHEAQhACAAIwgQBAuXAQEBfyMKIQECQANAIwsgAWtBCEkNASAAQgAgASkDABAD' +
  'hSEAIABCG4kjAH4jA3whACABQQhqIQEMAAsLIwsgAWtBBE8EQCAAIAE1AgAjAH6FIQAgAEIXiSMBfiMCfCEAIAFBBGohAQsCQANAIAEjC0YNASAA' +
  'IAExAAAjBH6FIQAgAEILiSMAfiEAIAFBAWohAQwACwsgAAs=';

const instance = new WebAssembly.Instance(new WebAssembly.Module(Buffer.from(MODULE, 'base64')));
const { memory, begin, add, end } = instance.exports as Exports;

/** Of one text after the other: there is one for all. */
export const xxh64: PieceReader & { readonly begin: () => void; readonly end: () => string } = {
  begin,
  room: Buffer.from(memory.buffer, 0, PIECE_BYTES),
  add,
  /** The lower half, eight hexadecimal digits. */
  end: () => (end() >>> 0).toString(16).padStart(8, '0'),
};
