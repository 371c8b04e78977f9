import type { Arrival, Rule, RuleConditions } from 'echo-sts/core';
import { describe, expect, it } from 'vitest';
import { draw } from '../../src/core/chance.js';
import { describeRule, RuleBook } from '../../src/core/rules.js';
import { active, Drive, delay, end, fragment, init, rules } from '../support/drive.js';

const FOREVER = Number.POSITIVE_INFINITY;

/** A rule that is known by the code it fails with. */
const rule = (code: string, when: Rule['when'], lifetime: Partial<Rule> = {}): Rule => ({
  when,
  consequence: { error: { code, message: '', retryable: true }, delayMs: 0 },
  times: FOREVER,
  after: 0,
  ...lifetime,
});

const book = (...list: Rule[]): RuleBook => {
  const made = new RuleBook('seed');
  for (const each of list) made.add(each);
  return made;
};

function arrival(sequenceNumber: number, facts: Partial<Arrival> = {}, streamId = 'stream-1'): Arrival {
  const fragmentId = `fragment-${sequenceNumber}`;
  return {
    fragment: { fragmentId, streamId, sequenceNumber, timestamp: 0, audio: {} },
    attempt: 1,
    count: sequenceNumber + 1,
    snapshot: () => new Drive().session.snapshot(),
    ...facts,
  };
}

const codeOf = (from: RuleBook, facts: Arrival) =>
  from.match('fragment:processed', facts)?.rule.consequence.error?.code;
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);
/** Which of the first twelve fragments of a stream the rule hits. */
const hitBy = (from: RuleBook, count = 12) => upTo(count).filter((number) => codeOf(from, arrival(number)) === 'X');

describe('a condition', () => {
  it.each<[string, RuleConditions, number[]]>([
    ['none', {}, upTo(12)],
    ['a sequence number', { sequenceNumber: 3 }, [3]],
    ['a fragment id', { fragmentId: 'fragment-4' }, [4]],
    ['every third', { everyNth: 3 }, [2, 5, 8, 11]],
    ['every one', { everyNth: 1 }, upTo(12)],
    ['the first attempt', { attempt: 1 }, upTo(12)],
    ['a retry', { attempt: 2 }, []],
    ['the first attempt at a number', { sequenceNumber: 5, attempt: 1 }, [5]],
    ['a certainty', { probability: 1 }, upTo(12)],
    ['an impossibility', { probability: 0 }, []],
    ['this stream', { streamId: 'stream-1' }, upTo(12)],
    ['another stream', { streamId: 'stream-2' }, []],
    ['all that fit', { streamId: 'stream-1', sequenceNumber: 5, fragmentId: 'fragment-5', everyNth: 2 }, [5]],
    ['a number that fits and an id that does not', { sequenceNumber: 5, fragmentId: 'fragment-6' }, []],
    ['a number that fits and an Nth that does not', { sequenceNumber: 5, everyNth: 4 }, []],
    ['a number that fits on another stream', { sequenceNumber: 5, streamId: 'stream-2' }, []],
    ['an id that fits and a chance of 0', { fragmentId: 'fragment-5', probability: 0 }, []],
  ])('that is %s holds for the fragments it names', (_, when, hits) => {
    expect(hitBy(book(rule('X', when)))).toEqual(hits);
  });

  it('that is a probability holds for about so many, the same at every asking', () => {
    const hits = hitBy(book(rule('X', { probability: 0.25 })), 4000);
    expect(hits.length).toBeGreaterThan(900);
    expect(hits.length).toBeLessThan(1100);
    expect(hitBy(book(rule('X', { probability: 0.25 })), 4000)).toEqual(hits);
  });

  it('that is a probability is drawn for each attempt, rule and seed apart', () => {
    const when = { probability: 0.5 };
    const patterns = [
      upTo(64).map((number) => codeOf(book(rule('X', when)), arrival(number))),
      upTo(64).map((number) => codeOf(book(rule('X', when)), arrival(number, { attempt: 2 }))),
      upTo(64).map((number) => codeOf(book(rule('Y', { probability: 0 }), rule('X', when)), arrival(number))),
      upTo(64).map((number) => {
        const other = new RuleBook('another seed');
        other.add(rule('X', when));
        return codeOf(other, arrival(number));
      }),
    ];
    expect(new Set(patterns.map((pattern) => JSON.stringify(pattern))).size).toBe(4);
  });

  it('that is a probability is drawn by the seed of the session for the rules of the session, and apart from the server’s', () => {
    const hit = (seed: string, isServers: boolean) => {
      const rulesOfOne = isServers ? new RuleBook(seed) : active({ seed }).session.rules;
      rulesOfOne.add(rule('X', { probability: 0.5 }));
      return hitBy(rulesOfOne, 64).join();
    };
    const all = [hit('a', false), hit('b', false), hit('a', true), hit('b', true)];
    expect(new Set(all).size).toBe(4);
    expect(hit('a', false)).toBe(all[0]);
  });

  it('that is a probability holds for what is drawn below it, and not for the number itself', () => {
    const drawn = draw('seed', 'stream-1', 4, 1, 1);
    const hits = [drawn, drawn + Number.EPSILON].map((probability) =>
      codeOf(book(rule('X', { probability })), arrival(4)),
    );
    expect(hits).toEqual([undefined, 'X']);
  });

  it('that is a probability does not depend on what other streams do meanwhile', () => {
    const [alone, among] = [book(rule('X', { probability: 0.5 })), book(rule('X', { probability: 0.5 }))];
    const expected = upTo(100).map((number) => codeOf(alone, arrival(number)));
    const actual = upTo(100).map((number) => {
      for (const other of upTo(number % 3)) codeOf(among, arrival(other, {}, 'stream-2'));
      return codeOf(among, arrival(number));
    });
    expect(actual).toEqual(expected);
  });
});

describe('a predicate', () => {
  it('is asked with the fragment and the session as it is at that moment', () => {
    const seen: unknown[] = [];
    const drive = active({
      delayMs: 10,
      ...rules({
        when: ({ sequenceNumber }, { state, inflight, fragments }) => {
          seen.push([sequenceNumber, state, inflight, fragments.map(({ status }) => status)]);
          return sequenceNumber === 1;
        },
        consequence: { error: { code: 'TIMEOUT', message: '', retryable: true }, delayMs: 0 },
      }),
    });
    drive.feed(fragment(0), fragment(1));
    drive.advance(10);
    expect(seen).toEqual([
      [0, 'active', 0, ['processing']],
      [1, 'active', 1, ['processing', 'processing']],
    ]);
    expect(drive.transcript.slice(-2)).toEqual(['10 fragment:processed 0 success', '10 fragment:processed 1 failed']);
  });

  it.each<[string, () => unknown, string]>([
    ['throws', () => JSON.parse('{'), '`when` threw: '],
    ['returns nothing', () => undefined, '`when` expected to return true or false, got nothing'],
    ['returns a promise', () => Promise.resolve(true), '`when` expected to return true or false, got a promise'],
  ])('that %s fails the fragment with its name in the message, and has not hit', (_, when, message) => {
    const failing = rules({ when: when as () => boolean, consequence: { fault: 'drop', delayMs: 0 } });
    const drive = active(failing);
    drive.feed(fragment(0), end);
    expect(drive.transcript.slice(1)).toEqual(['0 fragment:processed 0 failed', '0 stream:complete 1']);
    expect(drive.effects[1]).toMatchObject({
      error: { code: 'MODEL_ERROR', message: expect.stringContaining(message), retryable: false },
    });
    expect(failing.rules.entries[0]?.hits).toBe(0);
  });
});

describe('a rule for a message that is about no fragment', () => {
  const codeFor = (when: Rule['when']) =>
    book(rule('X', when, { on: 'stream:ready' })).match('stream:ready', { streamId: 'stream-1' })?.rule.consequence
      .error?.code;

  it('holds with no condition, or with the id of its stream', () => {
    const undefinedFields = { streamId: undefined, fragmentId: undefined } as unknown as RuleConditions;
    const met: Rule['when'][] = [{}, { streamId: 'stream-1' }, undefinedFields];
    expect(met.map(codeFor)).toEqual(['X', 'X', 'X']);
  });

  it('does not hold with any other condition', () => {
    const unmet: Rule['when'][] = [
      { streamId: 'stream-2' },
      { fragmentId: 'stream-1' },
      { sequenceNumber: 0 },
      { everyNth: 1 },
      { probability: 1 },
      () => true,
    ];
    expect(unmet.map(codeFor)).toEqual(unmet.map(() => undefined));
  });
});

describe('a rule in words', () => {
  it.each<[Rule['when'], Rule['on'], string]>([
    [{}, undefined, 'every fragment'],
    [{}, 'stream:ready', 'every stream:ready'],
    [{}, 'fragment:processed', 'every fragment'],
    [{ sequenceNumber: undefined, streamId: undefined } as unknown as RuleConditions, undefined, 'every fragment'],
    [{ sequenceNumber: 5 }, undefined, '{ sequenceNumber: 5 }'],
    [{ sequenceNumber: 5 }, 'fragment:ack', 'fragment:ack of { sequenceNumber: 5 }'],
    [() => true, undefined, 'a function'],
    [() => true, 'fragment:ack', 'fragment:ack of a function'],
  ])('of %j on %s is about %s', (when, on, words) => {
    const entry = new RuleBook('seed').add(rule('X', when, on === undefined ? {} : { on }));
    expect(describeRule(entry)).toBe(`rule 1 (${words} → X)`);
  });
});

describe('the first match', () => {
  it('wins in the order of adding, however rules are looked up', () => {
    const byNumber = rule('number', { sequenceNumber: 1 });
    const byId = rule('id', { fragmentId: 'fragment-1' });
    const byStream = rule('stream', { streamId: 'stream-1' });
    const predicate = rule('predicate', () => true);
    const orders = [
      [byNumber, byId, byStream, predicate],
      [byId, byStream, predicate, byNumber],
      [byStream, predicate, byNumber, byId],
      [predicate, byNumber, byId, byStream],
    ];
    expect(orders.map((order) => codeOf(book(...order), arrival(1)))).toEqual(['number', 'id', 'stream', 'predicate']);
  });

  it('alone is counted', () => {
    const both = book(rule('first', { sequenceNumber: 1 }), rule('second', {}));
    for (const number of upTo(3)) both.match('fragment:processed', arrival(number));
    expect(both.entries.map(({ number, hits }) => [number, hits])).toEqual([
      [1, 1],
      [2, 2],
    ]);
  });

  it('is a rule of the session before one of the server', () => {
    const drive = active(rules(rule('SERVER', {})));
    drive.session.rules.add(rule('SESSION', { sequenceNumber: 1 }));
    drive.feed(fragment(0), fragment(1), fragment(2));
    const results = drive.effects.filter((effect) => effect.kind === 'fragment:processed');
    expect(results.map(({ error }) => error?.code)).toEqual(['SERVER', 'SESSION', 'SERVER']);
  });
});

describe('the life of a rule', () => {
  it('ends after so many hits, and the next rule has its turn', () => {
    const twice = book(rule('X', {}, { times: 2 }), rule('Y', { everyNth: 4 }));
    expect(upTo(8).map((number) => codeOf(twice, arrival(number)))).toEqual([
      'X',
      'X',
      undefined,
      'Y',
      undefined,
      undefined,
      undefined,
      'Y',
    ]);
  });

  it('begins after so many matches, which are let pass', () => {
    expect(hitBy(book(rule('X', { everyNth: 2 }, { after: 2 })))).toEqual([5, 7, 9, 11]);
    expect(hitBy(book(rule('X', {}, { after: 3, times: 2 })))).toEqual([3, 4]);
  });

  it('ends when it is removed, once or twice, and not for the others', () => {
    const two = new RuleBook('seed');
    const [first] = [two.add(rule('X', { sequenceNumber: 0 })), two.add(rule('Y', {}))];
    expect(codeOf(two, arrival(0))).toBe('X');
    two.remove(first);
    two.remove(first);
    expect([codeOf(two, arrival(0)), two.entries.length, first.hits]).toEqual(['Y', 1, 1]);
  });

  const LOOKED_UP: [string, Rule['when']][] = [
    ['of every fragment', {}],
    ['of a sequence number', { sequenceNumber: 0 }],
    ['of a fragment id', { fragmentId: 'fragment-0' }],
    ['of a predicate', () => true],
  ];

  it.each(LOOKED_UP)('%s ends when it is removed, and the next one has its turn', (_, when) => {
    const two = new RuleBook('seed');
    const first = two.add(rule('X', when));
    two.add(rule('Y', when));
    two.remove(first);
    expect([codeOf(two, arrival(0)), first.hits]).toEqual(['Y', 0]);
  });

  it.each(LOOKED_UP)('%s ends when the book is cleared, and does not come back with a new rule', (_, when) => {
    const cleared = book(rule('X', when), rule('X', when));
    cleared.clear();
    expect([codeOf(cleared, arrival(0)), cleared.entries]).toEqual([undefined, []]);
    expect(cleared.add(rule('Y', when)).number).toBe(3);
    expect([codeOf(cleared, arrival(0)), cleared.entries.length]).toEqual(['Y', 1]);
  });

  it('may begin while a stream runs: for fragments that arrive from then on', () => {
    const drive = active({ delayMs: 10 });
    drive.feed(fragment(0));
    drive.session.rules.add(rule('X', {}));
    drive.feed(fragment(1));
    drive.advance(10);
    expect(drive.transcript.slice(-2)).toEqual(['10 fragment:processed 0 success', '10 fragment:processed 1 failed']);
  });
});

describe('every Nth', () => {
  it('counts retries, from 1 in each stream, and nothing that was refused', () => {
    const shared = rules(rule('X', { everyNth: 3 }));
    const one = active(shared);
    const other = new Drive(shared);
    other.feed(init({ streamId: 'stream-2' }));
    one.feed(fragment(0), fragment(0), fragment(1), fragment(2), fragment(2), fragment(3), fragment(4));
    other.feed(fragment(0, 'a', 'stream-2'), fragment(1, 'b', 'stream-2'), fragment(2, 'c', 'stream-2'));
    const results = [one, other].map((drive) =>
      drive.transcript.filter((line) => line.includes('processed')).map((line) => line.slice(21)),
    );
    expect(results).toEqual([
      ['0 success', '1 success', '2 failed', '2 success', '3 success', '4 failed'],
      ['0 success', '1 success', '2 failed'],
    ]);
  });
});

describe('a rule without an error or a fault', () => {
  it('makes the fragment take longer, and nothing else', () => {
    const drive = active({ delayMs: 10, ...rules({ when: { everyNth: 2 }, consequence: { delayMs: 25 } }) });
    drive.feed(fragment(0), fragment(1), delay(0), fragment(2));
    drive.advance(100);
    expect(drive.transcript.slice(3)).toEqual([
      '10 fragment:processed 0 success',
      '35 fragment:processed 1 success',
      '35 fragment:processed 2 success',
    ]);
  });
});

describe('ten thousand rules', () => {
  it.each([
    ['sequence numbers', (number: number) => ({ sequenceNumber: number })],
    ['fragment ids', (number: number) => ({ fragmentId: `fragment-${number}` })],
  ])('with distinct %s cost an arrival the weighing of one', (_, when) => {
    let weighed = 0;
    const large = new RuleBook('seed');
    for (const number of upTo(10_000)) {
      const counting = {
        ...when(number),
        get streamId() {
          weighed += 1;
          return 'stream-1';
        },
      };
      large.add(rule(`${number}`, counting));
    }
    weighed = 0;
    expect([codeOf(large, arrival(9_999)), codeOf(large, arrival(10_000)), weighed]).toEqual(['9999', undefined, 1]);
  });

  it('beside one that is not looked up cost the weighing of two', () => {
    let weighed = 0;
    const large = book(...upTo(10_000).map((number) => rule(`${number}`, { sequenceNumber: number })));
    large.add(
      rule('predicate', () => {
        weighed += 1;
        return true;
      }),
    );
    expect([codeOf(large, arrival(5)), weighed]).toEqual(['5', 0]);
    expect([codeOf(large, arrival(20_000)), weighed]).toEqual(['predicate', 1]);
  });
});
