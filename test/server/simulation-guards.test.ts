/** Who may connect and how much a stream may send: credentials, the number of connections, fragments per minute. */

import { type AuthOption, createEchoSts, type EchoStsOptions } from 'echo-sts';
import { describe, expect, it } from 'vitest';
import { fragment, type Payload, type TestWorker } from '../support/client.js';
import { watchHost } from '../support/host.js';
import { poll } from '../support/poller.js';
import { dial, dialSocketIo, frame } from '../support/raw-peer.js';
import { useServers } from '../support/servers.js';

watchHost();
const { start, join, tryToConnect } = useServers();
/** How long is looked for what a bare connection receives. */
const PATIENTLY = { timeout: 10_000 };

/** The `data` of the `connect_error`. */
async function refusalOf(worker: TestWorker): Promise<Payload> {
  const error = await worker.next('connect_error');
  expect(error.data.message).toBe(error.message);
  return error.data;
}

const refusal = (code: string, severity: string, retryable: boolean) => ({
  error_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
  code,
  message: expect.stringMatching(/./),
  severity,
  retryable,
});

describe('auth', () => {
  const AUTH_FAILED = refusal('AUTH_FAILED', 'fatal', false);

  it.each([['websocket'], ['polling']])('with a token lets in over %s who has it', async (transport) => {
    const sts = await start({ auth: { token: 'secret' } });
    const worker = await join(sts, { auth: { token: 'secret' }, transports: [transport] });
    await worker.init();
    expect(sts.connections).toBe(1);
  });

  it.each([
    ['no credentials', {}],
    ['another token', { auth: { token: 'Secret' } }],
    ['a token that is no text', { auth: { token: ['secret'] } }],
    ['no credentials over polling', { transports: ['polling'] }],
  ])('with a token refuses %s with AUTH_FAILED', async (_, options) => {
    const sts = await start({ auth: { token: 'secret' } });
    expect(await refusalOf(tryToConnect(sts.url, options))).toStrictEqual(AUTH_FAILED);
    expect([sts.connections, sts.sessions]).toEqual([0, []]);
  });

  it('by a function is asked again, with the same headers, when a worker leaves and joins again', async () => {
    const asked: unknown[] = [];
    const auth: AuthOption = ({ name }, { upgrade, host }) => asked.push([name, upgrade, host]) > 0;
    const sts = await start({ auth });
    const peer = await dialSocketIo(sts.port);
    peer.send('41');
    await sts.waitFor('disconnect');
    peer.send('40{"name":"ada"}');
    await sts.waitFor('connect', { times: 2 });
    const [first] = asked;
    expect(first).toEqual([undefined, 'websocket', expect.stringMatching(/./)]);
    expect(asked).toEqual([first, ['ada', ...(first as unknown[]).slice(1)]]);
    peer.destroy();
  });

  it.each<[string, AuthOption]>([
    ['a function', ({ name }, headers) => name === 'ada' && headers['x-worker-id'] === 'w'],
    ['a promise', async ({ name }, headers) => name === 'ada' && headers['x-worker-id'] === 'w'],
  ])('by %s decides on what the client sends', async (_, auth) => {
    const sts = await start({ auth });
    const extraHeaders = { 'X-Worker-ID': 'w' };
    expect(await refusalOf(tryToConnect(sts.url, { auth: { name: 'bob' }, extraHeaders }))).toStrictEqual(AUTH_FAILED);
    expect(await refusalOf(tryToConnect(sts.url, { auth: { name: 'ada' } }))).toStrictEqual(AUTH_FAILED);
    await (await join(sts, { auth: { name: 'ada' }, extraHeaders })).init();
  });

  it.each<[string, () => unknown]>([
    [
      'throws',
      () => {
        throw new Error('no idea');
      },
    ],
    ['rejects', () => Promise.reject(new Error('no idea'))],
    ['throws what is no error', () => Promise.reject('no idea')],
    ['answers neither true nor false', () => 1],
  ])('by a function that %s refuses with AUTH_FAILED', async (_, auth) => {
    const sts = await start({ auth: auth as AuthOption });
    expect(await refusalOf(tryToConnect(sts.url))).toStrictEqual(AUTH_FAILED);
  });

  it('says what its function threw', async () => {
    const auth = () => Promise.reject(new Error('the key is rusty'));
    expect((await refusalOf(tryToConnect((await start({ auth })).url))).message).toContain('the key is rusty');
  });

  it.each<[string, () => unknown, string]>([
    ['1', () => 1, '1'],
    ['nothing', () => undefined, 'nothing'],
    ['a promise of a text', async () => 'yes', '"yes"'],
  ])('says what its function answered: %s', async (_, auth, got) => {
    const sts = await start({ auth: auth as AuthOption });
    const { message } = await refusalOf(tryToConnect(sts.url));
    expect(message).toBe(`\`auth\` expected to return true or false, got ${got}.`);
  });

  it('says what its function threw that is no error', async () => {
    const auth = () => Promise.reject('a fit');
    const { message } = await refusalOf(tryToConnect((await start({ auth })).url));
    expect(message).toBe('The `auth` function threw: "a fit".');
  });

  it('is not asked for by default, whatever the client sends', async () => {
    await (await join(await start(), { auth: { token: 'any' } })).init();
  });
});

describe('maxConnections', () => {
  const RATE_LIMIT = refusal('RATE_LIMIT', 'warning', true);

  it('refuses one more with RATE_LIMIT, and lets it in when one has gone', async () => {
    const sts = await start({ maxConnections: 2 });
    const [first] = [await join(sts), await join(sts, { transports: ['polling'] })];
    await first.init();
    expect(await refusalOf(tryToConnect(sts.url))).toStrictEqual(RATE_LIMIT);
    first.close();
    await sts.waitForSession({ streamId: 'stream-1', state: 'closed' });
    await join(sts);
    expect(await refusalOf(tryToConnect(sts.url))).toStrictEqual(RATE_LIMIT);
    expect(sts.connections).toBe(2);
  });

  it.each<[string, EchoStsOptions]>([
    ['', {}],
    [', with credentials that take a while', { auth: () => Promise.resolve(true) }],
  ])('lets in one of several that connect in the same tick%s', async (_, options) => {
    const sts = await start({ maxConnections: 1, ...options });
    const workers = [tryToConnect(sts.url), tryToConnect(sts.url), tryToConnect(sts.url)];
    await Promise.all(workers.map((worker) => Promise.race(['connect', 'connect_error'].map((e) => worker.next(e)))));
    expect(workers.map((worker) => worker.all('connect').length).sort()).toEqual([0, 0, 1]);
    expect(sts.connections).toBe(1);
  });

  it('does not count who had no credentials, nor keep a place for who left while they were looked at', async () => {
    let welcome = (_: boolean): void => {};
    let asked = (): void => {};
    const isAsked = new Promise<void>((resolve) => {
      asked = resolve;
    });
    const auth: AuthOption = ({ name }) => {
      if (name !== 'slow') return name === 'ada';
      asked();
      return new Promise((resolve) => {
        welcome = resolve;
      });
    };
    const sts = await start({ maxConnections: 1, auth });
    const slow = tryToConnect(sts.url, { auth: { name: 'slow' }, transports: ['polling'] });
    await isAsked;
    slow.close();
    // Two that are refused have come after it left, so that the server knows.
    for (const _ of [1, 2]) expect((await refusalOf(tryToConnect(sts.url))).code).toBe('AUTH_FAILED');
    welcome(true);
    await join(sts, { auth: { name: 'ada' } });
  });

  it('does not count who has left, and may join again on the same websocket', async () => {
    const sts = await start({ maxConnections: 1 });
    const peer = await dialSocketIo(sts.port);
    for (let time = 0; time < 12; time += 1) {
      peer.send('41');
      await expect.poll(() => sts.connections, PATIENTLY).toBe(0);
      peer.send('40');
      await expect.poll(() => peer.received.match(/40\{"sid"/g)?.length, PATIENTLY).toBe(time + 2);
    }
    expect([sts.connections, sts.sessions.length]).toEqual([1, 13]);
    expect(await refusalOf(tryToConnect(sts.url))).toStrictEqual(RATE_LIMIT);
    peer.send('41');
    await expect.poll(() => sts.connections, PATIENTLY).toBe(0);
    await join(sts);
    peer.destroy();
  });

  it('joined again before it was left is closed by Socket.IO, and the note says that the fixture has ended it', async () => {
    const sts = await start();
    const peer = await dialSocketIo(sts.port);
    peer.write(Buffer.concat(['41', '40'].map((packet) => frame(packet))));
    const { payload } = await sts.waitFor('disconnect');
    expect(payload).toEqual({ reason: expect.stringMatching(/or a second one to join it$/), by: 'fixture' });
    expect(sts.violations()).toEqual([]);
    peer.destroy();
  });

  it('does not count who has left, and may join again on the same session by polling', async () => {
    const sts = await start({ maxConnections: 1 });
    const { get, post } = await poll(sts.url);
    for (let time = 0; time < 12; time += 1) {
      await post('41');
      await post('40');
      expect(await get()).toMatch(/^40\{"sid"/);
    }
    expect([sts.connections, sts.sessions.length]).toEqual([1, 13]);
  });

  it.each([1, Number.POSITIVE_INFINITY])('of %d or not: a connection has one open session', async (maxConnections) => {
    const sts = await start({ maxConnections });
    const peer = await dial(sts.port);
    peer.upgrade('/socket.io/?EIO=4&transport=websocket');
    await peer.until('"pingTimeout"');
    peer.write(Buffer.concat(Array.from({ length: 5 }, () => frame('40'))));
    await expect.poll(() => peer.received.split('INVALID_CONFIG').length - 1, PATIENTLY).toBe(4);
    expect(peer.received.match(/40\{"sid"/g)).toHaveLength(1);
    expect(peer.received).toContain('"message":"This connection has already joined the namespace; leave it before');
    expect([sts.connections, sts.sessions.length]).toEqual([1, 1]);
    peer.destroy();
  });

  it('does not limit by default', async () => {
    const sts = await start();
    await Promise.all(Array.from({ length: 30 }, () => join(sts)));
    expect(sts.connections).toBe(30);
  });
});

describe('maxFragmentsPerMinute', () => {
  it('refuses one more of a stream with RATE_LIMIT and says how long to wait', async () => {
    const sts = await start({ maxFragmentsPerMinute: 2 });
    const [worker, other] = [await join(sts), await join(sts)];
    for (const each of [worker, other]) await each.init();
    for (const number of [0, 1, 2, 2]) worker.send('fragment:data', fragment(number));
    other.send('fragment:data', fragment(0));
    await worker.settled();
    await other.settled();
    expect(worker.all('error')).toMatchObject(
      Array(2).fill({ code: 'RATE_LIMIT', severity: 'warning', retryable: true, fragment_id: 'fragment-2' }),
    );
    const { retry_after_ms } = worker.all('error')[0].metadata;
    expect([retry_after_ms > 50_000, retry_after_ms <= 60_000]).toEqual([true, true]);
    expect(worker.all('fragment:processed').map((result) => result.sequence_number)).toEqual([0, 1]);
    expect([other.all('error'), sts.sessions[1]?.totalFragments]).toEqual([[], 2]);
  });

  it('counts what is taken, not what is refused for another reason', async () => {
    const worker = await join(await start({ maxFragmentsPerMinute: 2 }));
    await worker.init();
    for (const number of [0, 0, 99, 1]) worker.send('fragment:data', fragment(number));
    await worker.settled();
    expect(worker.all('error').map(({ code }) => code)).toEqual(['INVALID_SEQUENCE', 'INVALID_SEQUENCE']);
    expect(worker.all('fragment:processed')).toHaveLength(2);
  });
});

it.each<[string, unknown]>([
  ['auth.token', { auth: { token: '' } }],
  ['auth.token', { auth: {} }],
  ['auth', { auth: 'secret' }],
  ['maxConnections', { maxConnections: 0 }],
  ['maxFragmentsPerMinute', { maxFragmentsPerMinute: 1.5 }],
  ['seed', { seed: true }],
  ['capacity', { capacity: 0 }],
])('a wrong `%s` is refused: %j', async (name, options) => {
  const invalid = expect.objectContaining({ code: 'INVALID_OPTION', message: expect.stringMatching(`^\`${name}\` `) });
  await expect(createEchoSts(options as EchoStsOptions)).rejects.toThrow(invalid);
});
