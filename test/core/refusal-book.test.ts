import { describe, expect, it } from 'vitest';
import { type AttemptRefusal, describeRefusal, RefusalBook } from '../../src/core/refusal-book.js';

const refusal = (parts: Partial<AttemptRefusal> = {}): AttemptRefusal => ({
  after: 0,
  times: 1,
  status: 503,
  ...parts,
});

const bookOf = (...refusals: AttemptRefusal[]): RefusalBook => {
  const book = new RefusalBook();
  for (const each of refusals) book.add(each);
  return book;
};

/** The status of each of the next attempts; 200 for one that passes. */
const attempts = (book: RefusalBook, count: number) =>
  Array.from({ length: count }, () => book.attempt()?.status ?? 200);

describe('a planned refusal', () => {
  it.each<[string, AttemptRefusal[], number[]]>([
    ['refuses the first attempt', [refusal()], [503, 200, 200, 200, 200]],
    ['lets attempts pass first', [refusal({ after: 2 })], [200, 200, 503, 200, 200]],
    ['refuses several', [refusal({ after: 1, times: 2, status: 429 })], [200, 429, 429, 200, 200]],
    ['refuses all', [refusal({ after: 3, times: Number.POSITIVE_INFINITY })], [200, 200, 200, 503, 503]],
    ['gives way to the one before it', [refusal(), refusal({ status: 500 })], [503, 500, 200, 200, 200]],
    [
      'counts attempts that another has refused',
      [refusal({ times: 2 }), refusal({ after: 2, status: 500 })],
      [503, 503, 500, 200, 200],
    ],
  ])('%s', (_, refusals, statuses) => {
    expect(attempts(bookOf(...refusals), 5)).toEqual(statuses);
  });

  it('that is added later counts attempts from then on', () => {
    const book = bookOf();
    expect(attempts(book, 2)).toEqual([200, 200]);
    const entry = book.add(refusal({ after: 1 }));
    expect(attempts(book, 3)).toEqual([200, 503, 200]);
    expect([entry.hits, book.attempts]).toEqual([1, 5]);
  });

  it('waits for the refusals by hand, of which the last call counts', () => {
    const book = bookOf(refusal({ status: 500 }));
    book.refuse(5, 418);
    book.refuse(2, 429);
    expect([book.attempt(), book.attempt(), book.attempt(), book.attempt()]).toEqual([
      { status: 429, by: 'test' },
      { status: 429, by: 'test' },
      { status: 500, by: 'plan' },
      undefined,
    ]);
  });

  it('is gone when the book is cleared, like one by hand, and attempts are counted anew', () => {
    const book = bookOf(refusal({ times: 9 }));
    book.refuse(9, 429);
    book.attempt();
    book.clear();
    expect([book.attempts, book.entries, attempts(book, 2)]).toEqual([0, [], [200, 200]]);
    book.add(refusal({ after: 1 }));
    expect(attempts(book, 2)).toEqual([200, 503]);
  });

  it('has words', () => {
    expect(describeRefusal(refusal({ after: 1 }))).toBe('refusal ({ after: 1, times: 1, status: 503 })');
  });
});
