/**
 * The rooms of `src/`, from the ground up: what each is for, and which it may import. The architecture test holds the code
 * against this table, and the picture in `docs/contributing.md` is drawn from it.
 */

export interface Room {
  /** One sentence. */
  readonly purpose: string;
  /** Types and `import()` count. */
  readonly imports: readonly string[];
}

export const ROOMS: Readonly<Record<string, Room>> = {
  core: { purpose: 'the protocol, pure', imports: [] },
  checks: {
    purpose: 'what callers and workers pass in is checked, and the error that says so',
    imports: ['core'],
  },
  audio: { purpose: 'audio read once: base64, digest, and what is wrong with it', imports: ['core'] },
  lane: {
    purpose: 'the fast lane: large fragments cross the server as bytes',
    imports: ['audio'],
  },
  clock: { purpose: 'real, global and manual time', imports: ['core', 'checks'] },
  wire: { purpose: 'payload ↔ core: one row per event', imports: ['core', 'checks', 'audio'] },
  options: { purpose: 'what a caller may pass', imports: ['core', 'checks', 'clock'] },
  timeline: { purpose: 'entries and their keeping', imports: ['core', 'wire', 'audio'] },
  criteria: {
    purpose: 'which entries and sessions match, and how others differ',
    imports: ['core', 'checks', 'timeline'],
  },
  drawing: { purpose: 'entries as text and pictures', imports: ['core', 'wire', 'timeline'] },
  record: { purpose: 'what happened is written down', imports: ['core', 'criteria', 'timeline'] },
  server: {
    purpose: 'sockets and pages',
    imports: ['core', 'checks', 'audio', 'clock', 'options', 'wire', 'lane', 'record'],
  },
  failures: {
    purpose: 'why a test failed',
    imports: ['core', 'checks', 'criteria', 'drawing', 'timeline', 'record'],
  },
  handle: {
    purpose: 'what a test holds',
    imports: [
      ...['core', 'checks', 'clock', 'options', 'timeline', 'criteria', 'drawing', 'record', 'server', 'failures'],
    ],
  },
  control: {
    purpose: 'the handle in another process',
    imports: ['core', 'checks', 'clock', 'options', 'timeline', 'criteria', 'failures', 'handle', 'server'],
  },
  matchers: {
    purpose: 'for vitest and jest',
    imports: ['core', 'checks', 'audio', 'wire', 'timeline', 'criteria', 'record', 'failures', 'handle'],
  },
  fixture: {
    purpose: 'composition: `createEchoSts` and `connectEchoSts`',
    imports: ['core', 'checks', 'clock', 'options', 'handle', 'server', 'control'],
  },
  explore: {
    purpose: 'faults that nobody has thought of, drawn and shrunk by fast-check',
    imports: ['core', 'checks', 'clock', 'options', 'timeline', 'handle', 'fixture'],
  },
  runners: {
    purpose: 'vitest, jest and node:test',
    imports: ['checks', 'options', 'handle', 'control', 'matchers', 'fixture'],
  },
  cli: {
    purpose: '`npx echo-sts`',
    imports: ['core', 'checks', 'clock', 'options', 'timeline', 'drawing', 'handle', 'fixture', 'explore'],
  },
};
