/**
 * The buffers that Node reads a connection into. One whose bytes are copied is freed at once. Otherwise it waits for the
 * garbage collector, and V8, which counts what is outside its heap, collects everything when that has grown by 8 MB.
 */

import type { MessagePort } from 'node:worker_threads';

/** Closed: what is transferred to it is freed. */
let nowhere: MessagePort | undefined;

/** The piece was read, is copied, and nobody else has it. It is freed if it is all of its memory. */
export function freeCopied(piece: Buffer): void {
  // Node reads into nothing else.
  const memory = piece.buffer as ArrayBuffer;
  if (piece.length !== memory.byteLength) return;
  // Other runtimes may go on using what they have read into.
  if (process.versions['bun'] !== undefined || process.versions['deno'] !== undefined) return;
  nowhere ??= closedPort();
  try {
    nowhere.postMessage(undefined, [memory]);
  } catch {
    // What cannot be transferred is left to the garbage collector.
  }
}

function closedPort(): MessagePort {
  // Loaded here and not at the start, which would take a hundredth longer.
  const { MessageChannel } = process.getBuiltinModule('node:worker_threads');
  const { port1 } = new MessageChannel();
  port1.close();
  return port1;
}
