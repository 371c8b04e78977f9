/** The five first tests are about the worker: with a bug planted in it one of them fails, and says why. */

import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT } from '../support/page.js';
import { type FileRun, runVitestOnAll } from '../support/run.js';

/** Of this file alone: others run at the same time. */
const FOLDER = 'test/tmp/planted';
const [WORKER, TESTS] = ['worker.ts', 'worker.test.ts'].map((name) =>
  readFileSync(join(ROOT, 'examples/first-test', name), 'utf8'),
) as [string, string];

interface Bug {
  /** What is replaced in the worker. */
  readonly from: string;
  readonly to: string;
  /** The tests that find it; all of them where it is in every test. */
  readonly tests: string;
  /** What the failure says. */
  readonly says: RegExp;
}

const BUGS: Readonly<Record<string, Bug>> = {
  'sends one fragment too many': {
    from: '#inFlight.size < this.#maxInflight',
    to: '#inFlight.size <= this.#maxInflight',
    tests: 'every fragment gets through',
    says: /violation exceeded-max-inflight.*brought the number in flight to 4/,
  },
  'does not retry': {
    from: 'if (isRetried) this.#waiting.unshift(fragment);\n    else this',
    to: 'this',
    tests: 'a fragment that timed out is sent once more',
    says: /omitted .*fragment 2 failed with TIMEOUT \(retryable\) .* and has not been sent again|expected \[ 'QUJD', 'REVG', undefined/,
  },
  'ignores a pause': {
    from: "this.#isPaused = action !== 'none'",
    to: 'this.#isPaused = false',
    tests: 'nothing is sent during a pause',
    says: /violation sent-while-told-to-pause/,
  },
  'forgets what was in flight when the connection is lost': {
    from: 'this.#waiting = [...this.#inFlight.values(), ...this.#waiting]',
    to: 'this.#waiting = [...this.#waiting]',
    tests: 'a lost connection loses no audio',
    says: /expected \[ 'QUJD', 'REVG', .* to deeply equal/,
  },
  'swaps two results': {
    from: 'else this.#dubbed[fragment.index] = audio',
    to: 'else this.#dubbed[[0, 1, 3, 2, 4, 5][fragment.index] ?? 0] = audio',
    tests: 'every fragment gets through',
    says: /- {3}"R0hJ",\n {4}"SktM",\n\+ {3}"R0hJ"/,
  },
};

let files: Map<string, FileRun>;

beforeAll(async () => {
  for (const [index, { from, to, tests }] of Object.values(BUGS).entries()) {
    mkdirSync(join(ROOT, FOLDER, String(index)), { recursive: true });
    writeFileSync(
      join(ROOT, FOLDER, String(index), 'worker.ts'),
      WORKER.replace(from, () => to),
    );
    writeFileSync(join(ROOT, fileOf(index)), withOne(tests));
  }
  files = await runVitestOnAll(Object.keys(BUGS).map((_, index) => fileOf(index)));
}, 600_000);
afterAll(() => rmSync(join(ROOT, FOLDER), { recursive: true, force: true }));

describe('the first tests fail when the worker', () => {
  it.each(Object.entries(BUGS).map(([name, bug], index) => ({ name, index, ...bug })))('$name', (bug) => {
    expect(WORKER).toContain(bug.from);
    expect(TESTS).toContain(`test('${bug.tests}'`);
    const { hasPassed, printed } = files.get(fileOf(bug.index)) as FileRun;
    expect(hasPassed).toBe(false);
    expect(printed).toMatch(bug.says);
  });
});

/** The test file with this test alone: a worker that hangs would take its time in each of the others. */
function withOne(name: string): string {
  const [head = '', ...tests] = TESTS.split('\n\ntest(');
  return `${head}\n\ntest(${tests.find((test) => test.startsWith(`'${name}'`))}\n`;
}

function fileOf(index: number): string {
  return `${FOLDER}/${index}/worker.test.ts`;
}
