/** The loop of this process is kept busy, as by a test that computes, or by a stop in a debugger. */

/** Nothing is read, and no timer fires, for so long. */
export function block(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
