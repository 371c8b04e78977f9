/** What the scripts in this folder tell the test that runs them: one JSON value per line. */

export function report(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}
