import type { Because, Consequence, Effect, Rule } from 'echo-sts/core';
import { describe, expect, it } from 'vitest';
import { describeAction } from '../../src/core/actions.js';
import { describeRule, RuleBook } from '../../src/core/rules.js';
import { active, cuts, Drive, delay, end, fragment, init, malformed, rules } from '../support/drive.js';

const timeout = { code: 'TIMEOUT', message: '', retryable: true };
/** A rule for one number. */
const at = (sequenceNumber: number, consequence: Partial<Consequence>) => ({
  when: { sequenceNumber },
  consequence: { delayMs: 0, ...consequence },
});
const causes = (effects: readonly Effect[]): (Because | undefined)[] =>
  effects.flatMap((effect) =>
    effect.kind === 'fragment:processed' || effect.kind === 'error' ? [effect.because] : [],
  );

describe('notes', () => {
  it('tell of each rule that hits, with the rule, and of no other', () => {
    const book = rules(at(1, { error: timeout }), at(2, { fault: 'drop' }));
    const drive = active(book);
    drive.feed(fragment(0), fragment(1), fragment(2), fragment(1));
    expect(drive.remarks).toEqual(['0 rule 1 hits 1', '0 rule 2 hits 2', '0 rule 1 hits 1']);
    expect(drive.notes[1]).toEqual({
      kind: 'rule',
      rule: book.rules.entries[1],
      on: 'fragment:processed',
      fragmentId: 'fragment-2',
      sequenceNumber: 2,
    });
  });

  it('tell of a rule that has hit though another function of the test has thrown since', () => {
    const book = rules(at(0, { fault: 'drop' }));
    const drive = active({ ...book, delayMs: () => JSON.parse('{') });
    drive.feed(fragment(0));
    expect([drive.remarks, causes(drive.effects)]).toEqual([['0 rule 1 hits 0'], [undefined]]);
  });

  it('tell of a gap once, when it is given up or when the stream ends', () => {
    const drive = active({ reorderWindow: 9 }, { timeoutMs: 1000 });
    drive.feed(fragment(1), fragment(4));
    drive.advance(2000);
    drive.feed(fragment(5), fragment(7), end);
    expect(drive.remarks.filter((line) => line.includes('gap'))).toEqual(['1000 gap 0, 2, 3', '2000 gap 6']);
  });

  it('are effects of the input that brought them about, before its messages', () => {
    const { session } = active(rules(at(1, { error: timeout })));
    expect(session.handle(malformed, 0).map(({ kind }) => kind)).toEqual(['violation', 'error']);
    expect(session.handle(fragment(1), 0).map(({ kind }) => kind)).toEqual(['rule', 'fragment:ack']);
    expect(session.handle({ kind: 'unknown', event: 'fragment:dta' }, 0).map(({ kind }) => kind)).toEqual([
      'violation',
    ]);
  });
});

describe('a result', () => {
  it('tells the delay, the rule and the fault that are behind it', () => {
    const book = rules(
      at(1, { error: timeout, delayMs: 5 }),
      at(2, { fault: 'duplicate' }),
      at(3, { error: timeout, as: 'error-event' }),
      at(4, { fault: 'out-of-order' }),
    );
    const drive = active({ ...book, delayMs: 10 });
    drive.feed(...[0, 1, 2, 3, 4].map((number) => fragment(number)));
    drive.advance(15);
    const [failed, doubled, event, early] = book.rules.entries;
    expect(causes(drive.effects)).toEqual([
      { rule: early, fault: 'out-of-order' },
      { delayMs: 10 },
      { delayMs: 15, rule: failed },
      { delayMs: 10, rule: doubled, fault: 'duplicate' },
      { delayMs: 10, rule: doubled, fault: 'duplicate' },
      { delayMs: 10, rule: event },
    ]);
  });

  it('tells nothing where nothing is behind it, nor does a refusal', () => {
    const drive = active({ delayMs: 10 });
    drive.feed(delay(0), fragment(0), fragment(0));
    expect(drive.effects.filter((effect) => 'because' in effect)).toEqual([]);
    expect(causes(drive.effects)).toEqual([undefined, undefined]);
  });

  it('tells the delay as planned, however long it had to wait for its turn', () => {
    const drive = new Drive();
    drive.feed(init(), delay(40), fragment(0), delay(3), fragment(1));
    drive.advance(40);
    expect(causes(drive.effects)).toEqual([{ delayMs: 40 }, { delayMs: 3 }]);
  });
});

describe('a rule in words', () => {
  it.each<[Rule['when'], Partial<Consequence>, string]>([
    [{ sequenceNumber: 5 }, { error: timeout }, '({ sequenceNumber: 5 } → TIMEOUT)'],
    [{}, { fault: 'drop' }, '(every fragment → fault drop)'],
    [() => true, { error: { ...timeout, code: 'GPU_OOM' } }, '(a function → GPU_OOM)'],
    [
      { streamId: 'stream-1', everyNth: 3, probability: 0.5 },
      { error: timeout, as: 'partial', fault: 'duplicate', delayMs: 20 },
      "({ streamId: 'stream-1', everyNth: 3, probability: 0.5 } → TIMEOUT as partial, fault duplicate, 20 ms later)",
    ],
    [{ fragmentId: 'x'.repeat(100) }, {}, `({ fragmentId: '${'x'.repeat(80)}…' } → nothing)`],
  ])('%j', (when, consequence, words) => {
    const entry = new RuleBook('').add({ when, consequence: { delayMs: 0, ...consequence }, times: 1, after: 0 });
    expect(describeRule(entry)).toBe(`rule 1 ${words}`);
  });
});

describe('an action in words', () => {
  it.each([
    [
      { kind: 'cut', at: 'after-ack', sequenceNumber: 3, how: 'reset', times: 1 },
      "cut ({ at: 'after-ack', sequenceNumber: 3, how: 'reset' })",
    ],
    [
      { kind: 'cut', at: 'now', how: 'stall', streamId: 's', times: 2 },
      "cut ({ at: 'now', streamId: 's', how: 'stall' })",
    ],
    [{ kind: 'restart', at: 'connect', downForMs: 200, times: 1 }, "restart ({ at: 'connect', downForMs: 200 })"],
    [
      {
        kind: 'signal',
        at: 'after-ready',
        signal: { severity: 'high', action: 'pause' },
        releaseAfterMs: 50,
        times: 1,
      },
      "signal ({ at: 'after-ready', severity: 'high', action: 'pause', releaseAfterMs: 50 })",
    ],
  ] as const)('%j', (action, words) => {
    expect(describeAction(action)).toBe(words);
  });
});

describe('a worker that is not heard any more', () => {
  it('is not blamed for the gap that it left', () => {
    const drive = active({ ...cuts({ at: 'after-ack', how: 'half-open' }) }, { timeoutMs: 1000 });
    drive.feed(fragment(1));
    drive.advance(5000);
    expect(drive.remarks).toEqual([]);
  });
});
