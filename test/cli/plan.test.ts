/** What the program plans to do, by its arguments, its environment and its config file. */

import { beforeAll, describe, expect, it, vi } from 'vitest';
import { FLAG_VARIABLES } from '../../src/cli/environment.js';
import { FLAGS } from '../../src/cli/program-flags.js';
import { type Certificate, makeCertificate } from '../support/certificate.js';
import { complaint, plan, serving, TOKEN } from '../support/plan.js';

const options = (...args: string[]) => serving(args).options;

let own: Certificate;
let other: Certificate;

beforeAll(async () => {
  [own, other] = await Promise.all([makeCertificate(), makeCertificate()]);
});

describe('without arguments', () => {
  it('it serves on port 8000, and logs what happens', () => {
    expect(serving([])).toEqual({
      kind: 'serve',
      options: { port: 8000 },
      logLevel: 'info',
      isJson: false,
      exitsWithParent: undefined,
      printsControl: false,
      warnings: [],
      command: undefined,
    });
  });
});

describe('flags', () => {
  it.each<[string[], object]>([
    [['--delay-ms', '40'], { delayMs: 40 }],
    [['--delay-ms=20..60'], { delayMs: { min: 20, max: 60 } }],
    [['--delay-ms', 'p50=40,p99=200'], { delayMs: { p50: 40, p99: 200 } }],
    [['--capacity', '2'], { capacity: 2 }],
    [['--capacity', 'Infinity'], { capacity: Number.POSITIVE_INFINITY }],
    [['--backpressure'], { backpressure: true }],
    [['--no-backpressure'], { backpressure: false }],
    [['--backpressure-levels', 'high=0.8'], { backpressure: { high: 0.8 } }],
    [
      ['--backpressure-levels', 'low=0.1,medium=0.2,recommendedDelayMs=5', '--backpressure'],
      { backpressure: { low: 0.1, medium: 0.2, recommendedDelayMs: 5 } },
    ],
    [['--backpressure-levels', 'high=0.8', '--no-backpressure'], { backpressure: false }],
    [['--error-rule', '{"when":{},"code":"TIMEOUT"}'], { errorRules: [{ when: {}, code: 'TIMEOUT' }] }],
    [
      ['--error-rule', '{"when":{},"code":"TIMEOUT"}', '--error-rule', '[{"when":{},"fault":"drop"}]'],
      {
        errorRules: [
          { when: {}, code: 'TIMEOUT' },
          { when: {}, fault: 'drop' },
        ],
      },
    ],
    [
      ['--cut', '{"at":"connect","how":"reset"}', '--cut', '[{"at":"after-ack","how":"stall","sequenceNumber":3}]'],
      {
        cuts: [
          { at: 'connect', how: 'reset' },
          { at: 'after-ack', how: 'stall', sequenceNumber: 3 },
        ],
      },
    ],
    [['--refusal', '{}', '--refusal', '{"after":2,"status":429}'], { refusals: [{}, { after: 2, status: 429 }] }],
    [['--restart', '{"at":"before-ready","downForMs":200}'], { restarts: [{ at: 'before-ready', downForMs: 200 }] }],
    [
      ['--signal', '{"at":"after-ready","severity":"high","action":"pause","releaseAfterMs":50}'],
      { signals: [{ at: 'after-ready', severity: 'high', action: 'pause', releaseAfterMs: 50 }] },
    ],
    [['--error-rule', '{"on":"stream:ready","fault":"drop"}'], { errorRules: [{ on: 'stream:ready', fault: 'drop' }] }],
    [['--seed', '7'], { seed: '7' }],
    [['--seed=--7'], { seed: '--7' }],
    [['--transcript', 'hello, surroundings'], { transcript: 'hello, surroundings' }],
    [['--auth-token', 'secret'], { auth: { token: 'secret' } }],
    [['--max-connections', '3'], { maxConnections: 3 }],
    [['--paths', '/a, /b/'], { paths: ['/a', '/b/'] }],
    [['--transports', 'websocket'], { transports: ['websocket'] }],
    [['--cors', '*'], { cors: true }],
    [['--cors', 'https://a.example,https://b.example'], { cors: ['https://a.example', 'https://b.example'] }],
    [['-p', '0'], { port: 0 }],
    [['--port', '8000,8001'], { port: [8000, 8001] }],
    [['--port', '4000-4100'], { port: { from: 4000, to: 4100 } }],
    [['-p4000-4000'], { port: { from: 4000, to: 4000 } }],
    [['--timeline-limit', '10', '--timeline-audio'], { timeline: { limit: 10, audio: true } }],
    [['--wait-timeout-ms', '20000'], { waitTimeoutMs: 20_000 }],
    [['--wait-timeout-ms', 'Infinity'], { waitTimeoutMs: Number.POSITIVE_INFINITY }],
    [['--conduct', 'strict', '--allow', 'unknown-event'], { conduct: 'strict', allow: ['unknown-event'] }],
    [['--vacuous', 'fail'], { vacuous: 'fail' }],
    [['--audio-check'], { audioCheck: true }],
    [['--audio-check', '--no-audio-check'], { audioCheck: false }],
    [['--clock', 'real'], { clock: 'real' }],
    [['--control'], { control: true }],
    [['--control-token', 'secret'], { control: { token: 'secret' } }],
    [['--control-token', 'secret', '--no-control'], { control: false }],
    [['--host', '0.0.0.0', '--host', '::1'], { host: '::1' }],
  ])('%j set the option', (args, expected) => {
    expect(options(...args)).toEqual({ port: 8000, ...expected });
  });

  it('are not blamed for a variable that the fixture reads and that is wrong', () => {
    vi.stubEnv('ECHO_STS_WAIT_TIMEOUT_MS', 'soon');
    try {
      expect(options('--delay-ms', '40')).toEqual({ port: 8000, delayMs: 40 });
    } finally {
      vi.unstubAllEnvs();
    }
  });

  it('set a manual clock, which only control can move', () => {
    expect(options('--clock', 'manual', '--control').clock).toMatchObject({ isManual: true });
    expect(complaint(['--clock', 'manual'])).toBe(
      '`--clock manual` requires `--control`: only a control client can move the clock of a server in another process.',
    );
  });

  it('name the files with the key and the certificate for TLS, and win over the config file', () => {
    const files = { 'key.pem': own.key, 'cert.pem': own.cert };
    const flags = ['--tls-key', 'key.pem', '--tls-cert', 'cert.pem'];
    expect(serving(flags, { files }).options).toEqual({ port: 8000, tls: own });
    const config = { 'sts.json': JSON.stringify({ tls: { ...other, passphrase: 'none is needed' } }) };
    expect(serving(['--config', 'sts.json'], { files: config }).options.tls).toMatchObject(other);
    expect(serving(['--config', 'sts.json', ...flags], { files: { ...files, ...config } }).options.tls).toMatchObject(
      own,
    );
  });

  it('for TLS that are wrong are reported in one sentence', () => {
    const files = { 'key.pem': own.key, 'cert.pem': own.cert, 'other.pem': other.cert };
    const of = (...args: string[]) => complaint(args, { files });
    expect(of('--tls-key', 'key.pem')).toBe(
      '--tls-key: `tls.cert` is required, but missing: expected PEM as a non-empty string or bytes, or a list of those.',
    );
    expect(of('--tls-cert', 'cert.pem')).toBe(
      '--tls-cert: `tls.key` is required, but missing: expected PEM as a non-empty string or bytes, or a list of those.',
    );
    expect(of('--tls-key', 'none.pem', '--tls-cert', 'cert.pem')).toMatch(
      /^--tls-key none\.pem cannot be read: ENOENT/,
    );
    expect(of('--tls-key', 'cert.pem', '--tls-cert', 'cert.pem')).toMatch(
      /^--tls-key and --tls-cert: `tls\.key` expected a private key in PEM, and OpenSSL says "/,
    );
    expect(of('--tls-key', 'key.pem', '--tls-cert', 'other.pem')).toMatch(
      /^--tls-key and --tls-cert: `tls\.cert` expected the certificate of `tls\.key`/,
    );
  });

  it('say how much is logged, and how', () => {
    expect(serving(['--log-level', 'debug', '--json'])).toMatchObject({ logLevel: 'debug', isJson: true });
    expect(serving(['--log-level', 'WARNING', '--no-json'])).toMatchObject({ logLevel: 'warn', isJson: false });
  });

  it('say whether it ends with its parent; otherwise that depends on whether there is a command', () => {
    const ends = (...args: string[]) => serving(args).exitsWithParent;
    expect([ends('--exit-with-parent'), ends('--no-exit-with-parent', '--', 'npm')]).toEqual([true, false]);
    expect([ends(), ends('--', 'npm')]).toEqual([undefined, undefined]);
  });

  it.each([['--help'], ['-h'], ['--port', '0', '-h', '--', 'npm'], ['--version', '--help']])(
    '%j ask for help',
    (...args) => {
      expect(plan(args)).toEqual({ kind: 'help' });
    },
  );

  it('ask for the version', () => {
    expect(plan(['-v'])).toEqual({ kind: 'version' });
    expect(plan(['--version', '--no-verbose'])).toEqual({ kind: 'version' });
  });

  it.each([
    ['--version', '--verbose'],
    ['--verbose', '-v'],
    ['--port', '0', '-v', '--verbose', '--', 'npm'],
  ])('%j ask for the versions of all bundled packages', (...args) => {
    expect(plan(args)).toEqual({ kind: 'versions' });
  });
});

/** What is said of a port that cannot be read; `came` is how it is shown. */
function wrongPort(came: string): string {
  const expected = 'a port number from 0 to 65535, a list of port numbers, or a range { from, to }';
  return `--port: \`port\` expected ${expected}, got ${came}; write it as PORT[,PORT…] | FROM-TO.`;
}

describe('a wrong flag', () => {
  it.each<[string[], string]>([
    [['--verbose'], '--verbose requires --version; for a log with more in it, use --log-level debug.'],
    [['--verbose', '--', 'npm'], '--verbose requires --version; for a log with more in it, use --log-level debug.'],
    [['--prot', '1'], 'Unknown flag --prot. Did you mean --port? See `echo-sts --help`.'],
    [['--delay', '1'], 'Unknown flag --delay. Did you mean --delay-ms? See `echo-sts --help`.'],
    [['--frobnicate'], 'Unknown flag --frobnicate. See `echo-sts --help`.'],
    [['-x'], 'Unknown flag -x. See `echo-sts --help`.'],
    [['--no-seed'], 'Unknown flag --no-seed. Did you mean --seed? See `echo-sts --help`.'],
    [['npm', 'test'], 'Unexpected argument "npm"; write a command after --, as in `echo-sts -- npm test`.'],
    [['--json=yes'], '--json takes no value, got one; leave it out.'],
    [['--seed'], '--seed requires a value, got nothing; write it as --seed TEXT.'],
    [['--seed', '--json'], '--seed requires a value, got nothing; write it as --seed TEXT.'],
    [['--'], 'A command is required after --, as in `echo-sts -- npm test`.'],
    [['--', ''], 'A command is required after --, as in `echo-sts -- npm test`.'],
    [['--capacity', '0'], '--capacity: `capacity` expected an integer ≥ 1, or Infinity, got 0.'],
    [['--capacity', '0x10'], '--capacity: `capacity` expected an integer ≥ 1, or Infinity, got "0x10".'],
    [['--capacity', ''], '--capacity: `capacity` expected an integer ≥ 1, or Infinity, got an empty string.'],
    [['--port', '80000'], wrongPort('80000')],
    ...[
      '-1-5',
      '4000-',
      '-4000',
      '4000-4100-4200',
      '4000--4100',
      '4000 - 4100',
      '4000..4100',
      '4000-4100.5',
      '4e3-5e3',
    ].map((text): [string[], string] => [['--port', text], wrongPort(text === '-4000' ? text : `"${text}"`)]),
    [
      ['--port', '4100-4000'],
      '--port: `port` expected `from` ≤ `to`, got 4100 and 4000; exchange them; write it as PORT[,PORT…] | FROM-TO.',
    ],
    [
      ['--port', '0-4000'],
      '--port: `port.from` expected an integer from 1024 to 65535, got 0; write it as PORT[,PORT…] | FROM-TO.',
    ],
    [
      ['--port', '4000-80000'],
      '--port: `port.to` expected an integer from 1024 to 65535, got 80000; write it as PORT[,PORT…] | FROM-TO.',
    ],
    [
      ['--port', '3999,4000-4100'],
      '--port: `port.1` expected an integer from 1 to 65535, got "4000-4100"; write it as PORT[,PORT…] | FROM-TO.',
    ],
    [
      ['--delay-ms', '60..20'],
      '--delay-ms: `delayMs` expected an integer from 0 to 600000, { min, max } with min ≤ max, { p50, p99 } with 0 < p50 ≤ p99, or a function, got an object; write it as MS | MIN..MAX | p50=MS,p99=MS.',
    ],
    [
      ['--backpressure-levels', 'hihg=1'],
      '--backpressure-levels: `backpressure` expected true, false or { low, medium, high }, got "hihg=1"; write it as low=SHARE,medium=SHARE,high=SHARE,recommendedDelayMs=MS.',
    ],
    [
      ['--transports', 'carrier-pigeon'],
      '--transports: `transports.0` expected one of "polling", "websocket", got "carrier-pigeon"; write it as NAME,….',
    ],
    [['--log-level', 'loud'], '--log-level: expected one of debug, info, warn, error, silent, got "loud".'],
    [
      ['--restart', '{"at":"now"}'],
      '--restart: `restarts.0.at` expected one of "connect", "before-ready", "after-ready", "after-ack", "before-processed", "after-processed", "before-complete", got "now".',
    ],
    [
      ['--signal', '{"at":"connect","severity":"high","action":"pause"}'],
      '--signal: `signals.0.at` expected one of "after-ready", "after-ack", "before-processed", "after-processed", got "connect".',
    ],
    [
      ['--cut', '{"at":"connect"}'],
      '--cut: `cuts.0.how` is required, but missing: expected one of "server-disconnect", "transport-close", "reset", "half-open", "stall", "mute-pings".',
    ],
    [['--refusal', '{"status":200}'], '--refusal: `refusals.0.status` expected an integer from 400 to 599, got 200.'],
    [
      ['--error-rule', '{"when":{},"code":"TIMEOUT","tiems":1}'],
      '--error-rule: Did you mean `times`? Expected one of `when`, `delayMs`, `times`, `after`, `optional` and 5 more, got the unknown name `errorRules.0.tiems`.',
    ],
    [['--control-token', ''], '--control-token: `control.token` expected a non-empty string, got an empty string.'],
  ])('%j is reported in one sentence', (args, sentence) => {
    expect(complaint(args)).toBe(sentence);
  });

  it('with text that is no JSON says so', () => {
    expect(complaint(['--signal', 'pause'])).toMatch(/^--signal: expected a signal as JSON: .*pause.*\.$/);
    expect(complaint(['--error-rule', 'TIMEOUT'])).toMatch(
      /^--error-rule: expected an error rule as JSON: .*TIMEOUT.*\.$/,
    );
  });
});

describe('the environment', () => {
  it('of existing deployments is read', () => {
    const environment = {
      ECHO_HOST: '0.0.0.0',
      ECHO_PORT: '9000',
      ECHO_PROCESSING_DELAY_MS: '40',
      BACKPRESSURE_ENABLED: 'True',
      BACKPRESSURE_THRESHOLD_LOW: '0.4',
      BACKPRESSURE_THRESHOLD_MEDIUM: '0.6',
      BACKPRESSURE_THRESHOLD_HIGH: '0.8',
      WS_MAX_CONNECTIONS: '10',
      WS_MAX_BUFFER_SIZE: '1000',
      WS_PING_INTERVAL: '25',
      WS_PING_TIMEOUT: '0.5',
      AUTO_DISCONNECT_DELAY: '5',
      LOG_LEVEL: 'WARNING',
      PATH: '/bin',
    };
    expect(serving([], { environment })).toMatchObject({
      logLevel: 'warn',
      options: {
        host: '0.0.0.0',
        port: 9000,
        delayMs: 40,
        backpressure: { low: 0.4, medium: 0.6, high: 0.8 },
        maxConnections: 10,
        maxMessageBytes: 1000,
        pingIntervalMs: 25_000,
        pingTimeoutMs: 500,
        autoCloseMs: 5000,
      },
    });
  });

  it('may say a range of ports, where one port would do', () => {
    expect(serving([], { environment: { ECHO_PORT: '4000-4100' } }).options).toEqual({
      port: { from: 4000, to: 4100 },
    });
    expect(serving(['-p', '1'], { environment: { ECHO_PORT: '4000-4100' } }).options).toEqual({ port: 1 });
  });

  it('that is empty says nothing', () => {
    expect(serving([], { environment: { ECHO_PORT: '', LOG_LEVEL: '', BACKPRESSURE_THRESHOLD_LOW: ' ' } })).toEqual(
      serving([]),
    );
  });

  it('may say levels of backpressure, which count once it is on', () => {
    const environment = { BACKPRESSURE_THRESHOLD_HIGH: '0.8' };
    const backpressure = (...args: string[]) => serving(args, { environment }).options.backpressure;
    expect(backpressure()).toBe(false);
    expect(backpressure('--backpressure')).toEqual({ high: 0.8 });
    expect(backpressure('--backpressure-levels', 'low=0.1')).toEqual({ low: 0.1 });
  });

  it.each<[Record<string, string>, string]>([
    [
      { ECHO_PORT: 'http' },
      'ECHO_PORT: `port` expected a port number from 0 to 65535, a list of port numbers, or a range { from, to }, got "http".',
    ],
    [
      { BACKPRESSURE_ENABLED: 'perhaps' },
      'BACKPRESSURE_ENABLED: `backpressure` expected true, false or { low, medium, high }, got "perhaps".',
    ],
    [
      { BACKPRESSURE_THRESHOLD_LOW: '0.9', BACKPRESSURE_THRESHOLD_HIGH: '0.8' },
      'BACKPRESSURE_THRESHOLD_LOW and BACKPRESSURE_THRESHOLD_HIGH: `backpressure` expected low ≤ medium ≤ high, got 0.9, 0.7, 0.8.',
    ],
    [
      { WS_PING_INTERVAL: '25s' },
      'WS_PING_INTERVAL: `pingIntervalMs` expected an integer from 1 to 1073741823, got "25s".',
    ],
    [{ LOG_LEVEL: 'chatty' }, 'LOG_LEVEL: expected one of debug, info, warn, error, silent, got "chatty".'],
  ])('%j is ignored with a warning, and the rest counts', (environment, sentence) => {
    const { options, logLevel, warnings } = serving([], { environment: { ...environment, WS_MAX_CONNECTIONS: '3' } });
    expect({ options, logLevel, warnings }).toEqual({
      options: { port: 8000, maxConnections: 3 },
      logLevel: 'info',
      warnings: [`Ignored ${sentence}`],
    });
  });

  it('of existing deployments is that of the worker where there is a command', () => {
    const environment = {
      ECHO_PORT: '9000',
      WS_PING_TIMEOUT: 'soon',
      LOG_LEVEL: 'chatty',
      BACKPRESSURE_ENABLED: 'true',
    };
    expect(serving(['--', 'npm'], { environment })).toEqual(serving(['--', 'npm']));
  });
});

describe('a variable ECHO_STS_…', () => {
  const read = (environment: Record<string, string>, ...args: string[]) => serving(args, { environment });

  it('is there for every flag, and sets what the flag sets', () => {
    const values: Record<string, string> = {
      ECHO_STS_DELAY_MS: '20..60',
      ECHO_STS_PORT: '4000-4100',
      ECHO_STS_BACKPRESSURE_LEVELS: 'high=0.8',
      ECHO_STS_ERROR_RULE: '[{"when":{},"code":"TIMEOUT"},{"when":{},"fault":"drop"}]',
      ECHO_STS_AUTH_TOKEN: 'secret',
      ECHO_STS_TIMELINE_LIMIT: '10',
      ECHO_STS_CONTROL_TOKEN: 'other',
      ECHO_STS_AUDIO_CHECK: 'true',
      ECHO_STS_LOG_LEVEL: 'warn',
      ECHO_STS_JSON: 'true',
      ECHO_STS_EXIT_WITH_PARENT: '1',
      ECHO_STS_PRINT_CONTROL: 'on',
    };
    const flags = Object.entries(values).flatMap(([name, value]) => {
      const flag = `--${name.slice('ECHO_STS_'.length).toLowerCase().replaceAll('_', '-')}`;
      return ['true', '1', 'on'].includes(value) ? [flag] : [flag, value];
    });
    expect(read(values)).toEqual(serving(flags));
    expect([...FLAG_VARIABLES.keys()]).toEqual(expect.arrayContaining(Object.keys(values)));
    const without = FLAGS.filter((flag) => ![...FLAG_VARIABLES.values()].includes(flag)).map(({ name }) => name);
    expect(without).toEqual(['seed', 'wait-timeout-ms', 'control', 'help', 'version', 'verbose']);
  });

  it('wins over the config file and other variables, and a flag wins over it', () => {
    const files = { 'sts.json': JSON.stringify({ delayMs: 2, capacity: 2, maxConnections: 2 }) };
    const environment = {
      ECHO_STS_CONFIG: 'sts.json',
      ECHO_STS_DELAY_MS: '3',
      ECHO_STS_CAPACITY: '3',
      ECHO_PROCESSING_DELAY_MS: '1',
      WS_MAX_CONNECTIONS: '1',
      ECHO_HOST: '0.0.0.0',
    };
    expect(serving(['--capacity', '4'], { environment, files }).options).toEqual({
      port: 8000,
      host: '0.0.0.0',
      maxConnections: 2,
      delayMs: 3,
      capacity: 4,
    });
    expect(read({ ECHO_STS_LOG_LEVEL: 'warn', LOG_LEVEL: 'error' }).logLevel).toBe('warn');
    expect(read({ ECHO_STS_JSON: 'true' }, '--no-json').isJson).toBe(false);
  });

  it('counts before a command as well', () => {
    expect(read({ ECHO_STS_DELAY_MS: '5' }, '--', 'npm').options.delayMs).toBe(5);
  });

  it.each([
    [{ ECHO_STS_CAPACITY: '0' }, 'ECHO_STS_CAPACITY: `capacity` expected an integer ≥ 1, or Infinity, got 0.'],
    [{ ECHO_STS_JSON: 'perhaps' }, 'ECHO_STS_JSON: expected true or false, got "perhaps".'],
    [{ ECHO_STS_BACKPRESSURE: '0.5' }, 'ECHO_STS_BACKPRESSURE: expected true or false, got "0.5".'],
    [
      { ECHO_STS_LOG_LEVEL: 'chatty' },
      'ECHO_STS_LOG_LEVEL: expected one of debug, info, warn, error, silent, got "chatty".',
    ],
    [{ ECHO_STS_CONFIG: 'none.json' }, 'ECHO_STS_CONFIG none.json cannot be read: ENOENT: no such file or directory.'],
  ])('that does not fit is refused: %j', (environment, sentence) => {
    expect(complaint([], { environment })).toBe(sentence);
    expect(complaint(['--', 'npm'], { environment })).toBe(sentence);
  });

  it('that nobody reads gets a warning, but for those that the program sets itself and those that the library reads', () => {
    const own = { ECHO_STS_URL: 'x', ECHO_STS_CONTROL: 'x', ECHO_STS_CA: 'x', ECHO_STS_SEED: '7' };
    expect(read(own)).toEqual(serving([]));
    expect(read({ ECHO_STS_DLEAY_MS: '5', ECHO_STS_FROBNICATE: '1', ECHO_STS_HELP: '1' }).warnings).toEqual([
      'Ignored ECHO_STS_DLEAY_MS: unknown variable. Did you mean ECHO_STS_DELAY_MS?',
      'Ignored ECHO_STS_FROBNICATE: unknown variable. See `echo-sts --help`.',
      'Ignored ECHO_STS_HELP: unknown variable. See `echo-sts --help`.',
    ]);
  });

  it('that is empty says nothing', () => {
    expect(read({ ECHO_STS_PORT: ' ', ECHO_STS_JSON: '' })).toEqual(serving([]));
  });
});

describe('a config file', () => {
  const config = (value: unknown) => ({
    files: { 'sts.json': typeof value === 'string' ? value : JSON.stringify(value) },
  });
  const ARGS = ['--config', 'sts.json'];

  it('has options as createEchoSts takes them, and how to log', () => {
    const file = {
      delayMs: { p50: 40, p99: 200 },
      backpressure: { high: 0.8 },
      errorRules: [{ when: { everyNth: 3 }, code: 'GPU_OOM' }],
      cuts: [{ at: 'after-ack', how: 'reset', optional: true }],
      refusals: [{ after: 1, times: 2 }],
      restarts: [{ at: 'connect', downForMs: 100 }],
      signals: [{ at: 'after-ack', severity: 'low', action: 'none' }],
      timeline: { limit: 7 },
      auth: { token: 'secret' },
      control: { token: 'other' },
      paths: ['/sts'],
      port: { from: 4000, to: 4100 },
      logLevel: 'error',
      json: true,
      exitWithParent: true,
    };
    const { logLevel, json, exitWithParent, ...written } = file;
    const planned = { options: written, logLevel, isJson: json, exitsWithParent: exitWithParent };
    expect(serving(ARGS, config(file))).toMatchObject(planned);
  });

  it('may ask for a manual clock', () => {
    expect(serving(ARGS, config({ clock: 'manual', control: true })).options.clock).toMatchObject({ isManual: true });
  });

  it('wins over the environment, and flags over it', () => {
    const environment = { ECHO_PORT: '1', ECHO_PROCESSING_DELAY_MS: '1', WS_MAX_CONNECTIONS: '1', LOG_LEVEL: 'error' };
    const { options, logLevel } = serving([...ARGS, '--port', '3', '--timeline-audio'], {
      environment,
      ...config({ port: 2, delayMs: 2, timeline: { limit: 2 }, logLevel: 'warn' }),
    });
    expect({ options, logLevel }).toEqual({
      options: { port: 3, delayMs: 2, maxConnections: 1, timeline: { limit: 2, audio: true } },
      logLevel: 'warn',
    });
    expect(serving([...ARGS, '--log-level', 'info'], { environment, ...config({ logLevel: 'warn' }) }).logLevel).toBe(
      'info',
    );
    expect(serving([...ARGS, '--no-backpressure'], config({ backpressure: { high: 0.8 } })).options.backpressure).toBe(
      false,
    );
  });

  it.each<[unknown, RegExp]>([
    [
      { dleayMs: 1, port: -1 },
      /^sts\.json: Did you mean `delayMs`\? Expected one of `delayMs`, .*, got the unknown name `dleayMs`\. `port` expected a port number .*, got -1\.$/,
    ],
    [
      { timeline: { limits: 1 } },
      /^sts\.json: Did you mean `limit`\? Expected one of `limit`, `audio`, got the unknown name `timeline\.limits`\.$/,
    ],
    [
      { port: { from: 4100, to: 4000 } },
      /^sts\.json: `port` expected `from` ≤ `to`, got 4100 and 4000; exchange them\.$/,
    ],
    [{ port: '4000-4100' }, /^sts\.json: `port` expected .*, or a range { from, to }, got "4000-4100"\.$/],
    [{ clock: 'sundial' }, /^sts\.json: `clock` expected .*, got "sundial"\.$/],
    [{ logLevel: 3 }, /^sts\.json: `logLevel` expected a text, got 3\.$/],
    [{ logLevel: 'loud' }, /^sts\.json: expected one of debug, info, warn, error, silent, got "loud"\.$/],
    [{ json: 'yes' }, /^sts\.json: `json` expected true or false, got "yes"\.$/],
    [{ exitWithParent: 1 }, /^sts\.json: `exitWithParent` expected true or false, got 1\.$/],
    [[], /^sts\.json: expected an object of options, such as {"delayMs": 40}, got a list\.$/],
    ['{', /^sts\.json: expected JSON: .*\.$/],
  ])('with %j is reported in one sentence', (value, sentence) => {
    expect(complaint(ARGS, config(value))).toMatch(sentence);
  });

  it.each([
    [['--control=hush'], {}],
    [['--control', 'hush'], {}],
    [ARGS, config('{ "control": { "token": "hush" }, }')],
  ])('that is wrong repeats no token: %j', (args, surroundings) => {
    expect(complaint(args, surroundings)).not.toContain('hush');
    expect(complaint(args, surroundings)).not.toMatch(/^no complaint/);
  });

  it('that is not there is reported in one sentence', () => {
    expect(complaint(ARGS)).toBe('--config sts.json cannot be read: ENOENT: no such file or directory.');
  });
});

describe('a command', () => {
  it('stands behind --, with flags of its own', () => {
    expect(serving(['--delay-ms', '5', '--', 'npm', 'test', '--', '--port', '1'])).toEqual({
      kind: 'serve',
      options: { port: 0, control: { token: TOKEN }, delayMs: 5 },
      logLevel: 'warn',
      isJson: false,
      exitsWithParent: undefined,
      printsControl: false,
      warnings: [],
      command: ['npm', 'test', '--', '--port', '1'],
    });
  });

  it('gets a port of a range where that is asked for', () => {
    expect(serving(['--port', '4000-4100', '--', 'npm']).options.port).toEqual({ from: 4000, to: 4100 });
  });

  it('gets another port, other control and another log where that is asked for', () => {
    const environment = { ECHO_STS_PORT: '9000', ECHO_STS_LOG_LEVEL: 'info' };
    expect(serving(['--no-control', '--', 'npm'], { environment })).toMatchObject({
      options: { port: 9000, control: false },
      logLevel: 'info',
    });
    expect(serving(['--control-token', 'secret', '--', 'npm']).options.control).toEqual({ token: 'secret' });
  });
});
