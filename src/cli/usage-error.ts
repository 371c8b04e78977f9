/** Wrong arguments, environment or config file: one sentence, and exit code 2. */

export class UsageError extends Error {
  override readonly name = 'UsageError';
}
