/** Which connection a control client's session belongs to, and when the fixture lets go of a client that is not connected. */

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { realClock } from '../../src/clock/clock.js';
import { type ControlPeer, useControlPeers } from '../support/control-peer.js';
import { useHandles } from '../support/handles.js';
import { watchHost } from '../support/host.js';

watchHost();
const { start, join: joinAsWorker } = useHandles();
const { join, tryToConnect } = useControlPeers();
const AUTH = { version: 1, client: 'c-1' };
const BACK = { ...AUTH, isBack: true };
const RULE = { when: {}, code: 'TIMEOUT' };
/** As long as the session of a client is kept, milliseconds. */
const GRACE_PERIOD_MS = 10_000;

/** The grace periods that have begun: they end when the test says so. */
const periods: { end: () => void; isStopped: boolean }[] = [];
let begun = () => {};
const nextPeriod = () =>
  new Promise<void>((resolve) => {
    begun = resolve;
  });
const running = () => periods.filter(({ isStopped }) => !isStopped);

beforeEach(() => {
  const { startTimer } = realClock;
  vi.spyOn(realClock, 'startTimer').mockImplementation((sleeper, afterMs) => {
    if (afterMs !== GRACE_PERIOD_MS) return startTimer(sleeper, afterMs);
    const period = { end: () => sleeper.wake(), isStopped: false };
    periods.push(period);
    begun();
    return () => {
      period.isStopped = true;
    };
  });
});

afterEach(() => {
  vi.restoreAllMocks();
  periods.length = 0;
});

/** Resolves when the fixture has noticed that the connection has gone. */
async function breakOff({ socket }: ControlPeer): Promise<void> {
  const noticed = nextPeriod();
  socket.io.engine.close();
  await noticed;
}

/** A fixture, and a client that has a rule there. */
async function begin() {
  const sts = await start({ control: true });
  const peer = await join(sts.url, AUTH);
  const { ref } = await peer.call('fixture', 'addErrorRule', RULE);
  return { sts, peer, rule: ref.id as string };
}

describe('a control client that has come over a new connection', () => {
  it.each(['leaves', 'breaks off'])('keeps all that it has when the old one %s', async (how) => {
    const { sts, peer, rule } = await begin();
    const again = await join(sts.url, BACK);
    const gone = new Promise((resolve) => peer.socket.once('disconnect', resolve));
    if (how === 'leaves') peer.socket.disconnect();
    else peer.socket.io.engine.close();
    await gone;
    // Another client's call is answered: the fixture has noticed by now that the old connection has gone.
    const other = await join(sts.url, { version: 1, client: 'c-2' });
    await other.call('fixture', 'seed');
    expect([await again.call(rule, 'hits'), periods]).toEqual([{ value: 0 }, []]);
  });
});

describe('a control client that is not connected', () => {
  it('is let go of when its time is over, and not known any more', async () => {
    const { sts, peer } = await begin();
    const { ref } = await peer.call('fixture', 'scope', { streamId: 'mine/' });
    const worker = await joinAsWorker(sts);
    await worker.init({ stream_id: 'mine/1' });
    await breakOff(peer);
    periods[0]?.end();
    // As at the end of the scope.
    expect(await worker.next('disconnect')).toBe('io server disconnect');
    expect(await tryToConnect(sts.url, BACK).received()).toMatchObject({ code: 'DISCONNECTED' });
    const anew = await join(sts.url, AUTH);
    expect((await anew.call(ref.id, 'url')).error.code).toBe('INVALID_OPTION');
  });

  it('has all its time again each time that it has come back', async () => {
    const { sts, peer, rule } = await begin();
    await breakOff(peer);
    const again = await join(sts.url, BACK);
    expect([running(), await again.call(rule, 'hits')]).toEqual([[], { value: 0 }]);
    await breakOff(again);
    expect([periods.length, running().length]).toEqual([2, 1]);
  });

  it('has it from when the fixture listens again, once', async () => {
    const { sts, peer, rule } = await begin();
    await breakOff(peer);
    expect(running()).toHaveLength(1);
    await sts.restart();
    expect([periods.length, running().length]).toEqual([2, 1]);
    const again = await join(sts.url, BACK);
    expect([running(), await again.call(rule, 'hits')]).toEqual([[], { value: 0 }]);
    const gone = new Promise((resolve) => again.socket.once('disconnect', resolve));
    await sts.restart();
    await gone;
    expect([periods.length, running().length]).toEqual([3, 1]);
  });

  it('is waited for no longer when the fixture closes', async () => {
    const { sts, peer } = await begin();
    await breakOff(peer);
    await sts.close();
    expect(running()).toEqual([]);
  });

  it('that has left is let go of at once', async () => {
    const { sts, peer } = await begin();
    peer.socket.disconnect();
    expect([await tryToConnect(sts.url, BACK).received(), periods]).toMatchObject([{ code: 'DISCONNECTED' }, []]);
  });
});
