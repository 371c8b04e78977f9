/** The pages of a running fixture, beside Socket.IO. */

import { describe, expect, it } from 'vitest';
import { fragment, init } from '../support/client.js';
import { watchHost } from '../support/host.js';
import { poll } from '../support/poller.js';
import { dial } from '../support/raw-peer.js';
import { useServers } from '../support/servers.js';

const { start, join, tryToConnect } = useServers();
watchHost();
/** How long is looked for what a bare connection receives. */
const PATIENTLY = { timeout: 10_000 };

/** The lines of `/metrics` that are about one metric, without its buckets. */
async function metric(url: string, name: string): Promise<string[]> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return text.split('\n').filter((line) => line.startsWith(name) && !line.includes('_bucket'));
}

describe('GET /health', () => {
  it('counts the sessions that are open', async () => {
    const sts = await start();
    const health = async () => (await fetch(`${sts.url}/health`)).json();
    expect(await health()).toMatchObject({ status: 'healthy', service: 'echo-sts', sessions: 0 });
    const worker = await join(sts);
    expect(await health()).toMatchObject({ sessions: 1 });
    worker.close();
    await sts.waitFor('disconnect');
    expect(await health()).toMatchObject({ sessions: 0, uptime_seconds: expect.any(Number) });
  });

  it('is answered to HEAD without a body, and leaves the connection open', async () => {
    const { port } = await start();
    const peer = await dial(port);
    peer.write('HEAD /health HTTP/1.1\r\nHost: a\r\n\r\nGET /nowhere HTTP/1.1\r\nHost: a\r\n\r\n');
    await peer.closed;
    const [health = '', nowhere = ''] = peer.received.split(/\r\n\r\n(?=HTTP)/);
    expect(health).toMatch(/^HTTP\/1\.1 200 OK\r\n[\s\S]*content-length: \d+/i);
    expect(nowhere).toMatch(/^HTTP\/1\.1 404 Not Found\r\n/);
  });

  it('is answered while connections are refused, and does not use up a refusal', async () => {
    const sts = await start();
    sts.refuse({ times: 1, status: 503 });
    expect((await fetch(`${sts.url}/health`)).status).toBe(200);
    expect((await fetch(`${sts.url}/socket.io/?EIO=4&transport=polling`)).status).toBe(503);
    expect((await fetch(`${sts.url}/health`)).status).toBe(200);
  });

  it('is answered again after a restart', async () => {
    const sts = await start();
    await sts.restart();
    expect((await fetch(`${sts.url}/health`)).status).toBe(200);
  });

  it('gives way to Socket.IO where the option `paths` says so', async () => {
    const sts = await start({ paths: ['/health'] });
    expect((await fetch(`${sts.url}/health?EIO=4&transport=polling`)).status).toBe(200);
    expect(await (await fetch(`${sts.url}/health`)).json()).toMatchObject({ message: 'Transport unknown' });
  });
});

describe('an upgrade that is not to WebSocket', () => {
  /** As curl and Java's client offer HTTP/2 with a first request. */
  const H2C = ['Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c', 'HTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA'];

  it('is left alone, and the request answered', async () => {
    const { port } = await start();
    const peer = await dial(port);
    peer.request('/health', ...H2C);
    await peer.until('"status":"healthy"');
    expect(peer.received).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    peer.request('/nowhere', 'Connection: Upgrade', 'Upgrade: TLS/1.2, h2c');
    await peer.closed;
    expect(peer.received).toContain('HTTP/1.1 404 Not Found\r\n');
  });

  it('is left alone with a body; what comes behind it is read, or the connection closed', async () => {
    const sts = await start();
    const { sid } = await poll(sts.url);
    const path = `/socket.io/?EIO=4&transport=polling&sid=${sid}`;
    const body = `42${JSON.stringify(['stream:init', init()])}`;
    const peer = await dial(sts.port);
    const head = [`POST ${path} HTTP/1.1`, 'Host: a', ...H2C, `Content-Length: ${body.length}`, '', ''];
    peer.write(head.join('\r\n') + body);
    peer.request('/nowhere');
    await peer.closed;
    expect(peer.received).toMatch(/^HTTP\/1\.1 200 OK\r\n[\s\S]*connection: close\r\n/i);
    expect((await sts.waitFor('stream:init')).streamId).toBe('stream-1');
  });

  it('is left alone by the path of workers, by websocket alone', async () => {
    const { port } = await start({ transports: ['websocket'] });
    const peer = await dial(port);
    peer.request('/socket.io/?EIO=4&transport=polling', ...H2C);
    await peer.until('Transport unknown');
    expect(peer.received).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
  });
});

describe('an upgrade to WebSocket', () => {
  const KEY = 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==';
  const UPGRADE = ['Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13', KEY];

  it.each(['/health', '/sessions', '/elsewhere'])('where there is none is an ordinary request: %s', async (path) => {
    const { port } = await start({ control: true });
    const peer = await dial(port);
    peer.upgrade(path);
    peer.request('/nowhere');
    await peer.closed;
    const status = path === '/elsewhere' ? '404 Not Found' : '200 OK';
    expect(peer.received.split('\r\n')[0]).toBe(`HTTP/1.1 ${status}`);
  });

  it.each(['GET', 'POST'])('with a body is an ordinary request, whose body may come later: %s', async (method) => {
    const sts = await start();
    const peer = await dial(sts.port);
    const head = [
      `${method} /socket.io/?EIO=4&transport=websocket HTTP/1.1`,
      'Host: a',
      ...UPGRADE,
      'Content-Length: 5',
    ];
    peer.write([...head, '', 'hel'].join('\r\n'));
    await peer.until('\r\n\r\n');
    expect(peer.received).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
    peer.write('lo');
    peer.request('/nowhere');
    await peer.closed;
    expect(peer.received).toMatch(/connection: close\r\n/i);
  });

  it('whose body never comes leaves nothing behind', async () => {
    const sts = await start();
    for (const path of ['/health', '/socket.io/?EIO=4&transport=websocket']) {
      const peer = await dial(sts.port);
      peer.write(
        [`GET ${path} HTTP/1.1`, 'Host: a', ...UPGRADE, 'Transfer-Encoding: chunked', '', '5\r\nhel'].join('\r\n'),
      );
      await peer.until('\r\n\r\n');
      peer.destroy();
    }
    await join(sts);
    expect(sts.sessions).toHaveLength(1);
  });

  it('that `refuse()` turns away is answered in words, and counted once', async () => {
    const sts = await start();
    sts.refuse({ times: 1, status: 429 });
    const peer = await dial(sts.port);
    peer.upgrade('/socket.io/?EIO=4&transport=websocket');
    await peer.closed;
    expect(peer.received).toMatch(
      /^HTTP\/1\.1 429 Too Many Requests\r\n[\s\S]*as requested by the test with `refuse\(\)`\.\n$/,
    );
    expect(sts.timeline({ event: 'refused' })).toHaveLength(1);
    await join(sts);
  });
});

describe('one connection', () => {
  it('carries the requests of many polling sessions, of made-up ones, and of all pages', async () => {
    const sts = await start();
    const peer = await dial(sts.port);
    for (let n = 0; n < 30; n += 1) {
      peer.request('/socket.io/?EIO=4&transport=polling');
      peer.request(`/socket.io/?EIO=4&transport=polling&sid=made-up-${n}`);
      peer.request('/health');
    }
    await expect.poll(() => peer.received.split('HTTP/1.1 ').length - 1, PATIENTLY).toBe(90);
    expect(peer.received.match(/HTTP\/1\.1 200 OK/g)).toHaveLength(60);
    expect(peer.received.match(/Session ID unknown/g)).toHaveLength(30);
    peer.destroy();
  });
});

describe('GET /sessions', () => {
  it('is not found unless it was asked for', async () => {
    const sts = await start();
    expect((await fetch(`${sts.url}/sessions`)).status).toBe(404);
  });

  it('shows the sessions as the handle does, newest first', async () => {
    const sts = await start({ control: { token: 'secret' } });
    await (await join(sts)).init();
    await join(sts);
    expect((await fetch(`${sts.url}/sessions`)).status).toBe(401);
    const shown: unknown = await (await fetch(`${sts.url}/sessions?token=secret`)).json();
    expect(shown).toMatchObject([{ streamId: '' }, { streamId: 'stream-1', state: 'active' }]);
    expect(shown).toEqual(JSON.parse(JSON.stringify(sts.sessions)));
  });
});

describe('GET /metrics', () => {
  it('tells what happened before it was first asked for', async () => {
    const sts = await start({ errorRules: [{ when: { sequenceNumber: 1 }, code: 'TIMEOUT' }], delayMs: 7 });
    const worker = await join(sts);
    await worker.init();
    for (const n of [0, 1, 0]) worker.send('fragment:data', fragment(n));
    await sts.idle();
    expect(await metric(sts.url, 'ws_fragments_processed_total')).toEqual([
      'ws_fragments_processed_total{status="success"} 1',
      'ws_fragments_processed_total{status="partial"} 0',
      'ws_fragments_processed_total{status="failed"} 1',
    ]);
    const errors = ['ws_errors_total{error_code="INVALID_SEQUENCE"} 1', 'ws_errors_total{error_code="TIMEOUT"} 1'];
    expect((await metric(sts.url, 'ws_errors_total')).sort()).toEqual(errors);
    const times = sts.timeline({ event: 'fragment:processed' }).map(({ payload }) => payload.processing_time_ms);
    const [sum] = await metric(sts.url, 'ws_fragment_processing_ms_sum');
    expect(sum).toBe(`ws_fragment_processing_ms_sum ${times.reduce((all, time) => all + time, 0)}`);
  });

  it('tells how many connections, streams and fragments there are', async () => {
    const sts = await start({ delayMs: 60_000, capacity: 1 });
    await join(sts);
    const worker = await join(sts);
    await worker.init();
    for (const n of [0, 1, 2]) worker.send('fragment:data', fragment(n));
    await sts.waitFor('fragment:ack', { sequenceNumber: 2 });
    expect(await metric(sts.url, 'ws_active')).toEqual(['ws_active_connections 2', 'ws_active_streams 1']);
    expect(await metric(sts.url, 'ws_queue_depth')).toEqual(['ws_queue_depth 2']);
    expect(await metric(sts.url, 'ws_fragments_inflight')).toEqual(['ws_fragments_inflight 3']);
  });

  it('counts connections that were turned away', async () => {
    const sts = await start({ auth: { token: 'secret' } });
    await tryToConnect(sts.url, { auth: { token: 'wrong' } }).next('connect_error');
    expect(await metric(sts.url, 'ws_errors_total')).toEqual(['ws_errors_total{error_code="AUTH_FAILED"} 1']);
  });

  it('is one for each fixture, in the format of Prometheus', async () => {
    const [one, other] = [await start(), await start()];
    await join(one);
    expect(await metric(one.url, 'ws_active_connections')).toEqual(['ws_active_connections 1']);
    expect(await metric(other.url, 'ws_active_connections')).toEqual(['ws_active_connections 0']);
    const { headers } = await fetch(`${one.url}/metrics`);
    expect(headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  });
});
