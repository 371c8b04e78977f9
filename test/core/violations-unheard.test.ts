/** Answers that a rule has withheld or damaged: who sends again for want of them is not accused, and is answered as ever. */

import type { Input, Rule } from 'echo-sts/core';
import { describe, expect, it } from 'vitest';
import {
  accusations,
  active,
  type Drive,
  end,
  fed,
  fragment,
  heard,
  init,
  push,
  resume,
  rules,
  silencing,
} from '../support/drive.js';

type Fault = NonNullable<Rule['consequence']['fault']>;
const FAULTS: Fault[] = ['drop', 'malformed'];

const on = (message: NonNullable<Rule['on']>, fault: Fault): Pick<Rule, 'on' | 'consequence'> => ({
  on: message,
  consequence: { fault, delayMs: 0 },
});
const FINAL = {
  when: { sequenceNumber: 0 },
  consequence: { error: { code: 'TIMEOUT', message: '', retryable: false }, as: 'error-event', delayMs: 0 },
} as const;
const codes = (drive: Drive) => drive.effects.flatMap((effect) => (effect.kind === 'error' ? [effect.code] : []));

describe.each(FAULTS)('with %s', (fault) => {
  it('an `error` in place of a result excuses a fragment that is sent again, which is refused all the same', () => {
    const drive = fed(active(rules(FINAL, { ...on('error', fault), times: 1 })), fragment(0), fragment(0));
    expect(accusations(drive)).toEqual([]);
    expect(codes(drive).at(-1)).toBe('INVALID_SEQUENCE');
  });

  it('an `error` about another fragment, or one that only refuses, excuses nothing', () => {
    const drive = active(rules(FINAL, { ...on('error', fault), after: 1 }));
    drive.feed(fragment(0), fragment(0), fragment(0), fragment(1), fragment(1), fragment(1));
    expect(accusations(drive)).toEqual([
      ...[0, 0].map(() => '0 retried-final-failure 0'),
      ...[0, 0].map(() => '0 resent-success 1'),
    ]);
  });

  it('the `error` that gives a number up excuses the number that comes late', () => {
    const drive = fed(active(rules(on('error', fault)), { timeoutMs: 1000 }), fragment(1));
    drive.advance(1000);
    drive.feed(fragment(0));
    expect(accusations(drive)).toEqual(['1000 skipped-sequence-number 0']);
  });

  it.each<[NonNullable<Rule['on']>, Input[]]>([
    ['stream:ready', [init()]],
    ['stream:complete', [end, end]],
  ])('%s excuses who asks for it again', (message, inputs) => {
    const repeated = (settings: object) => accusations(fed(active(settings), ...inputs));
    expect(repeated(rules(on(message, fault)))).toEqual([]);
    expect(repeated({})).toHaveLength(1);
  });
});

it('a signal that was garbled is not ignored', () => {
  const blame = (settings: object) => accusations(fed(active(settings), push('pause'), heard(1), fragment(0)));
  expect(blame(rules(on('backpressure', 'malformed')))).toEqual([]);
  expect(blame({})).toEqual(['0 sent-while-told-to-pause 0']);
});

describe('a silent stream', () => {
  it('excuses a `stream:end` that is sent again', () => {
    expect(accusations(fed(active(silencing(0)), fragment(0), end, end))).toEqual([]);
  });

  it('excuses no other event out of place, and no `stream:end` of another stream', () => {
    expect(accusations(fed(active(silencing(0)), fragment(0), end, resume))).toEqual(['0 sent-after-end']);
    const elsewhere = { ...end, streamId: 'stream-2' } as Input;
    expect(accusations(fed(active(silencing(0)), fragment(0), elsewhere))).toEqual(['0 foreign-stream']);
  });
});
