/** What whoever has called the program has got wrong: one sentence, and the exit code 2. */

export class UsageError extends Error {
  override readonly name = 'UsageError';
}
