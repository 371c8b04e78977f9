/** `idle()`: nothing is in flight, nothing is due, nothing is unread. */

import { type EchoStsError, manualClock } from 'echo-sts';
import { describe, expect, it } from 'vitest';
import { outline } from '../support/expected.js';
import { watchHost } from '../support/host.js';
import { type ScriptedFixture, type ScriptedWorker, useScriptedFixtures } from '../support/scripted-fixture.js';
import { fragment, init } from '../support/worker.js';

watchHost();
const { start, join } = useScriptedFixtures();
const STREAM = { stream_id: 'stream-1' };

async function begin(sts: ScriptedFixture, overrides: object = {}): Promise<ScriptedWorker> {
  const worker = await join(sts);
  await worker.init(overrides);
  return worker;
}

/** The code of what it rejects with, or that it has come to rest. */
function outcome(idle: Promise<void>): Promise<string> {
  return idle.then(
    () => 'at rest',
    ({ code }: EchoStsError) => code,
  );
}

describe('idle() resolves', () => {
  it('when nobody is there, and when nobody says anything', async () => {
    const sts = await start();
    await sts.idle();
    const worker = await begin(sts);
    await sts.idle({ timeoutMs: 1000 });
    worker.close();
    await sts.idle();
  });

  it('when what the worker has just sent has come, has been dealt with and has been heard', async () => {
    const sts = await start({ delayMs: 30 });
    const worker = await begin(sts);
    for (const number of [0, 1, 2]) worker.send('fragment:data', fragment(number));
    await sts.idle();
    expect(sts.session('stream-1')).toMatchObject({ inflight: 0, totalFragments: 3 });
    expect(outline(worker).filter((line) => line.startsWith('fragment:processed'))).toHaveLength(3);
  });

  it('when the worker has stopped answering results with fragments', async () => {
    const sts = await start({ delayMs: 1 });
    const worker = await begin(sts);
    worker.on('fragment:processed', ({ sequence_number }) => {
      if (sequence_number < 20) worker.send('fragment:data', fragment(sequence_number + 1));
    });
    worker.send('fragment:data', fragment(0));
    await sts.idle();
    expect(worker.all('fragment:processed')).toHaveLength(21);
  });

  it('although a completed stream lingers', async () => {
    const sts = await start({ autoCloseMs: 600_000 });
    const worker = await begin(sts);
    worker.send('stream:end', STREAM);
    await sts.idle();
    expect(sts.session('stream-1')).toMatchObject({ state: 'completed' });
  });

  it('when a worker that did not read reads again', async () => {
    const sts = await start();
    const worker = await join(sts);
    worker.peer.stopReading();
    worker.send('stream:init', init());
    const idle = sts.idle();
    expect(await outcome(sts.idle({ timeoutMs: 20 }))).toBe('WAIT_TIMEOUT');
    worker.peer.readOn();
    await idle;
    expect(worker.all('stream:ready')).toHaveLength(1);
  });
});

describe('idle() does not resolve', () => {
  it.each([
    ['a fragment is in flight', [0]],
    ['a fragment is held behind a gap', [1]],
  ])('while %s', async (_, numbers) => {
    const sts = await start({ clock: manualClock(), delayMs: 100 });
    const worker = await begin(sts);
    for (const number of numbers) worker.send('fragment:data', fragment(number));
    await sts.waitFor('fragment:data');
    expect(await outcome(sts.idle({ timeoutMs: 20 }))).toBe('WAIT_TIMEOUT');
    const idle = sts.idle();
    await sts.clock.runToIdle();
    await idle;
  });

  it('while a worker has not read what it was sent, until it is gone', async () => {
    const sts = await start();
    const worker = await join(sts);
    worker.peer.stopReading();
    worker.send('stream:init', init());
    expect(await outcome(sts.idle({ timeoutMs: 20 }))).toBe('WAIT_TIMEOUT');
    const idle = sts.idle();
    worker.close();
    await idle;
  });

  it('for a session that is busy, though it does for one that rests', async () => {
    const sts = await start({ clock: manualClock(), delayMs: 100 });
    const busy = await begin(sts, { stream_id: 'busy' });
    await begin(sts, { stream_id: 'resting' });
    busy.send('fragment:data', fragment(0, { stream_id: 'busy' }));
    await sts.waitFor('fragment:data');
    await sts.session('resting')?.idle();
    expect(await outcome(Promise.resolve(sts.session('busy')?.idle({ timeoutMs: 20 })))).toBe('WAIT_TIMEOUT');
  });

  it('after reset() and close(): it rejects', async () => {
    const sts = await start({ delayMs: 600_000 });
    const worker = await begin(sts);
    worker.send('fragment:data', fragment(0));
    await sts.waitFor('fragment:data');
    const byReset = outcome(sts.idle());
    await sts.reset();
    const next = await begin(sts);
    next.send('fragment:data', fragment(0));
    await sts.waitFor('fragment:data');
    const byClose = outcome(sts.idle());
    await sts.close();
    expect([await byReset, await byClose, await outcome(sts.idle())]).toEqual(['RESET', 'CLOSED', 'CLOSED']);
  });
});

it('many that wait to come to rest leave nothing behind, and warn nobody', async () => {
  const sts = await start({ clock: manualClock(), delayMs: 100 });
  const worker = await begin(sts);
  worker.send('fragment:data', fragment(0));
  await sts.waitFor('fragment:data');
  const idle = Array.from({ length: 30 }, () => outcome(sts.idle({ timeoutMs: 50 })));
  expect(new Set(await Promise.all(idle))).toEqual(new Set(['WAIT_TIMEOUT']));
});

it.each([
  [{ timeoutMs: -1 }, '`timeoutMs` expected an integer from 0 to 2147483647, or Infinity, got -1.'],
  [{ quiet: 5 }, 'Expected `timeoutMs`, got the unknown name `quiet`.'],
  [5, '`options` expected an object, got 5.'],
])('idle(%j) is refused', async (options, message) => {
  const sts = await start();
  const error = await sts.idle(options as object).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ name: 'EchoStsError', code: 'INVALID_OPTION', message });
});
