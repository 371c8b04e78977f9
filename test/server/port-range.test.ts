/** A range of ports: which are tried, what comes of ports that are taken, and what is left behind. */

import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { networkInterfaces } from 'node:os';
import { threadId } from 'node:worker_threads';
import { createEchoSts, type EchoStsError, type PortRange } from 'echo-sts';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { bindFirst } from '../../src/server/bind.js';
import { candidates, rotate } from '../../src/server/port-range.js';
import { makeCertificate } from '../support/certificate.js';
import { unusedRange, useServers } from '../support/servers.js';

const HOST = '127.0.0.1';
const hasIpv6 = Object.values(networkInterfaces()).some((list = []) => list.some(({ address }) => address === '::1'));
const { start, join } = useServers();
const neighbours: Server[] = [];

afterEach(async () => {
  await Promise.all(neighbours.splice(0).map(close));
});

/** Something else that listens on these ports. */
async function take(ports: readonly number[], host = HOST): Promise<void> {
  for (const port of ports) {
    const neighbour = createServer();
    neighbours.push(neighbour);
    neighbour.listen(port, host);
    await once(neighbour, 'listening');
  }
}

async function close(server: Server): Promise<void> {
  if (!server.listening) return;
  server.close();
  await once(server, 'close');
}

/** A server that is bound by no fixture. */
function ownServer(): Server {
  const server = createServer();
  neighbours.push(server);
  return server;
}

async function listOf(ports: AsyncIterable<number>): Promise<number[]> {
  const list: number[] = [];
  for await (const port of ports) list.push(port);
  return list;
}

function portsOf({ from, to }: PortRange): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

function sorted(numbers: readonly number[]): number[] {
  return [...numbers].sort((one, other) => one - other);
}

/** The error; with a fixture in its place the test fails. */
async function refusal(range: PortRange, host = HOST): Promise<EchoStsError> {
  return start({ port: range, host }).then(
    (sts) => expect.fail(`it listens on ${sts.port}`),
    (error: EchoStsError) => error,
  );
}

function inUse({ from, to }: PortRange, host = HOST): object {
  const message = `\`port\` expected a free port from ${from} to ${to} on ${host}, got none: all are in use; use a wider range, or 0 for any free port.`;
  return { code: 'PORT_IN_USE', message };
}

describe('a range of ports', () => {
  it('gives a fixture one of its ports, where a worker is served', async () => {
    const range = await unusedRange(4);
    const sts = await start({ port: range });
    expect(portsOf(range)).toContain(sts.port);
    expect(sts.url).toBe(`http://127.0.0.1:${sts.port}`);
    await (await join(sts)).init();
  });

  it('whose first ports are taken gives the one that is left, whichever that is', async () => {
    const range = await unusedRange(4);
    for (const left of portsOf(range)) {
      await take(portsOf(range).filter((port) => port !== left));
      const sts = await createEchoSts({ port: range });
      await sts.close();
      await Promise.all(neighbours.splice(0).map(close));
      expect(sts.port).toBe(left);
    }
  });

  it('that is taken as a whole is refused, and no other port is used', async () => {
    const range = await unusedRange(3);
    await take(portsOf(range));
    const error = await refusal(range);
    expect({ code: error.code, message: error.message }).toEqual(inUse(range));
    expect(error.cause).toMatchObject({ code: 'EADDRINUSE', port: expect.any(Number) });
    const { from } = range;
    expect(await refusal({ from, to: from })).toMatchObject(inUse({ from, to: from }));
  });

  it('gives fixtures that start at once a port each, as many as there are ports', async () => {
    const range = await unusedRange(8);
    const fixtures = await Promise.all(portsOf(range).map(() => start({ port: range })));
    expect(sorted(fixtures.map(({ port }) => port))).toEqual(portsOf(range));
    expect(await refusal(range)).toMatchObject(inUse(range));
  });

  it('gives fixtures that start at once on two addresses the same port', async () => {
    const { from } = await unusedRange(1);
    const hosts = [HOST, '127.0.0.2', '127.0.0.3'];
    const fixtures = await Promise.all(hosts.map((host) => start({ host, port: { from, to: from } })));
    expect(fixtures.map(({ host, port }) => [host, port])).toEqual(hosts.map((host) => [host, from]));
  });

  it('gives the next port when another process was faster with the one that looked free', async () => {
    const range = await unusedRange(4);
    const lost: number[] = [];
    /** Two of the ports are taken between the look-up and the bind. */
    async function* raced(): AsyncGenerator<number> {
      for await (const port of candidates(range, HOST)) {
        if (lost.length < 2) {
          await take([port]);
          lost.push(port);
        }
        yield port;
      }
    }
    const port = await bindFirst(ownServer(), HOST, range, raced());
    expect(portsOf(range)).toContain(port);
    expect(lost).toHaveLength(2);
    expect(lost).not.toContain(port);
  });

  it('gives a port that another process has looked at, and not taken, in the meantime', async () => {
    const range = await unusedRange(2);
    await take(portsOf(range));
    const [, looking] = neighbours;
    const tried: number[] = [];
    /** The last of the ports becomes free once all were found taken. */
    async function* watched(): AsyncGenerator<number> {
      for await (const port of candidates(range, HOST)) {
        if (tried.length === 0 && looking !== undefined) await close(looking);
        tried.push(port);
        yield port;
      }
    }
    expect(await bindFirst(ownServer(), HOST, range, watched())).toBe(range.to);
  });

  it('gives the same port again once its fixture is closed', async () => {
    const range = await unusedRange(3);
    const first = await createEchoSts({ port: range });
    await first.close();
    const second = await createEchoSts({ port: range });
    await second.close();
    expect(second.port).toBe(first.port);
    const { port } = await start({ port: { from: first.port, to: first.port } });
    expect(port).toBe(first.port);
  });

  it('is for the start alone: `restart()` comes up on the same port', async () => {
    const range = await unusedRange(3);
    const sts = await start({ port: range });
    const { port, url } = sts;
    await sts.restart();
    expect([sts.port, sts.url]).toEqual([port, url]);
    await (await join(sts)).init();
  });

  it('works with control', async () => {
    const range = await unusedRange(2);
    const sts = await start({ port: range, control: true });
    expect(sts.controlUrl).toBe(`http://127.0.0.1:${sts.port}/control`);
    expect(portsOf(range)).toContain(sts.port);
  });

  it.runIf(hasIpv6)('is looked up and bound on the IPv6 address of `host`', async () => {
    const range = await unusedRange(2, '::1');
    await take([range.from], '::1');
    const sts = await start({ host: '::1', port: range });
    expect(sts.url).toBe(`http://[::1]:${range.to}`);
    await (await join(sts)).init();
    expect(await refusal(range, '::1')).toMatchObject(inUse(range, '::1'));
  });

  it('does not help on a host that is none of this machine', async () => {
    const range = await unusedRange(1);
    const message = expect.stringContaining(`Cannot listen on \`host\` "203.0.113.1" with \`port\` ${range.from}: `);
    expect(await refusal(range, '203.0.113.1')).toMatchObject({ code: 'LISTEN_FAILED', message });
  });
});

describe('over TLS', () => {
  let tls: { key: string; cert: string };

  beforeAll(async () => {
    tls = await makeCertificate();
  });

  it('a range of ports gives the one that is left', async () => {
    const range = await unusedRange(2);
    await take([range.from]);
    const sts = await start({ tls, port: range });
    expect(sts.url).toBe(`https://127.0.0.1:${range.to}`);
    await (await join(sts, { ca: tls.cert, transports: ['websocket'] })).init();
    const { message } = (await start({ tls, port: range }).catch((error: EchoStsError) => error)) as EchoStsError;
    expect({ code: 'PORT_IN_USE', message }).toEqual(inUse(range));
  });
});

describe('the ports that are tried', () => {
  it('are those that look free, and then all, for one may have been taken for a moment only', async () => {
    const range = await unusedRange(4);
    const { from, to } = range;
    await take([from + 1]);
    // On another address, which does not matter.
    await take([from + 2], '127.0.0.2');
    const tried = await listOf(candidates(range, HOST));
    expect(sorted(tried.slice(0, 3))).toEqual([from, from + 2, to]);
    expect(tried.slice(3)).toEqual(rotate(portsOf(range), process.pid + threadId));
  });

  it('begin elsewhere in each process', () => {
    const ports = [4000, 4001, 4002, 4003];
    expect(Array.from({ length: 5 }, (_, process) => rotate(ports, process))).toEqual([
      [4000, 4001, 4002, 4003],
      [4001, 4002, 4003, 4000],
      [4002, 4003, 4000, 4001],
      [4003, 4000, 4001, 4002],
      [4000, 4001, 4002, 4003],
    ]);
  });
});
