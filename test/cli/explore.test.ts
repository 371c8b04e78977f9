/** `echo-sts explore` as a process of its own: what it finds, and what it prints. */

import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { serving } from '../support/plan.js';
import { useProgram } from '../support/program.js';

const FOLDER = mkdtempSync(join(tmpdir(), 'echo-sts-explore-'));
const { run } = useProgram();

afterEach(() => vi.unstubAllEnvs());
afterAll(() => rmSync(FOLDER, { recursive: true, force: true }));

/** A worker that sends three fragments, one after the other. `twice` is what it does when a result comes a second time. */
const worker = (twice: string, before = '') => `
  const { io } = require('socket.io-client');
  const worker = io(process.env.ECHO_STS_URL, { transports: ['websocket'] });
  const audio = { format: 'pcm_s16le', sample_rate_hz: 48000, channels: 2, duration_ms: 6000, data_base64: 'AAAA' };
  let next = 0;
  const send = () => worker.emit('fragment:data', {
    fragment_id: 'f-' + next, stream_id: 'news', sequence_number: next++, timestamp: 0, audio
  });
  console.log('explored with', process.env.ECHO_STS_EXPLORE);
  worker.emit('stream:init', { stream_id: 'news', worker_id: 'w-1', config: {} });
  worker.once('stream:ready', () => { ${before}; send(); });
  const seen = new Set();
  worker.on('fragment:processed', ({ fragment_id }) => {
    if (seen.has(fragment_id)) { ${twice} }
    else if (seen.add(fragment_id).size < 3) send();
    else worker.emit('stream:end', { stream_id: 'news' });
  });
  worker.once('stream:complete', () => process.exit(0));
`;

const FRAGILE = worker("console.error(fragment_id + ' came twice'); process.exit(3)");
const TOLERANT = worker('');
/** It sends an event that nobody knows. */
const ODD = worker('', "worker.emit('no:such', {})");

const node = (script: string) => ['--', process.execPath, '--eval', script];
const faults = (...kinds: string[]) => [
  '--faults',
  JSON.stringify({ preset: 'none', ...Object.fromEntries(kinds.map((kind) => [kind, true])) }),
];
const explore = (...args: string[]) => run('explore', ...args).ended;

/** A file that is not there yet. */
const newFile = () => join(FOLDER, randomUUID());

describe('a command that fails with a plan', () => {
  it('is shown with the smallest plan, the end of its output, and how to run it again and to serve it', async () => {
    const out = `${newFile()} plan.json`;
    const args = ['--explore-seed', '1', '--delay-ms', '1', ...faults('duplicate'), '--out', out];
    const { code, stdout, stderr } = await explore(...args, ...node(FRAGILE));
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(
      /^`explore` found faults with which the run fails: plan \d+ of 100\. With the smallest plan it failed again in 3 of 3 /,
    );
    expect(stderr).toContain('\n  The result of fragment 0 comes twice.\n');
    const ends = 'CommandFailure: The command ended with code 3. The end of its output:';
    expect(stderr).toContain(`\n  ${ends}\n\n      explored with undefined\n      f-0 came twice\n\n`);
    expect(stderr).toMatch(
      /set ECHO_STS_EXPLORE=command,1,[\d:]+,3,complete\n {2}or pass --explore-seed 1 --path [\d:]+\.\n/,
    );
    expect(stderr).toContain(`\n  ${out} has this plan. To serve it: npx echo-sts --config "${out}"\n`);
    const { options } = serving(['--config', 'plan.json'], { files: { 'plan.json': readFileSync(out, 'utf8') } });
    expect(options).toMatchObject({ port: 8000, conduct: 'strict', delayMs: 1 });
    expect(options.errorRules).toMatchObject([{ when: { sequenceNumber: 0 }, times: 1, fault: 'duplicate' }]);
    const written = readFileSync(out, 'utf8').trim().split('\n');
    expect(stderr).toContain(written.map((line) => `  ${line}`).join('\n'));
  });

  it('is run again with that plan alone by the line, which the command does not get, and by seed and path', async () => {
    const args = [...faults('duplicate'), ...node(FRAGILE)];
    const first = await explore('--explore-seed', '1', ...args);
    const [, line = ''] = /ECHO_STS_EXPLORE=(\S+)/.exec(first.stderr) ?? [];
    const path = line.split(',')[2] ?? '';
    const passed = explore('--explore-seed', '1', '--path', path, ...args);
    vi.stubEnv('ECHO_STS_EXPLORE', line);
    for (const { code, stderr } of await Promise.all([passed, explore(...args)])) {
      expect(code).toBe(1);
      expect(stderr).toContain('  The result of fragment 0 comes twice.\n');
      expect(stderr).toContain('explored with undefined\n');
    }
  });

  it('is an object with --json, like the report, at every level', async () => {
    const args = ['--explore-seed', '1', '--json', ...faults('duplicate')];
    const [talking, quiet] = await Promise.all(
      [[], ['--log-level', 'silent']].map((more) => explore(...args, ...more, ...node(FRAGILE))),
    );
    expect(JSON.parse(talking?.stdout ?? '')).toMatchObject({ level: 'info', event: 'report', seed: 1 });
    expect(quiet?.stdout).toBe('');
    for (const { code, stderr } of [talking, quiet].flatMap((each) => each ?? [])) {
      const finding = JSON.parse(stderr);
      expect(finding).toMatchObject({ level: 'error', event: 'finding', seed: 1, config: { conduct: 'strict' } });
      expect(finding.line).toBe(`ECHO_STS_EXPLORE=command,1,${finding.path},3,complete`);
      expect(finding.text).toContain('The result of fragment 0 comes twice.');
      expect(code).toBe(1);
    }
  });
});

describe('a command that fails without any fault', () => {
  it('is shown, and no plan is run', async () => {
    const { code, stderr } = await explore(...node('process.exit(3)'));
    expect(code).toBe(1);
    expect(stderr).toMatch(/^`explore` found that the run fails without any fault\. It failed again in 3 of 3 runs\./);
    expect(stderr).toContain('CommandFailure: The command ended with code 3. It printed nothing.\n');
  });

  it('has passed by itself where a worker did something wrong, which lenient conduct permits', async () => {
    const strict = await explore(...faults('late'), ...node(ODD));
    expect(strict.code).toBe(1);
    expect(strict.stderr).toContain('violation unknown-event, stream "news"');
    expect(strict.stderr).toMatch(
      /\n +The command ended with code 0\. The end of its output:\n\n +explored with undefined\n/,
    );
    const lenient = await explore('--conduct', 'lenient', '--runs', '1', ...faults('late'), ...node(ODD));
    expect([lenient.code, lenient.stderr]).toEqual([0, '']);
  });

  it('has to send fragments', async () => {
    const { code, stderr } = await explore(...node(''));
    expect(code).toBe(1);
    expect(stderr).toBe(
      'echo-sts: `explore` expected the worker to send fragments in its first run, which is undisturbed, and its timeline has none; ' +
        'connect it to the URL in the variable `ECHO_STS_URL`, and let the command end when it has finished.\n',
    );
  });
});

describe('a command that never fails', () => {
  it('is followed by the table of what was tried, on standard output, and by nothing else', async () => {
    const { code, stdout, stderr } = await explore(
      '--runs',
      '3',
      '--explore-seed',
      '1',
      ...faults('duplicate'),
      ...node(TOLERANT),
    );
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(
      /^explore: 3 runs with seed 1; number of runs [^\n]+\n +planned +happened\n {2}duplicate +3 +\d+\n/,
    );
  });

  it('says nothing where nothing is logged', async () => {
    const args = ['--runs', '1', ...faults('duplicate'), '--log-level', 'warn'];
    expect(await explore(...args, ...node(TOLERANT))).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  it('gets the code 1 with strict coverage where a kind of fault never happened, and the table', async () => {
    const args = ['--runs', '2', '--coverage', 'strict'];
    // It never has two fragments in flight.
    const missed = await explore(...args, ...faults('capacity'), ...node(TOLERANT));
    expect(missed).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('never happened: capacity'),
      stderr: expect.stringMatching(
        /^`explore` expected each kind of fault to happen, and capacity never did; [^\n]+\n$/,
      ),
    });
    const happened = await explore(...args, ...faults('delay'), ...node(TOLERANT));
    expect([happened.code, happened.stderr]).toEqual([0, '']);
  });
});

describe('a command that cannot be started', () => {
  it('ends exploring with its code, and is no finding', async () => {
    expect(await explore('--', 'no-such-command')).toEqual({
      code: 127,
      stdout: '',
      stderr: 'echo-sts: `no-such-command` could not be run: there is no such command.\n',
    });
    expect(await explore('--', FOLDER)).toMatchObject({ code: 126, stdout: '' });
  });
});

describe('wrong arguments', () => {
  it.each([
    [['--runs', '0'], '--runs: `runs` expected an integer from 1 to 1000000, got 0.'],
    [['--out', join(FOLDER, 'no', 'plan.json')], `--out ${join(FOLDER, 'no', 'plan.json')} cannot be written: ENOENT`],
  ])('%j are said before anything is run, with code 2', async (args, sentence) => {
    const file = newFile();
    const { code, stderr } = await explore(...args, ...node(`require('node:fs').writeFileSync('${file}', '')`));
    expect([code, existsSync(file)]).toEqual([2, false]);
    expect(stderr).toContain(`echo-sts: ${sentence}`);
  });

  it('include a line of a failure that is not whole', async () => {
    vi.stubEnv('ECHO_STS_EXPLORE', 'command,1');
    expect(await explore(...node(''))).toMatchObject({ code: 2, stdout: '' });
  });
});
