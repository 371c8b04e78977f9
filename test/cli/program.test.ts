/** The program as a process of its own: what it prints, and how it ends. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { makeCertificate } from '../support/certificate.js';
import { connect } from '../support/client.js';
import { useProgram } from '../support/program.js';
import { secondsOf } from '../support/seconds.js';
import { unusedRange, useServers } from '../support/servers.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const FOLDER = mkdtempSync(join(tmpdir(), 'echo-sts-cli-'));
const { start } = useServers();
const { run } = useProgram();

afterAll(() => rmSync(FOLDER, { recursive: true, force: true }));

describe('the program', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('stops within a second at %s, with code 0', async (signal) => {
    const { child, url, ended } = run('--port', '0');
    const worker = await connect(await url);
    await worker.init();
    child.kill(signal);
    expect(await secondsOf(() => ended)).toBeLessThan(1);
    const { code, stdout, stderr } = await ended;
    expect([code, stderr]).toEqual([0, '']);
    const shown = stdout.split('\n').map((line) => line.replace(/^\S+Z /, ''));
    expect(shown).toEqual([
      `echo-sts listens at ${await url}`,
      'info  · -             connect',
      'info  → stream-1      stream:init  worker worker-1',
      'info  ← stream-1      stream:ready  max_inflight 3',
      'info  · stream-1      disconnect  by the fixture: server namespace disconnect',
      `echo-sts has stopped: ${signal}.`,
      '',
    ]);
  });

  it('stops at once at a second signal', async () => {
    const { child, url, ended } = run('--port', '0');
    const worker = await connect(await url);
    // Its farewell is waited for, and it does not ask for it.
    const address = `${await url}/socket.io/?EIO=4&transport=polling`;
    const { sid } = JSON.parse((await (await fetch(address)).text()).slice(1));
    await fetch(`${address}&sid=${sid}`, { method: 'POST', body: '40' });
    child.kill('SIGTERM');
    await worker.next('disconnect');
    child.kill('SIGINT');
    expect((await ended).code).toBe(130);
  });

  it('goes on when nobody reads its log any more', async () => {
    const { child, url, ended } = run('--port', '0');
    const address = await url;
    child.stdout.destroy();
    for (let n = 0; n < 3; n += 1) (await connect(address)).close();
    expect((await fetch(`${address}/health`)).status).toBe(200);
    child.kill('SIGTERM');
    expect((await ended).code).toBe(0);
  });

  it('serves TLS, and its command can steer it and trust it', async () => {
    const { key, cert } = await makeCertificate();
    const [keyFile, certFile] = [join(FOLDER, 'key.pem'), join(FOLDER, 'cert.pem')];
    writeFileSync(keyFile, key);
    writeFileSync(certFile, cert);
    const flags = ['--tls-key', keyFile, '--tls-cert', certFile];
    const script = 'console.log(process.env.ECHO_STS_URL, process.env.ECHO_STS_CA)';
    const { code, stdout, stderr } = await run(...flags, '--', process.execPath, '--eval', script).ended;
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^https:\/\/127\.0\.0\.1:\d+ -----BEGIN CERTIFICATE-----/);
    const { child, url, ended } = run(...flags, '--port', '0');
    const worker = await connect(await url, { ca: cert });
    await worker.init();
    child.kill('SIGTERM');
    expect((await ended).code).toBe(0);
  });

  it('says in one sentence that its port is taken, and ends with 1', async () => {
    const { port } = await start();
    expect(await run('--port', `${port}`).ended).toEqual({
      code: 1,
      stdout: '',
      stderr: `echo-sts: \`port\` ${port} on 127.0.0.1 is in use; use 0 for any free port, or a list of preferred ports.\n`,
    });
  });

  it('gets a port of its own from a tight range, eight times at once, and the ninth is refused', async () => {
    const { from, to } = await unusedRange(8);
    const flags = ['--port', `${from}-${to}`];
    const programs = Array.from({ length: 8 }, () => run(...flags));
    const printed = programs.map(({ url, ended }) => Promise.race([url, ended.then(({ stderr }) => stderr)]));
    expect((await Promise.all(printed)).sort()).toEqual(
      Array.from({ length: 8 }, (_, index) => `http://127.0.0.1:${from + index}`),
    );
    expect(await run(...flags).ended).toEqual({
      code: 1,
      stdout: '',
      stderr: `echo-sts: \`port\` expected a free port from ${from} to ${to} on 127.0.0.1, got none: all are in use; use a wider range, or 0 for any free port.\n`,
    });
    for (const { child } of programs) child.kill('SIGTERM');
    const ends = await Promise.all(programs.map(({ ended }) => ended));
    expect(ends.map(({ code, stderr }) => [code, stderr])).toEqual(programs.map(() => [0, '']));
  });

  it('says in one sentence what is wrong with its arguments or its config file, and ends with 2', async () => {
    const path = join(FOLDER, 'echo-sts.json');
    writeFileSync(path, '{ "capacity": 0 }');
    const [flag, config] = await Promise.all([run('--prot', '1').ended, run('--config', path).ended]);
    const nothing = { code: 2, stdout: '' };
    expect(flag).toEqual({
      ...nothing,
      stderr: 'echo-sts: Unknown flag --prot. Did you mean --port? See `echo-sts --help`.\n',
    });
    const sentence = `echo-sts: ${path}: \`capacity\` expected an integer ≥ 1, or Infinity, got 0.\n`;
    expect(config).toEqual({ ...nothing, stderr: sentence });
  });

  it('prints its version and its help', async () => {
    const { version } = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8'));
    const [shown, help] = await Promise.all([run('--version').ended, run('--help').ended]);
    expect(shown).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
    expect(help).toMatchObject({ code: 0, stdout: expect.stringContaining('Usage:'), stderr: '' });
  });

  it('prints the versions of what is bundled with `--version --verbose`', async () => {
    const read = (folder: string) => JSON.parse(readFileSync(`${ROOT}${folder}package.json`, 'utf8')).version;
    const { code, stdout, stderr } = await run('--version', '--verbose').ended;
    expect([code, stderr]).toEqual([0, '']);
    const [own, ...others] = stdout.trimEnd().split('\n');
    expect(own).toBe(read(''));
    const expected = ['socket.io', 'engine.io', 'ws', 'valibot'].map(
      (name) => `${name} ${read(`node_modules/${name}/`)}`,
    );
    expect(others).toEqual(expect.arrayContaining(expected));
    expect(others.filter((line) => !/^\S+ \d+\.\d+\.\d+\S*$/.test(line))).toEqual([]);
  });

  it('passes a command its arguments as they are, whatever a shell would make of them', async () => {
    const words = [
      'a b',
      '"quoted"',
      "it's",
      '%PATH%',
      '$HOME',
      '$(id)',
      '`id`',
      '&',
      '|',
      '^',
      '*',
      '\\',
      '',
      'two\nlines',
    ];
    const script = 'process.stdout.write(JSON.stringify(process.argv.slice(1)))';
    const { stdout } = await run('--', process.execPath, '--eval', script, '--', ...words).ended;
    expect(JSON.parse(stdout)).toEqual(words);
  });

  it('runs a command, whose output stays its own, and ends with its code', async () => {
    const script =
      'console.log(Object.keys(process.env).filter((name) => /^ECHO_STS/.test(name)).sort().join()); process.exit(3)';
    expect(await run('--', process.execPath, '--eval', script).ended).toEqual({
      code: 3,
      stdout: 'ECHO_STS_CONTROL,ECHO_STS_URL\n',
      stderr: '',
    });
  });
});
