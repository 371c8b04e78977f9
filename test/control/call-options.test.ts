/** What a control client sends of its options: numbers in place of entries, and how long it waits. */

import type { AnyEchoSts } from 'echo-sts';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { toSent } from '../../src/control/call-options.js';
import { fragment } from '../support/client.js';
import { PLACES, useHandles } from '../support/handles.js';
import { watchHost } from '../support/host.js';
import { rejection } from '../support/rejection.js';

watchHost();
const { start, join, connect, handle } = useHandles();
const VARIABLE = 'ECHO_STS_WAIT_TIMEOUT_MS';

afterEach(() => vi.unstubAllEnvs());

describe('the options of a call', () => {
  const entry = { n: 7, event: 'connect', payload: { text: 'long' } };

  it.each<[string, unknown[], unknown[]]>([
    ['timeline', [{ since: entry, limit: 1 }], [{ since: 7, limit: 1 }]],
    ['format', ['text', { since: entry }], ['text', { since: 7 }]],
    ['entries', [{ since: entry }], [{ since: 7 }]],
    ['waitFor', ['error', { since: entry }], ['error', { since: 7, timeoutMs: 50 }]],
    ['waitFor', ['error'], ['error', { timeoutMs: 50 }]],
    ['waitFor', ['error', undefined], ['error', { timeoutMs: 50 }]],
    ['waitFor', ['error', { timeoutMs: undefined }], ['error', { timeoutMs: 50 }]],
    ['waitFor', [], [undefined, { timeoutMs: 50 }]],
    ['waitForSession', [], [{ timeoutMs: 50 }]],
    ['waitForSession', [{ since: entry, timeoutMs: 3 }], [{ since: 7, timeoutMs: 3 }]],
    ['idle', [{ timeoutMs: Number.POSITIVE_INFINITY }], [{ timeoutMs: Number.POSITIVE_INFINITY }]],
  ])('of `%s` go as numbers, with the timeout of the client: %j', (name, values, sent) => {
    expect(toSent(name, values, 50)).toEqual(sent);
  });

  it.each<[string, unknown[]]>([
    ['timeline', []],
    ['timeline', [{ since: { n: 'x' } }]],
    ['waitFor', ['error', null]],
    ['waitFor', ['error', 5]],
    ['idle', [[]]],
    ['expectEvent', [{ event: 'error' }]],
    ['seed', []],
  ])('of `%s` go as they are where there is nothing to change: %j', (name, values) => {
    expect(toSent(name, values, 50)).toBe(values);
  });

  it('are left to the fixture where the environment of the client says nothing', () => {
    const values = ['error', { count: 2 }];
    expect(toSent('waitFor', values, undefined)).toBe(values);
    expect(toSent('idle', [], undefined)).toEqual([]);
  });
});

describe.each(PLACES)('on a %s handle', (place) => {
  it('what comes after an entry is awaited, iterated over and read', async () => {
    const sts = await handle(place, { timeline: { audio: true } });
    const worker = await join(sts as { readonly url: string });
    await worker.init();
    worker.send('fragment:data', fragment(0));
    const first = await sts.waitFor('fragment:data');
    const next = sts.waitFor('fragment:data', { since: first });
    worker.send('fragment:data', fragment(1));
    expect((await next).sequenceNumber).toBe(1);
    const [read] = await sts.timeline({ event: 'fragment:data', since: first });
    expect(read).toStrictEqual(await next);
    for await (const { n } of sts.entries({ event: 'fragment:data', since: first })) {
      expect(n).toBe((await next).n);
      break;
    }
    const error = await rejection(sts.waitFor('fragment:data', { since: await next, timeoutMs: 0 }));
    expect(error.message).toMatch(/`fragment:data` did not come since #\d+\.\n\n.*, since #\d+\n.*it is the `since`/);
  });

  it('after a reconnect the session that was begun since is awaited', async () => {
    const sts = await handle(place);
    const [before, streamId] = [await joinAt(sts), 'stream-1'];
    await before.init();
    const old = await sts.waitForSession({ streamId });
    before.close();
    const gone = await sts.waitFor('disconnect');
    const wait = sts.waitForSession({ streamId, since: gone });
    await (await joinAt(sts)).init();
    expect((await wait).sessionId).not.toBe(old.sessionId);
  });

  it('a wait goes by the option of the fixture, and before that by the call', async () => {
    const sts = await handle(place, { waitTimeoutMs: 5 });
    expect(await patience(sts)).toEqual(['5', '5', '5']);
    expect((await rejection(sts.waitFor('connect', { timeoutMs: 1 }))).message).toMatch(/after 1 ms/);
  });

  it('a wait for ever goes on until what it waits for comes', async () => {
    const sts = await handle(place, { waitTimeoutMs: 1 });
    const wait = sts.waitFor('connect', { timeoutMs: Number.POSITIVE_INFINITY });
    await rejection(sts.waitFor('error', { timeoutMs: 20 }));
    await joinAt(sts);
    expect((await wait).n).toBe(1);
  });
});

describe('the environment of a client', () => {
  it('counts for its own waits before what the fixture says, and not for those of others', async () => {
    const sts = await start({ control: true, waitTimeoutMs: 5 });
    vi.stubEnv(VARIABLE, '7');
    const remote = await connect(sts.controlUrl);
    vi.unstubAllEnvs();
    const other = await connect(sts.controlUrl);
    expect(await patience(remote)).toEqual(['7', '7', '7']);
    expect([await patience(sts), await patience(other)]).toEqual([
      ['5', '5', '5'],
      ['5', '5', '5'],
    ]);
    const scope = await remote.scope({ streamId: 'x' });
    expect((await rejection(scope.waitFor('connect'))).message).toMatch(/after 7 ms/);
    expect((await rejection(remote.waitFor('connect', { timeoutMs: 1 }))).message).toMatch(/after 1 ms/);
  });

  it('may say Infinity', async () => {
    const sts = await start({ control: true, waitTimeoutMs: 1 });
    vi.stubEnv(VARIABLE, 'Infinity');
    const remote = await connect(sts.controlUrl);
    const wait = remote.waitFor('connect');
    await rejection(sts.waitFor('error', { timeoutMs: 20 }));
    await join(sts);
    expect((await wait).n).toBe(1);
  });

  it('that is wrong is refused when it connects', async () => {
    const sts = await start({ control: true });
    vi.stubEnv(VARIABLE, 'soon');
    expect(await rejection(connect(sts.controlUrl))).toMatchObject({
      code: 'INVALID_OPTION',
      message: `\`${VARIABLE}\` expected an integer from 0 to 2147483647, or Infinity, got "soon".`,
    });
  });
});

/** How long each wait in vain has taken, as its text says; nobody has connected. */
async function patience(sts: AnyEchoSts): Promise<(string | undefined)[]> {
  const waits = [sts.waitFor('connect'), sts.waitForSession(), sts.waitFor('error')];
  const errors = await Promise.all(waits.map((wait) => rejection(wait)));
  return errors.map(({ message }) => /after (\d+) ms/.exec(message)?.[1]);
}

async function joinAt(sts: AnyEchoSts) {
  return join({ url: await sts.url } as Parameters<typeof join>[0]);
}
