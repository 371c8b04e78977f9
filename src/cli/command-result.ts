/** What becomes of a command. Pure. */

/** The exit codes of shells for a command that could not be started. */
const START_FAILURE_CODES: Readonly<Record<string, number>> = { ENOENT: 127, EACCES: 126 };

/** How long a command may take to end after SIGTERM, milliseconds. */
export const GRACE_MS = 500;

/** Its exit code; `failure` says in a sentence why it could not be started. */
export interface CommandResult {
  readonly code: number;
  readonly failure?: string;
}

/** Of a command that could not be started. */
export function startFailure(program: string, error: NodeJS.ErrnoException): CommandResult {
  const code = START_FAILURE_CODES[error.code ?? ''] ?? 126;
  return { code, failure: `\`${program}\` could not be run: ${reasonOf(error)}.` };
}

function reasonOf(error: NodeJS.ErrnoException): string {
  return error.code === 'ENOENT' ? 'there is no such command' : error.message;
}
