/** Whose a stream is is decided once for each naming: rules, sessions, timeline, waits and expectations of a scope agree about it. */

import { describe, expect, it } from 'vitest';
import { useScriptedFixtures } from '../support/scripted-fixture.js';
import { fragment } from '../support/worker.js';

const { start, join } = useScriptedFixtures();

/** A function that says yes, no, yes, no …, and what it was asked. */
function fickle(first: boolean) {
  const asked: string[] = [];
  const says = (streamId: string) => {
    asked.push(streamId);
    return (asked.length % 2 === 1) === first;
  };
  return { asked, says };
}

describe.each([true, false])('a scope whose function says %s first and then the opposite', (isClaimed) => {
  it('has the rules, sessions, entries, waits and violations of the same streams', async () => {
    const sts = await start();
    const { asked, says } = fickle(isClaimed);
    const scope = sts.scope({ streamId: says });
    const rule = scope.addErrorRule({ when: {}, code: 'TIMEOUT', optional: true });
    const expected = scope.expectEvent({ event: 'fragment:data', times: { atLeast: 0 } });
    const waited = scope.waitFor('fragment:processed', { timeoutMs: 0 }).then(
      () => true,
      () => false,
    );
    const worker = await join(sts);
    await worker.init();
    worker.send('fragment:data', fragment(0));
    const [result] = [await worker.next('fragment:processed')];
    worker.send('nonsense', {});
    expect(asked).toEqual(['stream-1']);
    expect({
      hits: rule.hits,
      status: result.status,
      sessions: scope.sessions.length,
      entries: scope.timeline({ event: 'fragment:data' }).length,
      seen: expected.hits,
      violations: scope.violations().length,
      unclaimed: sts.timeline({ event: 'unclaimed' }).length,
    }).toEqual(
      isClaimed
        ? { hits: 1, status: 'failed', sessions: 1, entries: 1, seen: 1, violations: 1, unclaimed: 0 }
        : { hits: 0, status: 'success', sessions: 0, entries: 0, seen: 0, violations: 0, unclaimed: 1 },
    );
    expect(await waited).toBe(isClaimed);
  });

  it('is not asked again by a stream:init that names what the handshake has named', async () => {
    const sts = await start();
    const { asked, says } = fickle(isClaimed);
    const scope = sts.scope({ streamId: says });
    const worker = await join(sts, { extraHeaders: { 'X-Stream-ID': 'stream-1', 'X-Worker-ID': 'worker-1' } });
    await worker.init();
    expect([asked, scope.sessions.length]).toEqual([['stream-1'], isClaimed ? 1 : 0]);
  });

  it('is asked anew by a stream:init with another name, and that answer counts', async () => {
    const sts = await start();
    const { asked, says } = fickle(!isClaimed);
    const scope = sts.scope({ streamId: says });
    const worker = await join(sts, { extraHeaders: { 'X-Stream-ID': 'other' } });
    await worker.init();
    expect([asked, scope.sessions.length]).toEqual([['other', 'stream-1'], isClaimed ? 1 : 0]);
  });
});
