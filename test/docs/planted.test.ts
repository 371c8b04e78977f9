/** The first test of the README is about the worker: with a bug planted in its worker it fails, and says why. */

import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT, readPage } from '../support/page.js';
import { type FileRun, runVitestOnAll } from '../support/run.js';

/** Of this file alone: others run at the same time. */
const FOLDER = 'test/tmp/planted';
const [{ code: FIRST_TEST = '' } = {}] = readPage('README.md').snippets;
const LISTENER = 'delivered.push(dubbed_audio.data_base64)';

/** What is planted, and what the failure says of it. */
const BUGS: Readonly<Record<string, { readonly from: string; readonly to: string; readonly says: RegExp }>> = {
  'does not listen for results': {
    from: `worker.on('fragment:processed', ({ dubbed_audio }) => ${LISTENER});`,
    to: '',
    says: /expected \[\] to deeply equal \[ 'QUJD', 'REVG', 'R0hJ' \]/,
  },
  'misspells `stream:end`': {
    from: "worker.emit('stream:end'",
    to: "worker.emit('strem:end'",
    says: /unknown-event.*"strem:end"/,
  },
  'swaps what it delivers': {
    from: LISTENER,
    to: 'delivered.unshift(dubbed_audio.data_base64)',
    says: /expected \[ 'R0hJ', 'REVG', 'QUJD' \] to deeply equal \[ 'QUJD', 'REVG', 'R0hJ' \]/,
  },
  'loses a result': {
    from: `=> ${LISTENER}`,
    to: `=> delivered.length === 2 || ${LISTENER}`,
    says: /expected \[ 'QUJD', 'REVG' \] to deeply equal/,
  },
  'does not send a fragment': {
    from: '    worker.emit(',
    to: '    if (n !== 2) worker.emit(',
    says: /expected \[ 'QUJD', 'REVG' \] to deeply equal/,
  },
  'sends the audio of another fragment': {
    from: 'duration_ms: 6000, data_base64 }',
    to: 'duration_ms: 6000, data_base64: sent[0] }',
    says: /expected \[ 'QUJD', 'QUJD', 'QUJD' \] to deeply equal/,
  },
  'sends a fragment twice': {
    from: '    worker.emit(',
    to: '    for (const _ of [1, 2]) worker.emit(',
    says: /violation reused-sequence-number/,
  },
};

let files: Map<string, FileRun>;

beforeAll(async () => {
  mkdirSync(join(ROOT, FOLDER), { recursive: true });
  const plants = Object.values(BUGS).map(({ from, to }) => FIRST_TEST.replace(from, () => to));
  for (const [index, code] of plants.entries()) writeFileSync(join(ROOT, fileOf(index)), code);
  files = await runVitestOnAll(plants.map((_, index) => fileOf(index)));
}, 600_000);
afterAll(() => rmSync(join(ROOT, FOLDER), { recursive: true, force: true }));

describe('the first test of the README fails when the worker', () => {
  it.each(Object.entries(BUGS).map(([name, bug], index) => ({ name, index, ...bug })))('$name', (bug) => {
    expect(FIRST_TEST).toContain(bug.from);
    const { hasPassed, printed } = files.get(fileOf(bug.index)) as FileRun;
    expect(hasPassed).toBe(false);
    expect(printed).toMatch(bug.says);
  });
});

function fileOf(index: number): string {
  return `${FOLDER}/bug-${index}.test.ts`;
}
