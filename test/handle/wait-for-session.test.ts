/** How a test waits for a session, and what the error says when that does not come. */

import { EchoStsError, manualClock, type WaitForSessionOptions } from 'echo-sts';
import { describe, expect, it } from 'vitest';
import { watchHost } from '../support/host.js';
import { type ScriptedFixture, useScriptedFixtures } from '../support/scripted-fixture.js';
import { fragment } from '../support/worker.js';

watchHost();
const { start, join } = useScriptedFixtures();
const STREAM = { stream_id: 'stream-1' };
const TIME = expect.any(Number);

describe('waitForSession()', () => {
  /** What a wait rejects with. */
  async function failure(sts: ScriptedFixture, options: unknown): Promise<[code: string, message: string]> {
    const reason = await sts.waitForSession(options as WaitForSessionOptions).catch((error: unknown) => error);
    expect(reason).toBeInstanceOf(EchoStsError);
    const { code, message } = reason as EchoStsError;
    return [code, message];
  }

  it('resolves at once with what is there, the newest first', async () => {
    const sts = await start();
    for (const stream_id of ['one', 'two']) await (await join(sts)).init({ stream_id });
    await join(sts);
    const found = [
      await sts.waitForSession({ timeoutMs: 0 }),
      await sts.waitForSession({ state: 'active', timeoutMs: 0 }),
      await sts.waitForSession({ streamId: 'one', timeoutMs: 0 }),
      await sts.waitForSession({ state: 'initializing', timeoutMs: 0 }),
    ];
    expect(found.map(({ streamId }) => streamId)).toEqual(['two', 'two', 'one', '']);
    expect(found[0]).toStrictEqual(sts.session('two'));
  });

  it('resolves later with what comes, in each state', async () => {
    const sts = await start({ autoCloseMs: 1 });
    const states = ['initializing', 'active', 'paused', 'completed', 'closed'] as const;
    const waits = states.map((state) => sts.waitForSession({ state }));
    const begun = sts.waitForSession();
    const named = sts.waitForSession({ streamId: 'stream-1', state: 'completed' });
    const other = failure(sts, { streamId: 'stream-2' });
    const worker = await join(sts);
    await worker.init();
    for (const event of ['pause', 'resume', 'end']) worker.send(`stream:${event}`, STREAM);
    expect((await Promise.all(waits)).map(({ state }) => state)).toEqual(states);
    expect([await begun, await named]).toMatchObject([{ state: 'active' }, { state: 'completed' }]);
    await sts.reset();
    expect((await other)[0]).toBe('RESET');
  });

  it('sees an ending stream', async () => {
    const sts = await start({ delayMs: 600_000 });
    const worker = await join(sts);
    await worker.init();
    const wait = sts.waitForSession({ state: 'ending' });
    worker.send('fragment:data', fragment(0));
    worker.send('stream:end', STREAM);
    expect(await wait).toMatchObject({ state: 'ending', inflight: 1 });
  });

  it.each([0, 1])('sees a completed stream although it is closed %i ms later', async (autoCloseMs) => {
    const sts = await start({ autoCloseMs });
    const worker = await join(sts);
    await worker.init();
    const before = sts.waitForSession({ streamId: 'stream-1', state: 'completed' });
    worker.send('stream:end', STREAM);
    expect(await before).toMatchObject({ state: 'completed', completedAt: TIME });
    await worker.next('disconnect');
    const after = await sts.waitForSession({ streamId: 'stream-1', state: 'completed', timeoutMs: 0 });
    expect(after).toMatchObject({ state: 'closed', completedAt: TIME, closedAt: TIME });
  });

  it('does not take a stream that was cut off for a completed one', async () => {
    const sts = await start();
    const worker = await join(sts);
    await worker.init();
    worker.close();
    await sts.waitForSession({ state: 'closed' });
    expect((await failure(sts, { state: 'completed', timeoutMs: 0 }))[0]).toBe('WAIT_TIMEOUT');
  });

  it('is about the newest session of the name', async () => {
    const sts = await start();
    const [before, after] = [await join(sts), await join(sts)];
    await before.init();
    await after.init();
    const wait = sts.waitForSession({ streamId: 'stream-1', state: 'closed' });
    before.close();
    await closes(sts, 1);
    expect((await failure(sts, { streamId: 'stream-1', state: 'closed', timeoutMs: 0 }))[0]).toBe('WAIT_TIMEOUT');
    after.close();
    expect((await wait).sessionId).toBe(sts.sessions[0]?.sessionId);
  });

  it('says after its time what it waited for and what there is instead', async () => {
    const sts = await start({ seed: 'that of this test', clock: manualClock() });
    const messages = [await failure(sts, { timeoutMs: 1 })];
    const worker = await join(sts);
    messages.push(await failure(sts, { streamId: 'stream-1', timeoutMs: 2 }));
    await worker.init({ stream_id: 'stream-2' });
    worker.send('fragment:data', fragment(5));
    await worker.next('error');
    messages.push(await failure(sts, { streamId: 'stream-1', state: 'completed', timeoutMs: 3 }));
    messages.push(await failure(sts, { streamId: 'stream-2', state: 'completed', timeoutMs: 4 }));
    messages.push(await failure(sts, { state: 'paused', timeoutMs: 5 }));
    worker.close();
    await sts.waitForSession({ state: 'closed' });
    messages.push(await failure(sts, { streamId: 'stream-2', state: 'active', timeoutMs: 6 }));
    expect(messages.map(([code]) => code)).toEqual(Array.from({ length: 6 }, () => 'WAIT_TIMEOUT'));
    const texts = messages.map(([, message]) => `${message}\n`).join('\n'.repeat(2));
    await expect(texts).toMatchFileSnapshot('../approved/wait-for-session.txt');
  });

  it.each([
    [{ streamId: '' }, '`streamId` expected a non-empty string, got an empty string.'],
    [{ streamId: 5 }, '`streamId` expected a non-empty string, got 5.'],
    [
      { state: 'done' },
      '`state` expected one of "initializing", "active", "paused", "ending", "completed", "closed", got "done".',
    ],
    [{ timeoutMs: -1 }, '`timeoutMs` expected an integer from 0 to 2147483647, or Infinity, got -1.'],
    [{ timeoutMs: '5' }, '`timeoutMs` expected an integer from 0 to 2147483647, or Infinity, got the text "5".'],
    [{ timeoutMs: 2 ** 31 }, '`timeoutMs` expected an integer from 0 to 2147483647, or Infinity, got 2147483648.'],
    [
      { timeout: 5 },
      'Did you mean `timeoutMs`? Expected one of `streamId`, `state`, `since`, `timeoutMs`, got the unknown name `timeout`.',
    ],
    ['stream-1', '`waitForSession` expected an object, got "stream-1".'],
    [null, '`waitForSession` expected an object, got null.'],
    [[], '`waitForSession` expected an object, got a list.'],
  ])('refuses %j', async (options, message) => {
    expect(await failure(await start(), options)).toEqual(['INVALID_OPTION', message]);
  });

  it('with the longest time there is does not time out at once', async () => {
    const sts = await start();
    const wait = sts.waitForSession({ timeoutMs: 2 ** 31 - 1 });
    await (await join(sts)).init();
    expect(await wait).toMatchObject({ streamId: 'stream-1' });
  });
});

/** Resolves once so many workers are left. */
async function closes(sts: ScriptedFixture, left: number): Promise<void> {
  while (sts.connections > left) await new Promise(setImmediate);
}
