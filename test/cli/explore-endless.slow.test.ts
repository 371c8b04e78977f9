/** `echo-sts explore` as a process of its own, with a command that does not end: nothing is left behind. */

import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { useProgram } from '../support/program.js';
import { secondsOf } from '../support/seconds.js';

const FOLDER = mkdtempSync(join(tmpdir(), 'echo-sts-explore-'));
const { run, runBelowParent } = useProgram();

afterAll(() => rmSync(FOLDER, { recursive: true, force: true }));

const node = (script: string) => ['--', process.execPath, '--eval', script];
const explore = (...args: string[]) => run('explore', ...args).ended;

/** A file that is not there yet. */
const newFile = () => join(FOLDER, randomUUID());

/** A command that starts another process, writes the numbers of both into a file, and stays. */
const patient = (file: string, onSignal = '') => [
  ...node(`
    const other = require('node:child_process').spawn(process.execPath, ['--eval', 'setInterval(() => {}, 60_000)']);
    ${onSignal}
    require('node:fs').writeFileSync('${file}.part', process.pid + ' ' + other.pid);
    require('node:fs').renameSync('${file}.part', '${file}');
    setInterval(() => {}, 60_000);
  `),
];
const STUBBORN = "for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => {});";

/** Resolves with the numbers of the two processes. */
async function started(file: string): Promise<number[]> {
  await expect.poll(() => existsSync(file), { timeout: 10_000 }).toBe(true);
  return readFileSync(file, 'utf8').split(' ').map(Number);
}

/** Whether none of them runs any more. One that nobody has waited for yet has no command line. */
function areGone(pids: readonly number[]): boolean {
  return pids.every((pid) => !existsSync(`/proc/${pid}`) || readFileSync(`/proc/${pid}/cmdline`, 'utf8') === '');
}

describe.runIf(process.platform === 'linux')('of a command that does not end', () => {
  it.each([
    ['', ''],
    ['although it ignores what it is asked', STUBBORN],
  ])('nothing is left when its time is up %s', async (_, onSignal) => {
    const file = newFile();
    const ended = explore('--timeout-ms', '1000', ...patient(file, `console.log('waits'); ${onSignal}`));
    const pids = await started(file);
    const { code, stderr } = await ended;
    expect([code, areGone(pids)]).toEqual([1, true]);
    expect(areGone(await started(file))).toBe(true);
    expect(stderr).toContain('\n  The run did not end within 1000 ms.\n');
    expect(stderr).toMatch(/\n +The end of its output:\n\n +waits\n/);
  });

  it.each([
    ['SIGINT', 130, ''],
    ['SIGTERM', 143, ''],
    ['SIGTERM', 143, STUBBORN],
  ] as const)('nothing is left after %s, which ends exploring with code %i', async (signal, code, onSignal) => {
    const file = newFile();
    const { child, ended } = run('explore', ...patient(file, onSignal));
    const pids = await started(file);
    child.kill(signal);
    expect(await secondsOf(() => ended)).toBeLessThan(1.5);
    expect([await ended, areGone(pids)]).toEqual([{ code, stdout: '', stderr: '' }, true]);
  });

  it('nothing is left after the parent of the program', async () => {
    const file = newFile();
    const { child, ended } = runBelowParent('explore', ...patient(file));
    const pids = await started(file);
    child.kill('SIGKILL');
    await ended;
    expect(areGone(pids)).toBe(true);
  });
});
