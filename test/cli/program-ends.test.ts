/** The program as a process of its own, when others fail it: a reader that does not read, a parent that is gone. */

import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { connect, fragment } from '../support/client.js';
import { type Running, useProgram } from '../support/program.js';
import { secondsOf } from '../support/seconds.js';

const { run, runBelowParent, runBelowNpm } = useProgram();

/** A command that says where the server is, and stays. */
const PATIENT = 'console.log(process.env.ECHO_STS_URL); setInterval(() => {}, 60_000)';

/** A command that sends an event that nobody knows, and ends with that code. */
const odd = (code: number) => `
  const worker = require('socket.io-client').io(process.env.ECHO_STS_URL, { transports: ['websocket'] });
  const init = { stream_id: 'stream-1', worker_id: 'worker-1', config: {} };
  worker.emitWithAck('stream:init', init).then(() => {
    worker.emit('no:such', {});
    worker.emitWithAck('stream:end', { stream_id: 'stream-1' });
    worker.once('stream:complete', () => process.exit(${code}));
  });
`;

/** What a worker does with so many fragments is three lines for each. */
async function sendFragments(url: string, count: number): Promise<void> {
  const worker = await connect(url);
  await worker.init();
  for (let n = 0; n < count; n += 1) {
    worker.send('fragment:data', fragment(n));
    await worker.next('fragment:processed');
  }
  worker.close();
}

/** The next text of its standard output that is like this. */
async function printed({ child }: Running, pattern: RegExp): Promise<RegExpExecArray> {
  for (let text = ''; ; ) {
    const found = pattern.exec(text);
    if (found !== null) return found;
    text += (await once(child.stdout, 'data'))[0];
  }
}

describe('a log that nobody reads', () => {
  it.each([
    ['stdout', 0, []],
    ['stderr', 143, ['--', process.execPath, '--eval', PATIENT]],
    // It does not change what it has inherited, as Node does.
    ['stderr', 143, ['--', 'sh', '-c', 'echo $ECHO_STS_URL; exec sleep 60']],
  ] as const)('on %s does not keep the program from ending with code %i after %j', async (name, code, command) => {
    const running = run('--port', '0', '--log-level', 'info', ...command);
    const url = name === 'stdout' ? await running.url : (await printed(running, /^(http\S+)\n/))[1];
    const { child } = running;
    child[name].pause();
    await sendFragments(url ?? '', 1000);
    child.kill('SIGTERM');
    expect(await secondsOf(() => once(child, 'exit'))).toBeLessThan(1);
    expect(child.exitCode).toBe(code);
    child[name].resume();
  });

  it.each([
    ['in JSON', ['--json'], /\{"level":"warn","event":"dropped","lines":(\d+)\}\n/],
    ['as text', [], /^echo-sts has dropped (\d+) lines here: nobody read the log\.\n/m],
  ] as const)('and then is read says %s how many lines are missing', async (_, flags, pattern) => {
    const running = run('--port', '0', '--log-level', 'debug', ...flags);
    const { child, ended } = running;
    const url = (await printed(running, /http:[\d.:/]+/))[0];
    child.stdout.pause();
    const count = 1000;
    await sendFragments(url, count);
    const dropped = printed(running, pattern);
    child.stdout.resume();
    const [line, number] = await dropped;
    child.kill('SIGTERM');
    const { code, stdout } = await ended;
    const others = stdout.split('\n').filter((each) => each !== '' && `${each}\n` !== line);
    // What the program says of itself, twice; connect, init, ready and disconnect; and three lines for each fragment.
    expect([code, others.length + Number(number)]).toEqual([0, 2 + 4 + 3 * count]);
  });
});

describe('the standard error of a command', () => {
  it('does not keep the program from ending when nobody reads the log beside it', async () => {
    const running = run('--port', '0', '--log-level', 'info', '--', 'sh', '-c', 'echo $ECHO_STS_URL; cat; exit 3');
    const { child } = running;
    const [, url = ''] = await printed(running, /^(http\S+)\n/);
    child.stderr.pause();
    await sendFragments(url, 1000);
    child.stdin.end();
    expect(await secondsOf(() => once(child, 'exit'))).toBeLessThan(1);
    expect(child.exitCode).toBe(3);
    child.stderr.resume();
  });

  it('may stay open in what it has started', async () => {
    const { child } = run('--port', '0', '--', 'sh', '-c', 'sleep 60 & echo ready >&2; exit 3');
    expect(await secondsOf(() => once(child, 'exit'))).toBeLessThan(5);
    expect(child.exitCode).toBe(3);
  });

  it('breaks when nobody can read it any more', async () => {
    const script = "setInterval(() => process.stderr.write('x'), 1); process.stderr.on('error', () => process.exit(4))";
    const { child } = run('--port', '0', '--', process.execPath, '--eval', script);
    await once(child.stderr, 'data');
    child.stderr.destroy();
    await once(child, 'exit');
    expect(child.exitCode).toBe(4);
  });
});

describe('with --exit-with-parent', () => {
  it('the program ends within a second after its standard input', async () => {
    const { child, url, ended } = run('--port', '0', '--exit-with-parent');
    await url;
    child.stdin.end();
    expect(await secondsOf(() => ended)).toBeLessThan(1);
    const { code, stdout } = await ended;
    expect([code, stdout.split('\n').slice(1)]).toEqual([
      0,
      ['echo-sts has stopped: the standard input has ended.', ''],
    ]);
  });

  it('the program ends within a second after its parent, whoever holds its standard input', async () => {
    const { child, url, ended } = runBelowParent('--port', '0', '--exit-with-parent');
    await url;
    child.kill('SIGKILL');
    expect(await secondsOf(() => ended)).toBeLessThan(1);
    expect((await ended).stdout).toContain('echo-sts has stopped: the parent process has ended.\n');
  });
});

it('without --exit-with-parent the program does not mind that there is nothing to read', async () => {
  const { child, url, ended } = run('--port', '0');
  child.stdin.end();
  expect((await fetch(`${await url}/health`)).status).toBe(200);
  child.kill('SIGTERM');
  expect((await ended).stdout).toContain('echo-sts has stopped: SIGTERM.\n');
});

describe.runIf(process.platform === 'linux')('below npx, whose own parent is killed,', () => {
  it('the program ends within a second with --exit-with-parent', async () => {
    const { child, url, ended } = runBelowNpm('--port', '0', '--exit-with-parent');
    await url;
    child.kill('SIGKILL');
    expect(await secondsOf(() => ended)).toBeLessThan(1);
  });

  it('a command ends within a second', async () => {
    const running = runBelowNpm('--', process.execPath, '--eval', PATIENT);
    await printed(running, /^http\S+\n/);
    running.child.kill('SIGKILL');
    expect(await secondsOf(() => running.ended)).toBeLessThan(1);
  });
});

describe('a command', () => {
  it.each([
    ['that ends when it is asked to', PATIENT, 1],
    ['that ignores what it is asked', `process.on('SIGTERM', () => {}); ${PATIENT}`, 1.5],
  ])('%s ends with the parent of the program, and the program too', async (_, script, seconds) => {
    const running = runBelowParent('--', process.execPath, '--eval', script);
    await printed(running, /^http\S+\n/);
    running.child.kill('SIGKILL');
    expect(await secondsOf(() => running.ended)).toBeLessThan(seconds);
  });

  it.each([
    ['that passes gets the code 1', 0, 1],
    ['that fails keeps its code', 3, 3],
  ])('%s when strict conduct has found violations, which are printed', async (_, own, code) => {
    const ended = await run('--conduct', 'strict', '--log-level', 'silent', '--', process.execPath, '--eval', odd(own))
      .ended;
    expect(ended).toMatchObject({ code, stdout: '' });
    expect(ended.stderr).toMatch(/^echo-sts found 1 violation\.\n\n {2}violation unknown-event, stream "stream-1": /);
  });

  it('that passes gets the code 1 when something has proved nothing, and that is to fail', async () => {
    const rule = JSON.stringify({ on: 'stream:ready', fault: 'duplicate', times: 2 });
    const flags = ['--error-rule', rule, '--log-level', 'silent'];
    const command = ['--', process.execPath, '--eval', odd(0)];
    const [failed, ...others] = await Promise.all(
      [['--vacuous', 'fail'], ['--vacuous', 'report'], []].map((more) => run(...more, ...flags, ...command).ended),
    );
    expect(failed).toMatchObject({ code: 1, stdout: '' });
    expect(failed?.stderr).toMatch(
      /^echo-sts found 1 thing that proved nothing\.\n[\s\S]*\n {2}proved nothing:\n +rule 1 .* hit once, and its `times` is 2\n/,
    );
    expect(others).toEqual(others.map(() => ({ code: 0, stdout: '', stderr: '' })));
  });

  it('may do what it likes when conduct is lenient, or its violations are excused', async () => {
    const command = ['--', process.execPath, '--eval', odd(0)];
    const flags = [
      ['--log-level', 'silent'],
      ['--conduct', 'strict', '--allow', 'unknown-event', '--log-level', 'silent'],
    ];
    const ends = await Promise.all(flags.map((each) => run(...each, ...command).ended));
    expect(ends).toEqual(flags.map(() => ({ code: 0, stdout: '', stderr: '' })));
  });

  it('with a log in JSON gets its verdict as an object', async () => {
    const { code, stderr } = await run('--json', '--conduct', 'strict', '--', process.execPath, '--eval', odd(0)).ended;
    const lines = stderr
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(code).toBe(1);
    expect(lines.map(({ level, event }) => [level, event])).toEqual([
      ['warn', 'violation'],
      ['error', 'verdict'],
    ]);
    expect(lines[1].text).toMatch(/^echo-sts found 1 violation\.\n/);
  });
});
