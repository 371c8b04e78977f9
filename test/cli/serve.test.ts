/** The program's work inside this process: signals are made up, and what it prints is caught. */

import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connectEchoSts } from 'echo-sts';
import { afterEach, describe, expect, it } from 'vitest';
import { type Output, serve } from '../../src/cli/serve.js';
import { connect } from '../support/client.js';
import { serving } from '../support/plan.js';
import { secondsOf } from '../support/seconds.js';
import { unusedPort, useServers } from '../support/servers.js';

const { start } = useServers();

/** What is printed, and the first line of it as soon as it is there. */
class Printed implements Output {
  readonly isColoured = false;
  readonly lines: string[] = [];
  readonly first: Promise<string>;
  #found = (_: string) => {};

  constructor() {
    this.first = new Promise((resolve) => {
      this.#found = resolve;
    });
  }

  readonly write = (text: string) => {
    this.lines.push(text.trimEnd());
    this.#found(text.trimEnd());
  };
}

const ENDING = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** As if it had come from outside. */
const signal = (name: NodeJS.Signals) => process.emit(name, name);
const listeners = () => ENDING.map((signal) => process.listenerCount(signal));
const before = listeners();

afterEach(() => {
  expect(listeners()).toEqual(before);
});

/** Serves as these arguments say. */
function run(...args: string[]) {
  const [printed, complaints]: [Printed, string[]] = [new Printed(), []];
  const code = serve(serving(args), printed, (sentence) => complaints.push(sentence));
  const url = printed.first.then((line) => /http:\/\/\S+?(?=,|"|$)/.exec(line)?.[0] ?? '');
  return { printed, complaints, code, url };
}

describe('the token of control', () => {
  it.each([[], ['--json'], ['--log-level', 'debug']])('is printed nowhere: %j', async (...style: string[]) => {
    const { printed, code, url } = run('--port', '0', '--control-token', 'hush', ...style);
    const remote = await connectEchoSts(`${await url}/control?token=hush`);
    await remote.close();
    signal('SIGTERM');
    await code;
    expect(printed.lines.length).toBeGreaterThan(1);
    expect(printed.lines.filter((line) => line.includes('hush'))).toEqual([]);
  });

  it.each([
    [[], /^echo-sts control: http:\/\/127\.0\.0\.1:\d+\/control\?token=hush$/],
    [['--json'], /^{"level":"info","event":"control","controlUrl":"http:\/\/.*\/control\?token=hush"}$/],
  ])('is printed where --print-control asks for it: %j', async (style, line) => {
    const { printed, code } = run('--port', '0', '--control-token', 'hush', '--print-control', ...style);
    await printed.first;
    signal('SIGTERM');
    await code;
    expect(printed.lines.filter((each) => line.test(each))).toHaveLength(1);
  });
});

it('a variable that is ignored is one line', async () => {
  const printed = new Printed();
  const plan = serving(['--port', '0'], { environment: { WS_PING_TIMEOUT: 'soon' } });
  const code = serve(plan, printed, () => {});
  expect(await printed.first).toBe(
    'echo-sts: Ignored WS_PING_TIMEOUT: `pingTimeoutMs` expected an integer from 1 to 1073741823, got "soon".',
  );
  await expect.poll(() => printed.lines.length, { timeout: 10_000 }).toBeGreaterThan(1);
  signal('SIGTERM');
  expect(await code).toBe(0);
});

describe('a server', () => {
  it('says where it is, and closes gracefully at a signal', async () => {
    const { printed, code, url } = run('--port', '0');
    expect(printed.lines).toEqual([`echo-sts listens at ${await url}`]);
    const worker = await connect(await url);
    signal('SIGTERM');
    expect(await secondsOf(() => code)).toBeLessThan(1);
    expect(await code).toBe(0);
    expect(await worker.next('disconnect')).toBe('io server disconnect');
    expect(printed.lines.slice(1)).toEqual([
      expect.stringMatching(/Z info {2}· - {13}connect$/),
      expect.stringMatching(/Z info {2}· - {13}disconnect {2}by the fixture: /),
      'echo-sts has stopped: SIGTERM.',
    ]);
  });

  it('goes on logging after a reset', async () => {
    const { printed, code, url } = run('--port', '0', '--json', '--control');
    const { controlUrl } = JSON.parse(await printed.first);
    expect(controlUrl).toBe(`${await url}/control`);
    const worker = await connect(await url);
    const remote = await connectEchoSts(controlUrl);
    await remote.reset();
    await worker.next('disconnect');
    await (await connect(await url)).init();
    await remote.waitForSession({ streamId: 'stream-1' });
    await remote.close();
    signal('SIGINT');
    expect(await code).toBe(0);
    const events = printed.lines.map((line) => JSON.parse(line).event);
    expect(events.slice(0, 2)).toEqual(['listening', 'connect']);
    expect(events.slice(-5)).toEqual(['connect', 'stream:init', 'stream:ready', 'disconnect', 'stopped']);
  });

  it('is silent at the log level `silent`', async () => {
    const port = await unusedPort();
    const { printed, code } = run('--port', `${port}`, '--log-level', 'silent');
    // It may not listen yet.
    const worker = await connect(`http://127.0.0.1:${port}`, { reconnection: true, reconnectionDelay: 10 });
    worker.close();
    signal('SIGHUP');
    expect(await code).toBe(0);
    expect(printed.lines).toEqual([]);
  });

  it('that cannot be started says why', async () => {
    const { port } = await start();
    await expect(run('--port', `${port}`).code).rejects.toMatchObject({ code: 'PORT_IN_USE' });
    await expect(run('--host', '192.0.2.1', '--port', '0').code).rejects.toMatchObject({ code: 'LISTEN_FAILED' });
  });
});

describe('a command', () => {
  const NODE = [process.execPath, '--eval'] as const;

  it('runs while the server is there, and its code is the answer', async () => {
    const health = 'fetch(process.env.ECHO_STS_URL + "/health").then((r) => process.exit(r.status - 193))';
    const { code, printed, complaints } = run('--', ...NODE, health);
    expect(await code).toBe(7);
    expect([printed.lines, complaints]).toEqual([[], []]);
  });

  it('may steer the server, with the token that it gets', async () => {
    const sessions = `fetch(process.env.ECHO_STS_CONTROL.replace('/control', '/sessions')).then((r) => process.exit(r.status - 200))`;
    expect(await run('--', ...NODE, sessions).code).toBe(0);
  });

  it('gets no control address where there is no control', async () => {
    process.env['ECHO_STS_CONTROL'] = 'http://127.0.0.1:1/control';
    const { code } = run('--no-control', '--', ...NODE, 'process.exit("ECHO_STS_CONTROL" in process.env ? 1 : 0)');
    expect(await code.finally(() => delete process.env['ECHO_STS_CONTROL'])).toBe(0);
  });

  it('that a signal ends has the code that shells give it', async () => {
    expect(await run('--', ...NODE, 'process.kill(process.pid, "SIGKILL")').code).toBe(137);
  });

  it('gets the signals, and the server waits for it', async () => {
    const bell = createServer((_, response) => response.end()).listen(0, '127.0.0.1');
    const rung = once(bell, 'request');
    await once(bell, 'listening');
    const patient = `process.on("SIGTERM", () => process.exit(5));
      fetch("http://127.0.0.1:${(bell.address() as AddressInfo).port}"); setInterval(() => {}, 1000)`;
    const { code, printed } = run('--log-level', 'info', '--', ...NODE, patient);
    await rung;
    signal('SIGTERM');
    expect(await code).toBe(5);
    expect(printed.lines.at(-1)).toBe('echo-sts has stopped: the command has ended with code 5.');
    bell.close();
    bell.closeAllConnections();
  });

  it('that does not exist is reported in a sentence', async () => {
    const { code, complaints } = run('--', 'no-such-command-anywhere');
    expect(await code).toBe(127);
    expect(complaints).toEqual(['`no-such-command-anywhere` could not be run: there is no such command.']);
  });

  it('that cannot be run is reported in a sentence', async () => {
    const { code, complaints } = run('--', './README.md');
    expect(await code).toBe(126);
    expect(complaints).toEqual([expect.stringMatching(/^`\.\/README\.md` could not be run: .*EACCES\.$/)]);
  });
});
