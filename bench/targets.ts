/** What is aimed at. The README shows a line for each `what` that users feel, with a number for each `at`. */

export interface Target {
  readonly what: string;
  /** The size, or the number, for which this is aimed at. Absent where there is one only. */
  readonly at?: string;
  /** Of a ratio, or in the unit of the row. */
  readonly atMost: number;
  /** Whether the README shows it. */
  readonly isShown?: boolean;
}

/** `import → listening` has its targets in `parts/import.ts`. */
export const TARGETS: readonly Target[] = [
  { what: 'server CPU per fragment', at: '4 KB', atMost: 1.4, isShown: true },
  { what: 'server CPU per fragment', at: '128 KB', atMost: 0.55, isShown: true },
  { what: 'server CPU per fragment', at: '256 KB', atMost: 0.5, isShown: true },
  { what: 'server CPU per fragment', at: '1 MB', atMost: 0.45, isShown: true },
  { what: 'server CPU per fragment', at: '10 MB', atMost: 0.45, isShown: true },
  { what: 'round trip p50 of 128 KB', at: '1 in flight', atMost: 1.15, isShown: true },
  { what: 'round trip p50 of 128 KB', at: '3 in flight', atMost: 0.8, isShown: true },
  { what: 'mark-compacts in 2000 fragments of 128 KB', atMost: 5 },
  { what: 'resident memory after 2000 fragments of 128 KB', atMost: 1, isShown: true },
  { what: 'CPU that four servers add to a vitest file', atMost: 1, isShown: true },
  { what: 'errors of streams with 3 in flight each', at: '1000 streams', atMost: 0, isShown: true },
  { what: 'errors of streams with 3 in flight each', at: '5000 streams', atMost: 0, isShown: true },
  { what: 'resident memory per stream', at: '1000 streams', atMost: 1.4, isShown: true },
  { what: 'resident memory per stream', at: '5000 streams', atMost: 1.4, isShown: true },
  { what: 'close() with 5000 streams', atMost: 1000, isShown: true },
  { what: 'start and close of a second server', atMost: 10 },
  { what: '10 fragments, connect → stream:complete', atMost: 200 },
  { what: '100 runs of explore with six fragments', atMost: 3000 },
  { what: 'from the first failure of explore to its error', atMost: 20_000 },
  { what: 'program → listening', atMost: 1.3 },
  { what: 'control call p50, against an acknowledgement', atMost: 2 },
  { what: 'server CPU with a timeline, against none', at: '4 KB, grown heaps', atMost: 1.25 },
  { what: 'server CPU with a timeline, against none', at: '4 KB, equal heaps', atMost: 1.25 },
  { what: 'server CPU with a timeline, against none', at: '128 KB, grown heaps', atMost: 1.08 },
  { what: 'server CPU with a timeline, against none', at: '128 KB, equal heaps', atMost: 1.08 },
  { what: 'heap growth from server 100 to 1000', atMost: 5 },
];

/** As the rows of the bench are named. */
export function subjectOf({ what, at }: Pick<Target, 'what' | 'at'>): string {
  return at === undefined ? what : `${what}, ${at}`;
}

/** Undefined if nothing is aimed at. */
export function limitOf(subject: string): number | undefined {
  return TARGETS.find((target) => subjectOf(target) === subject)?.atMost;
}
