/** The pages by themselves: what is asked, and what is answered. */

import type { IncomingMessage, ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { Tally } from '../../src/record/tally.js';
import { type PageSource, pagesOf } from '../../src/server/pages.js';

const TOLD: PageSource = {
  paths: ['/socket.io/', '/ws/sts/'],
  control: {},
  tally: new Tally(),
  startedAt: 1000,
  now: () => 3500,
  load: () => ({ connections: 3, streams: 2, inflight: 5, queueDepth: 1 }),
  snapshots: () => [],
};

interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
}

/** Asks a page as an HTTP server would. */
function ask(told: Partial<PageSource>, url: string, more: object = {}): Promise<Answered> {
  const request = {
    method: 'GET',
    url,
    headers: { host: 'localhost:8000' },
    socket: { remoteAddress: '127.0.0.1' },
    ...more,
  };
  return new Promise((resolve) => {
    let head = { status: 0, headers: {} };
    const writeHead = (status: number, headers: object) => {
      head = { status, headers };
    };
    const end = (text: string) => resolve({ ...head, text });
    pagesOf({ ...TOLD, ...told })(request as IncomingMessage, { writeHead, end } as unknown as ServerResponse);
  });
}

const bearing = (authorization: string) => ({ headers: { host: '127.0.0.1', authorization } });
const TOKEN_WANTED = {
  status: 401,
  headers: { 'www-authenticate': 'Bearer' },
  text: 'The token is missing or wrong; send the token of the option `control` as `Authorization: Bearer …` or as `?token=…`.\n',
};

describe('/health', () => {
  it('says that the server is healthy, how many sessions are open, and for how long it runs', async () => {
    const { status, headers, text } = await ask({}, '/health?verbose=1');
    expect([status, headers['content-type']]).toEqual([200, 'application/json; charset=utf-8']);
    expect(JSON.parse(text)).toEqual({ status: 'healthy', service: 'echo-sts', sessions: 3, uptime_seconds: 2.5 });
  });

  it('is the same for everybody', async () => {
    const remote = { socket: { remoteAddress: '10.0.0.7' } };
    expect(await ask({ control: false }, '/health', remote)).toMatchObject({ status: 200 });
  });
});

describe('a page', () => {
  it.each(['/health', '/sessions', '/metrics'])('%s is only read', async (path) => {
    const answer = await ask({}, path, { method: 'POST' });
    expect(answer).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD', connection: 'close' } });
    expect(answer.text).toBe(`${path} allows GET and HEAD, not "POST".\n`);
  });

  it.each(['/', '/Health', '/health/', '/healthz', '/constructor', '/__proto__', ''])('is not at %j', async (path) => {
    expect(await ask({}, path)).toMatchObject({
      status: 404,
      text: `echo-sts serves Socket.IO at /socket.io/ and /ws/sts/, not at ${path === '' ? 'an empty string' : `"${path}"`}.\n`,
    });
  });

  it('that cannot be made says why, and nothing is thrown', async () => {
    const snapshots = () => {
      throw new RangeError('Invalid string length');
    };
    expect(await ask({ snapshots }, '/sessions')).toMatchObject({
      status: 500,
      text: 'echo-sts could not respond: Invalid string length.\n',
    });
  });
});

describe('/sessions', () => {
  it('shows nothing while `control` is off', async () => {
    expect(await ask({ control: false }, '/sessions')).toMatchObject({
      status: 404,
      text: 'echo-sts shows its sessions only with the option `control`, which is off.\n',
    });
  });

  it.each(['127.0.0.1', '127.8.0.1', '::1', '::ffff:127.0.0.1'])('is shown to %s', async (remoteAddress) => {
    expect(await ask({}, '/sessions', { socket: { remoteAddress } })).toMatchObject({ status: 200, text: '[]\n' });
  });

  it.each(['10.0.0.7', '::ffff:10.0.0.7', 'fe80::1', '1127.0.0.1', undefined])(
    'is not shown to %s, whatever its token',
    async (remoteAddress) => {
      const request = { socket: { remoteAddress }, ...bearing('Bearer secret') };
      for (const control of [{}, { token: 'secret' }]) {
        expect(await ask({ control }, '/sessions', request)).toMatchObject({
          status: 404,
          text: 'echo-sts shows its sessions only to this machine, and not to web pages.\n',
        });
      }
    },
  );

  it.each([{ host: 'sts.example' }, { host: '127.0.0.1', origin: 'http://127.0.0.1:9000' }, {}])(
    'is not shown to a web page: %j',
    async (headers) => expect(await ask({}, '/sessions', { headers })).toMatchObject({ status: 404 }),
  );

  it('wants the token where there is one', async () => {
    const control = { token: 'geheim ö' };
    for (const url of ['/sessions', '/sessions?token=', '/sessions?token=geheim', '/sessions?token=Geheim%20%C3%B6']) {
      expect(await ask({ control }, url)).toMatchObject(TOKEN_WANTED);
    }
    expect(await ask({ control }, '/sessions?a=b&token=geheim%20%C3%B6')).toMatchObject({ status: 200 });
  });

  it('takes the token as a header too, which counts before the query', async () => {
    const control = { token: 'secret' };
    expect(await ask({ control }, '/sessions', bearing('bearer secret'))).toMatchObject({ status: 200 });
    expect(await ask({ control }, '/sessions?token=secret', bearing('Bearer wrong!'))).toMatchObject(TOKEN_WANTED);
    expect(await ask({ control }, '/sessions', bearing('Basic secret'))).toMatchObject(TOKEN_WANTED);
  });
});
