/** How far exploring is: one line of a terminal, which is rewritten. */

/** What has been run. */
export interface Progress {
  /** Number of runs that passed before the first that failed, the undisturbed one included. */
  readonly passed: number;
  /** Number of runs since one has failed; undefined until then. */
  readonly since: number | undefined;
}

/** Clears the line of the cursor, and goes to its beginning. */
const CLEAR = '\r\u001b[2K';

/** The line, without its end. `runs` is the number of plans that are tried, or undefined for one that is run again. */
export function progressText({ passed, since }: Progress, runs: number | undefined): string {
  if (since !== undefined) return `explore: a run failed; shrinking: ${since} more ${since === 1 ? 'run' : 'runs'}`;
  if (runs === undefined) return 'explore: running the plan again';
  return passed === 0
    ? 'explore: the undisturbed run'
    : `explore: ${Math.min(passed - 1, runs)} of ${runs} runs, none failed`;
}

export interface ProgressLine {
  readonly show: (progress: Progress) => void;
  readonly clear: () => void;
}

/** Where `write` leads to a terminal. */
export function progressLine(write: (text: string) => unknown, runs: number | undefined): ProgressLine {
  return {
    show: (progress) => void write(`${CLEAR}${progressText(progress, runs)}`),
    clear: () => void write(CLEAR),
  };
}

/** Where nobody watches. */
export const NO_PROGRESS: ProgressLine = { show: () => {}, clear: () => {} };
