/** The option `tls`: all that a server does works under TLS as it does without. */

import { once } from 'node:events';
import { get } from 'node:https';
import { createConnection } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { type CutForm, connectEchoSts, type EchoSts, type EchoStsOptions } from 'echo-sts';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { type Certificate, ELSEWHERE, makeCertificate } from '../support/certificate.js';
import { fragment } from '../support/client.js';
import { dial, frame } from '../support/raw-peer.js';
import { secondsOf } from '../support/seconds.js';
import { useServers } from '../support/servers.js';

const { start, join, tryToConnect } = useServers();
let own: Certificate;

beforeAll(async () => {
  own = await makeCertificate();
});

const serve = (options?: EchoStsOptions) => start({ tls: own, ...options });
/** A worker that trusts the certificate. */
const trusting = (transports: ('polling' | 'websocket')[] = ['websocket']) => ({ ca: own.cert, transports });

describe('over TLS', () => {
  it.each([[['websocket']], [['polling']], [['polling', 'websocket']]] as ('polling' | 'websocket')[][][])(
    'a stream is served by %s',
    async (transports) => {
      const sts = await serve();
      expect(sts.url).toBe(`https://127.0.0.1:${sts.port}`);
      const worker = await join(sts, trusting(transports));
      await worker.init();
      worker.send('fragment:data', fragment(0));
      expect(await worker.next('fragment:processed')).toMatchObject({ status: 'success' });
      expect(sts.session('stream-1')?.statistics.successCount).toBe(1);
    },
  );

  it('the certificate is the one that was given, and its worker has to trust it', async () => {
    const sts = await serve();
    const worker = tryToConnect(sts.url);
    expect(await worker.next('connect_error')).toMatchObject({
      description: { message: expect.stringContaining('self-signed certificate') },
    });
    expect([sts.connections, sts.timeline()]).toEqual([0, []]);
  });

  it('the pages are served, and `/sessions` to this machine', async () => {
    const sts = await serve({ control: true });
    for (const path of ['/health', '/metrics', '/sessions']) expect(await statusOf(sts, path)).toBe(200);
    expect(await statusOf(sts, '/nothing')).toBe(404);
  });

  it('who speaks plain HTTP is turned away at once, and disturbs nobody', async () => {
    const sts = await serve();
    const worker = await join(sts, trusting());
    const stranger = await dial(sts.port);
    stranger.request('/health');
    await stranger.closed;
    await worker.init();
    expect(worker.isConnected).toBe(true);
  });

  it('`refuse()` refuses the next connection', async () => {
    const sts = await serve();
    sts.refuse({ status: 429 });
    await tryToConnect(sts.url, trusting()).next('connect_error');
    sts.refuse({ status: 429 });
    expect(await statusOf(sts, '/socket.io/?EIO=4&transport=polling')).toBe(429);
    await join(sts, trusting());
    expect(sts.timeline({ event: 'refused' }).map(({ payload }) => payload.status)).toEqual([429, 429]);
  });

  it('`restart()` ends connections, and takes new ones on the same port', async () => {
    const sts = await serve();
    const worker = await join(sts, trusting());
    await sts.restart();
    expect(await worker.next('disconnect')).toMatch(/^transport (close|error)$/);
    await (await join(sts, trusting())).init();
  });
});

describe('a cut over TLS by', () => {
  const QUICK_HEARTBEAT = { pingIntervalMs: 100, pingTimeoutMs: 200 };
  /** The heartbeat decides, so it has to be quick. */
  const QUIET: readonly CutForm[] = ['half-open', 'stall', 'mute-pings'];
  const REASONS: Readonly<Record<CutForm, RegExp>> = {
    'server-disconnect': /^io server disconnect$/,
    'transport-close': /^transport close$/,
    reset: /^transport (close|error)$/,
    'half-open': /^ping timeout$/,
    stall: /^ping timeout$/,
    'mute-pings': /^ping timeout$/,
  };
  /** Where the worker polls, its next request is what fails. */
  const OVER_POLLING = {
    'server-disconnect': REASONS['server-disconnect'],
    'transport-close': /^transport (close|error)$/,
    reset: REASONS.reset,
  };
  const CASES = [
    ...Object.entries(REASONS).map(([how, reason]) => ['websocket', how as CutForm, reason] as const),
    ...Object.entries(OVER_POLLING).map(([how, reason]) => ['polling', how as CutForm, reason] as const),
  ];

  it.each(CASES)('on %s: %s', async (transport, how, reason) => {
    const sts = await serve(QUIET.includes(how) ? QUICK_HEARTBEAT : {});
    const worker = await join(sts, trusting([transport]));
    await worker.init();
    const cut = sts.cut({ at: 'now', how });
    expect(await worker.next('disconnect')).toMatch(reason);
    await sts.waitForSession({ state: 'closed' });
    expect([cut.hits, sts.connections]).toEqual([1, 0]);
  });

  it('reset resets the connection, after what was said before', async () => {
    const sts = await serve();
    const socket = await upgraded(sts);
    sts.cut({ at: 'now', how: 'reset' });
    const [error] = await once(socket, 'error');
    expect(error).toMatchObject({ code: 'ECONNRESET', syscall: 'read' });
  });

  it('stall leaves the connection open, and reads no more from it', async () => {
    const sts = await serve();
    const socket = await upgraded(sts);
    sts.cut({ at: 'now', how: 'stall' });
    // More than the buffers of both sides hold.
    expect(socket.write(Buffer.alloc(32 * 1024 * 1024))).toBe(false);
    await sts.idle();
    expect([socket.destroyed, socket.writableLength > 0]).toEqual([false, true]);
    socket.destroy();
  });
});

describe('`close()` over TLS', () => {
  it('takes less than a second, and tells the workers', async () => {
    const sts = await serve();
    const worker = await join(sts, trusting());
    expect(await secondsOf(() => sts.close())).toBeLessThan(1);
    expect(await worker.next('disconnect')).toBe('io server disconnect');
  });

  it('with `abrupt` tells nobody', async () => {
    const sts = await serve();
    const worker = await join(sts, trusting());
    await sts.close({ abrupt: true });
    expect(await worker.next('disconnect')).toMatch(/^transport (close|error)$/);
  });

  it.each([
    ['nothing', ''],
    ['half of a handshake', '\x16\x03\x01\x02\x00\x01'],
  ])('leaves no connection on which %s was said', async (_, said) => {
    const sts = await serve();
    const socket = createConnection(sts.port, '127.0.0.1');
    await once(socket, 'connect');
    socket.write(said, 'latin1');
    // Others that are served afterwards: the server has accepted it.
    expect(await statusOf(sts, '/health')).toBe(200);
    const closed = once(socket.on('error', () => {}).resume(), 'close');
    expect(await secondsOf(() => sts.close())).toBeLessThan(1);
    await closed;
  });
});

describe('control over TLS', () => {
  it('is for those who trust the certificate, by `ca` or by the environment', async () => {
    const sts = await serve({ control: { token: 'secret' } });
    expect(sts.controlUrl).toBe(`${sts.url}/control?token=secret`);
    for (const ca of [own.cert, Buffer.from(own.cert), [own.cert]]) {
      await using remote = await connectEchoSts(sts.controlUrl, { ca });
      expect(await remote.url).toBe(sts.url);
    }
    vi.stubEnv('ECHO_STS_CA', own.cert);
    await using remote = await connectEchoSts(sts.controlUrl);
    expect(await remote.connections).toBe(0);
    vi.unstubAllEnvs();
  });

  it('comes back after a restart', async () => {
    const sts = await serve({ control: true });
    await using remote = await connectEchoSts(sts.controlUrl, { ca: own.cert });
    await remote.restart();
    expect(await remote.connections).toBe(0);
  });

  it('refuses a certificate that is not trusted, or of another host, and says why', async () => {
    const elsewhere = await makeCertificate(ELSEWHERE);
    const [mine, others] = [await serve({ control: true }), await start({ control: true, tls: elsewhere })];
    const advice = 'check the address, pass its certificate as the option `ca`, and start the fixture with the option';
    const refusal = (because: string) => ({
      code: 'DISCONNECTED',
      message: expect.stringMatching(
        new RegExp(`^No fixture with \`control\` replies at https:\\S+ \\(.*${because}.*\\); ${advice}`),
      ),
    });
    const { cert: ca } = elsewhere;
    await expect(connectEchoSts(mine.controlUrl)).rejects.toMatchObject(refusal('self-signed certificate'));
    await expect(connectEchoSts(mine.controlUrl, { ca })).rejects.toMatchObject(refusal('self-signed certificate'));
    await expect(connectEchoSts(others.controlUrl, { ca })).rejects.toMatchObject(
      refusal('does not match certificate'),
    );
  });

  it('says that what is to be trusted is no certificate', async () => {
    const sentence =
      'expected certificates in PEM, and OpenSSL cannot read them; pass what is in the file, not its name.';
    const refused = { code: 'INVALID_OPTION', message: `\`ca\` ${sentence}` };
    await expect(connectEchoSts('https://127.0.0.1:1/control', { ca: './ca.pem' })).rejects.toMatchObject(refused);
    vi.stubEnv('ECHO_STS_CA', './ca.pem');
    const message = `\`ECHO_STS_CA\` ${sentence}`;
    await expect(connectEchoSts('https://127.0.0.1:1/control')).rejects.toMatchObject({ ...refused, message });
    vi.unstubAllEnvs();
  });
});

/** The HTTP status of a page. */
async function statusOf(sts: EchoSts, path: string): Promise<number | undefined> {
  const [response] = await once(get(sts.url + path, { ca: own.cert, agent: false }), 'response');
  response.resume();
  await once(response, 'end');
  return response.statusCode;
}

/** The TLS connection of a worker with a WebSocket and a session. */
async function upgraded(sts: EchoSts): Promise<TLSSocket> {
  const socket = connectTls({ port: sts.port, host: '127.0.0.1', ca: own.cert });
  await once(socket, 'secureConnect');
  const headers = ['Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13'];
  const key = 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==';
  const path = '/socket.io/?EIO=4&transport=websocket';
  let received = '';
  const until = async (part: string) => {
    while (!received.includes(part)) received += (await once(socket, 'data')).join();
  };
  socket.write([`GET ${path} HTTP/1.1`, 'Host: 127.0.0.1', ...headers, key, '', ''].join('\r\n'));
  await until('"pingTimeout"');
  socket.write(frame('40'));
  await until('40{"sid"');
  // What comes later is read and forgotten.
  return socket.on('data', () => {});
}
