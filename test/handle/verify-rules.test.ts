/** Rules and cuts that never fired: which of them `verify()` minds. */

import type { EchoStsOptions, ErrorRule } from 'echo-sts';
import { describe, expect, it } from 'vitest';
import { watchHost } from '../support/host.js';
import { rejection, thrown } from '../support/rejection.js';
import { type ScriptedFixture, useScriptedFixtures } from '../support/scripted-fixture.js';
import { fragment } from '../support/worker.js';

watchHost();
const { start, join } = useScriptedFixtures();

/** A fixture whose worker has sent fragment 0. */
async function served(options: EchoStsOptions = {}) {
  const sts = await start(options);
  const worker = await join(sts);
  await worker.init();
  worker.send('fragment:data', fragment(0));
  await worker.next('fragment:processed');
  return { sts, worker };
}

/** What `verify` says is unused; nothing when it is content. */
async function unused(sts: ScriptedFixture): Promise<string[]> {
  const message = await sts.verify().then(
    () => '',
    (error: Error) => error.message,
  );
  return [...message.matchAll(/^ {2}unused {4}(.*) never fired/gm)].map(([, what = '']) => what);
}

describe('a rule that never fired', () => {
  const cases: [minded: boolean, rule: ErrorRule][] = [
    [true, { when: { sequenceNumber: 1 }, code: 'TIMEOUT' }],
    [true, { when: { everyNth: 2 }, fault: 'drop' }],
    [true, { when: () => false, code: 'TIMEOUT' }],
    [true, { when: {}, code: 'TIMEOUT', after: 1 }],
    [true, { when: { probability: 1, sequenceNumber: 1 }, code: 'TIMEOUT' }],
    [true, { when: { sequenceNumber: 1 }, code: 'TIMEOUT', optional: false }],
    [false, { when: { sequenceNumber: 1 }, code: 'TIMEOUT', optional: true }],
    [false, { when: { sequenceNumber: 1 }, fault: 'drop', optional: true }],
    [false, { when: { probability: 0.999, sequenceNumber: 1 }, code: 'TIMEOUT' }],
    [false, { when: { sequenceNumber: 0 }, code: 'TIMEOUT' }],
  ];

  it.each(cases)('is reported (%s) if it is %j, as an option and added later', async (minded, rule) => {
    const { sts } = await served({ errorRules: [rule] });
    expect(await unused(sts)).toHaveLength(minded ? 1 : 0);
    const later = await start();
    later.addErrorRule(rule);
    const worker = await join(later);
    await worker.init();
    worker.send('fragment:data', fragment(0));
    expect(await unused(later)).toHaveLength(minded ? 1 : 0);
  });

  it('is reported together with others, each by its number', async () => {
    const { sts } = await served();
    for (const sequenceNumber of [1, 0, 2]) sts.addErrorRule({ when: { sequenceNumber }, code: 'TIMEOUT' });
    expect(await unused(sts)).toEqual([
      'rule 1 ({ sequenceNumber: 1 } → TIMEOUT)',
      'rule 2 ({ sequenceNumber: 0 } → TIMEOUT)',
      'rule 3 ({ sequenceNumber: 2 } → TIMEOUT)',
    ]);
  });

  it('is forgotten once it is taken away', async () => {
    const { sts } = await served();
    const rule = sts.addErrorRule({ when: {}, code: 'TIMEOUT' });
    sts.addErrorRule({ when: {}, code: 'GPU_OOM' });
    rule.remove();
    expect(await unused(sts)).toEqual(['rule 2 (every fragment → GPU_OOM)']);
    sts.clearErrorRules();
    await sts.verify();
  });

  it('is not minded if it came over the wire: who sent it is not who verifies', async () => {
    const { sts, worker } = await served();
    const rules = [{ trigger: 'sequence_number', value: 9, error_code: 'TIMEOUT' }];
    for (const scope of ['server', 'session']) {
      worker.send('config:error_simulation', { enabled: true, rules, scope });
      expect((await worker.next('config:error_simulation:ack')).status).toBe('accepted');
    }
    await sts.verify();
    expect(sts.errorRules).toMatchObject([{ rule: { optional: true }, hits: 0 }]);
  });

  it('is listed with its `optional`, and can be added again as it is listed', async () => {
    const sts = await start();
    const { rule } = sts.addErrorRule({ when: {}, code: 'TIMEOUT', optional: true });
    sts.clearErrorRules();
    sts.addErrorRule(rule);
    expect([rule.optional, sts.errorRules[0]?.rule]).toEqual([true, rule]);
    await sts.verify();
  });

  it('is refused if its `optional` is neither true nor false', async () => {
    const sts = await start();
    const rule = { when: {}, code: 'TIMEOUT', optional: 'yes' } as unknown as ErrorRule;
    const { code, message } = await thrown(() => sts.addErrorRule(rule));
    expect([code, message]).toEqual(['INVALID_OPTION', '`optional` expected true or false, got "yes".']);
  });
});

describe('a cut that never happened', () => {
  it('is reported, unless it may', async () => {
    const { sts } = await served();
    const cut = { at: 'after-ack', how: 'reset', sequenceNumber: 7 } as const;
    sts.cut({ ...cut, optional: true });
    await sts.verify();
    const active = sts.cut(cut);
    expect(await unused(sts)).toEqual(["cut ({ at: 'after-ack', sequenceNumber: 7, how: 'reset' })"]);
    active.remove();
    await sts.verify();
  });

  it('is not one that has', async () => {
    const { sts, worker } = await served();
    const active = sts.cut({ at: 'after-ack', how: 'transport-close', times: 5 });
    worker.send('fragment:data', fragment(1));
    await worker.next('disconnect');
    await sts.verify();
    expect(active.hits).toBe(1);
  });

  it('is not one for now, whom it met or not', async () => {
    const sts = await start();
    sts.cut({ at: 'now', how: 'reset' });
    await sts.verify();
  });

  it('is reported by its scope, and not by the fixture', async () => {
    const sts = await start();
    const scope = sts.scope({ streamId: 'test-' });
    scope.cut({ at: 'before-ready', how: 'reset' });
    await sts.verify();
    expect((await rejection(scope.verify())).message).toMatch(/unused {4}cut \({ at: 'before-ready', how: 'reset' }\)/);
  });
});
