/** Error rules on the handle: added and taken away while a stream runs, retries, and rules that are not as documented. */

import { type ActiveErrorRule, createEchoSts, type EchoStsOptions, type ErrorRule } from 'echo-sts';
import { describe, expect, it } from 'vitest';
import { useScriptedFixtures } from '../support/scripted-fixture.js';
import { fragment, outcome, send } from '../support/worker.js';

const { start, join } = useScriptedFixtures();

/** An open stream, and the fixture. */
async function open(options: EchoStsOptions = {}) {
  const sts = await start(options);
  const worker = await join(sts);
  await worker.init();
  return { sts, worker };
}

describe('a rule that is added while a stream runs', () => {
  const rule: ErrorRule = { when: {}, code: 'TIMEOUT' };

  it('is in force until it is removed, and counts its hits', async () => {
    const { sts, worker } = await open();
    await send(worker, 0);
    const active = sts.addErrorRule(rule);
    await send(worker, 1, 2);
    active.remove();
    active.remove();
    await send(worker, 3);
    expect([outcome(worker), active.hits, sts.errorRules]).toEqual(['0 1! 2! 3', 2, []]);
  });

  it('is in force until the end of a block with `using`', async () => {
    const { sts, worker } = await open();
    {
      using _rule = sts.addErrorRule(rule);
      await send(worker, 0);
    }
    await send(worker, 1);
    expect(outcome(worker)).toBe('0! 1');
  });

  it('comes behind those in force, and leaves them when it is removed', async () => {
    const { sts, worker } = await open({ errorRules: [{ when: { sequenceNumber: 0 }, code: 'GPU_OOM' }] });
    const active = sts.addErrorRule(rule);
    await send(worker, 0, 1);
    active.remove();
    const codes = worker.all('fragment:processed').map(({ error }) => error.code);
    expect([codes, sts.errorRules.map(({ hits }) => hits)]).toEqual([['GPU_OOM', 'TIMEOUT'], [1]]);
  });

  it('does not change what has arrived before', async () => {
    const { sts, worker } = await open({ delayMs: 20 });
    await send(worker, 0);
    sts.addErrorRule(rule);
    await send(worker, 1);
    for (const _ of [0, 1]) await worker.next('fragment:processed');
    expect(outcome(worker)).toBe('0 1!');
  });

  it('is for streams to come too', async () => {
    const { sts } = await open();
    sts.addErrorRule(rule);
    const later = await join(sts);
    await later.init({ stream_id: 'stream-2' });
    later.send('fragment:data', fragment(0, { stream_id: 'stream-2' }));
    expect((await later.next('fragment:processed')).status).toBe('failed');
  });
});

describe('`errorRules`', () => {
  it('lists the rules in force, in their order, complete and with their hits', async () => {
    const when = () => true;
    const { sts, worker } = await open({
      errorRules: [{ when: { sequenceNumber: 5 }, code: 'TIMEOUT', stage: 'tts', times: 3 }],
    });
    sts.addErrorRule({ when, fault: 'duplicate' });
    await send(worker, 0);
    const rules = sts.errorRules.map(({ rule, hits }) => [rule, hits]);
    expect(rules).toStrictEqual([
      [
        {
          when: { sequenceNumber: 5 },
          code: 'TIMEOUT',
          message: 'Simulated error',
          retryable: true,
          stage: 'tts',
          as: 'failed',
          delayMs: 0,
          times: 3,
          after: 0,
        },
        0,
      ],
      [{ when, fault: 'duplicate', delayMs: 0, after: 0 }, 1],
    ]);
  });

  it('can be added again as they are listed', async () => {
    const { sts, worker } = await open({ errorRules: [{ when: {}, code: 'OWN', retryable: true, as: 'partial' }] });
    const [{ rule }] = sts.errorRules as [ActiveErrorRule];
    sts.clearErrorRules();
    sts.addErrorRule(rule);
    await send(worker, 0);
    expect(sts.errorRules).toMatchObject([{ rule, hits: 1 }]);
  });

  it('can take a rule away', async () => {
    const { sts, worker } = await open({ errorRules: [{ when: {}, code: 'TIMEOUT' }] });
    sts.errorRules[0]?.remove();
    await send(worker, 0);
    expect([outcome(worker), sts.errorRules]).toEqual(['0', []]);
  });
});

it('clearErrorRules() takes all rules out of force', async () => {
  const { sts, worker } = await open({ errorRules: [{ when: {}, code: 'TIMEOUT' }] });
  const added = sts.addErrorRule({ when: {}, fault: 'drop' });
  sts.clearErrorRules();
  added.remove();
  await send(worker, 0);
  expect([outcome(worker), sts.errorRules, added.hits]).toEqual(['0', [], 0]);
});

describe('a retry', () => {
  it.each(['failed', 'error-event'] as const)('of a retryable %s succeeds once the rule is used up', async (as) => {
    const { worker, sts } = await open({
      errorRules: [{ when: { sequenceNumber: 1 }, code: 'TIMEOUT', times: 1, as }],
    });
    await send(worker, 0, 1, 2);
    await send(worker, 1);
    expect(worker.all('fragment:processed').at(-1)).toMatchObject({ sequence_number: 1, status: 'success' });
    expect(sts.session('stream-1')?.fragments[1]).toMatchObject({ status: 'success', attempts: 2 });
    expect(worker.all('fragment:ack')).toHaveLength(4);
  });

  it('fails again as long as the rule is in force', async () => {
    const { worker } = await open({ errorRules: [{ when: { fragmentId: 'fragment-0' }, code: 'GPU_OOM', times: 2 }] });
    for (const _ of [1, 2, 3]) await send(worker, 0);
    expect(outcome(worker)).toBe('0! 0! 0');
  });

  it('counts as an arrival', async () => {
    const { worker } = await open({ errorRules: [{ when: { everyNth: 2 }, code: 'TIMEOUT' }] });
    await send(worker, 0, 1, 1, 2);
    expect(outcome(worker)).toBe('0 1! 1 2!');
  });

  it.each([
    ['not retryable', { code: 'INVALID_CONFIG' }],
    ['partial', { code: 'TIMEOUT', as: 'partial' }],
  ] as const)('of what is %s is refused', async (_, consequence) => {
    const { worker } = await open({ errorRules: [{ when: {}, ...consequence }] });
    await send(worker, 0, 0);
    expect(worker.all('error')).toMatchObject([{ code: 'INVALID_SEQUENCE', fragment_id: 'fragment-0' }]);
    expect(worker.all('fragment:processed')).toHaveLength(1);
  });
});

describe('a rule that is not as documented', () => {
  const good = { when: {}, code: 'TIMEOUT' };
  const late = { when: {}, fault: 'late' };

  const cases: [field: string, rule: unknown, complaint: RegExp][] = [
    ['', null, /expected a rule with either a `code` or a `fault`, got null/],
    ['', 'TIMEOUT', /expected a rule with either a `code` or a `fault`, got "TIMEOUT"/],
    ['', [], /expected a rule with either a `code` or a `fault`, got a list/],
    ['when', { code: 'TIMEOUT' }, /is required, but missing/],
    ['when', { ...good, when: 'always' }, /expected conditions or a function, got "always"/],
    ['when.sequenceNumber', { ...good, when: { sequenceNumber: -1 } }, /an integer ≥ 0, got -1/],
    ['when.fragmentId', { ...good, when: { fragmentId: '' } }, /a non-empty string, got an empty string/],
    ['when.everyNth', { ...good, when: { everyNth: 0 } }, /an integer ≥ 1, got 0/],
    ['when.attempt', { ...good, when: { attempt: 0 } }, /an integer ≥ 1, got 0/],
    ['when.probability', { ...good, when: { probability: 1.1 } }, /a number from 0 to 1, got 1.1/],
    ['when.streamId', { ...good, when: { streamId: 7 } }, /a non-empty string, got 7/],
    ['', { when: {} }, /expected a rule with either a `code` or a `fault`, got neither/],
    ['code', { ...good, code: '' }, /a non-empty string, got an empty string/],
    ['message', { ...good, message: 5 }, /a string, got 5/],
    ['retryable', { ...good, retryable: 'yes' }, /true or false, got "yes"/],
    ['retryable', { ...good, code: 'OWN' }, /true or false with the custom code "OWN", got nothing/],
    ['stage', { ...good, stage: 'vad' }, /one of "asr", "translation", "tts", got "vad"/],
    ['as', { ...good, as: 'success' }, /one of "failed", "partial", "error-event", got "success"/],
    ['delayMs', { ...good, delayMs: -1 }, /an integer ≥ 0, got -1/],
    ['times', { ...good, times: 0 }, /an integer ≥ 1, or Infinity, got 0/],
    ['after', { ...good, after: 0.5 }, /an integer ≥ 0, got 0.5/],
    ['fault', { when: {}, fault: 'explode' }, /one of "drop", .+ got "explode"/],
    ['', { ...good, fault: 'drop' }, /expected a rule with either a `code` or a `fault`, got both/],
    ['delayMs', late, /milliseconds > 0 for the fault "late"/],
    ['delayMs', { ...late, delayMs: 0 }, /milliseconds > 0 for the fault "late"/],
  ];

  it.each(cases)('is refused by its `%s` and changes nothing: %j', async (field, rule, complaint) => {
    const { sts, worker } = await open({ errorRules: [{ when: { sequenceNumber: 1 }, code: 'GPU_OOM' }] });
    const invalid = (name: string) =>
      expect.objectContaining({
        code: 'INVALID_OPTION',
        message: expect.stringMatching(complaintAbout(name, complaint)),
      });
    expect(() => sts.addErrorRule(rule as ErrorRule)).toThrow(invalid(field || 'rule'));
    await send(worker, 0, 1);
    expect([outcome(worker), sts.errorRules.map(({ hits }) => hits)]).toEqual(['0 1!', [1]]);
    const asOption = createEchoSts({ errorRules: [rule as ErrorRule] });
    await expect(asOption).rejects.toThrow(invalid(field ? `errorRules.0.${field}` : 'errorRules.0'));
  });

  it.each([
    [
      { ...good, when: { colour: 'red' } },
      '`streamId`, `sequenceNumber`, `fragmentId`, `everyNth`, `attempt`, `probability`',
      'when.colour',
    ],
    [{ ...good, colour: 'red' }, '`when`, `delayMs`, `times`, `after`, `optional` and 5 more', 'colour'],
  ])('is refused with the names that there are: %j', async (rule, names, path) => {
    const { sts } = await open();
    const refused = `Expected one of ${names}, got the unknown name \`${path}\`.`;
    expect(() => sts.addErrorRule(rule as ErrorRule)).toThrow(expect.objectContaining({ message: refused }));
  });

  it('is refused where `errorRules` is no list', async () => {
    const attempt = createEchoSts({ errorRules: good as unknown as ErrorRule[] });
    await expect(attempt).rejects.toThrow(/^`errorRules` expected a list of rules/);
  });
});

/** The message that names the field, then says what is wrong with it. */
function complaintAbout(name: string, complaint: RegExp): RegExp {
  return new RegExp(`^\`${name.replaceAll('.', '\\.')}\` .*${complaint.source}`);
}
