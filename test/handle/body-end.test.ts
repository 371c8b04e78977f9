/** Where the body of a test has ended: what comes later is not judged, and what came before is. */

import { describe, expect, it } from 'vitest';
import { BODY_ENDED, type Ending } from '../../src/handle/body-end.js';
import { type ScriptedFixture, useScriptedFixtures } from '../support/scripted-fixture.js';
import { fragment } from '../support/worker.js';

const { start, begin } = useScriptedFixtures();

/** As a runner does it. */
const endBody = (handle: object) => (handle as Ending)[BODY_ENDED]();
const verdictOf = (handle: Pick<ScriptedFixture, 'verify'>) =>
  handle.verify().then(
    () => 'all is well',
    ({ message }: Error) => message.split('\n')[0],
  );

describe('after the body of a test', () => {
  it('a worker that leaves amid its stream is not blamed', async () => {
    const sts = await start({ conduct: 'strict', delayMs: 60_000 });
    const worker = await begin(sts);
    worker.send('fragment:data', fragment(0));
    await endBody(sts);
    worker.close();
    await sts.waitFor('disconnect');
    expect(sts.violations().map(({ kind }) => kind)).toEqual(['left-unanswered']);
    expect(await verdictOf(sts)).toBe('all is well');
  });

  it('the timeline says where a test has failed, before what its hooks bring about', async () => {
    const sts = await start();
    const worker = await begin(sts);
    await (sts as unknown as Ending)[BODY_ENDED](true);
    worker.close();
    await sts.waitFor('disconnect');
    expect(sts.timeline({ direction: 'note' }).slice(-2)).toMatchObject([
      { event: 'test', payload: { did: 'the test failed here' } },
      { event: 'disconnect' },
    ]);
  });

  it('what it did wrong as the last thing in the body is held against it', async () => {
    const sts = await start({ conduct: 'strict' });
    const worker = await begin(sts);
    worker.send('strem:end', { stream_id: 'stream-1' });
    await endBody(sts);
    worker.send('fragment:dta', {});
    await sts.waitFor('violation', { where: { message: expect.stringContaining('fragment:dta') } });
    expect(await verdictOf(sts)).toBe('`verify` found 1 violation.');
    await expect(sts.verify()).rejects.toThrow(/got\s+"strem:end"/);
  });

  it('an expectation may still be met, and one that was met is not broken', async () => {
    const sts = await start();
    const worker = await begin(sts);
    sts.expectEvent({ event: 'stream:end' });
    sts.expectEvent({ event: 'disconnect', times: 0 });
    sts.expectEvent({ event: 'stream:pause', named: 'the pause' });
    await endBody(sts);
    worker.send('stream:end', { stream_id: 'stream-1' });
    await sts.waitFor('stream:end');
    worker.close();
    await sts.waitFor('disconnect');
    expect(await verdictOf(sts)).toBe('`verify` found 1 unmet expectation.');
    await expect(sts.verify()).rejects.toThrow(/"the pause"/);
  });

  it('a rule and a cut that never fired are told all the same', async () => {
    const sts = await start();
    sts.addErrorRule({ when: { sequenceNumber: 5 }, code: 'TIMEOUT' });
    sts.cut({ at: 'connect', how: 'reset' });
    await endBody(sts);
    expect(await verdictOf(sts)).toBe('`verify` found 2 unused rules or planned faults.');
  });

  it('a stream that no scope claims is not told, one of before is', async () => {
    const sts = await start();
    sts.scope({ streamId: 'mine' });
    await begin(sts, { stream_id: 'of the body' });
    await endBody(sts);
    await begin(sts, { stream_id: 'of a hook' });
    expect(await verdictOf(sts)).toBe('`verify` found 1 worker without a scope.');
    await expect(sts.verify()).rejects.toThrow(/unclaimed stream "of the body"/);
  });

  it('the first end counts, and `reset()` begins anew', async () => {
    const sts = await start({ conduct: 'strict' });
    const worker = await begin(sts);
    await endBody(sts);
    worker.send('strem:end', {});
    await sts.waitFor('violation');
    await endBody(sts);
    expect(await verdictOf(sts)).toBe('all is well');
    await sts.reset();
    (await begin(sts)).send('strem:end', {});
    expect(await verdictOf(sts)).toBe('`verify` found 1 violation.');
  });
});

describe('a scope', () => {
  it.each([
    ['lenient', 'strict', '`verify` found 1 violation.'],
    ['strict', 'lenient', 'all is well'],
    ['strict', undefined, '`verify` found 1 violation.'],
    ['lenient', undefined, 'all is well'],
  ] as const)('of a %s fixture may have a conduct of its own: %s', async (ofFixture, ofScope, verdict) => {
    const sts = await start({ conduct: ofFixture });
    const scope = sts.scope({ streamId: 'stream-1', ...(ofScope !== undefined && { conduct: ofScope }) });
    (await begin(sts)).send('strem:end', {});
    expect(await verdictOf(scope)).toBe(verdict);
  });

  it('is judged up to the end of its own body', async () => {
    const sts = await start({ conduct: 'strict' });
    const [one, other] = ['one', 'other'].map((streamId) => sts.scope({ streamId }));
    const worker = await begin(sts, { stream_id: 'one' });
    const neighbour = await begin(sts, { stream_id: 'other' });
    await endBody(one as object);
    worker.send('strem:end', {});
    neighbour.send('strem:end', {});
    await sts.waitFor('violation', { streamId: 'one' });
    expect(await verdictOf(one as ScriptedFixture)).toBe('all is well');
    expect(await verdictOf(other as ScriptedFixture)).toBe('`verify` found 1 violation.');
  });

  it('has no other conduct than these two', async () => {
    const sts = await start();
    const conduct = 'severe' as 'strict';
    expect(() => sts.scope({ streamId: 'a', conduct })).toThrow(expect.objectContaining({ code: 'INVALID_OPTION' }));
  });
});
