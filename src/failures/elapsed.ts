/** How much time has passed, in words. */

/** `11 ms`, and from a second on `3.98 s`. */
export function elapsed(ms: number): string {
  const whole = Math.max(0, Math.round(ms));
  return whole < 1000 ? `${whole} ms` : `${Number((whole / 1000).toFixed(2))} s`;
}
