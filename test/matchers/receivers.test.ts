/** What every matcher says to something that it cannot be asked about. */

import { matchers } from 'echo-sts/matchers';
import { describe, expect, it } from 'vitest';
import { failureOf, fixture, session } from './fake.js';

expect.extend(matchers);

const HANDLES = 'expected a fixture, a scope or a session that `session(streamId)` returns';

const ASSERTIONS = {
  toHaveReceived: (received: unknown, not: boolean) =>
    not ? expect(received).not.toHaveReceived('stream:end') : expect(received).toHaveReceived('stream:end'),
  toHaveEchoedInOrder: (received: unknown, not: boolean) =>
    not ? expect(received).not.toHaveEchoedInOrder() : expect(received).toHaveEchoedInOrder(),
  toHaveCompleted: (received: unknown, not: boolean) =>
    not ? expect(received).not.toHaveCompleted() : expect(received).toHaveCompleted(),
  toHaveNoViolations: (received: unknown, not: boolean) =>
    not ? expect(received).not.toHaveNoViolations() : expect(received).toHaveNoViolations(),
};

describe.each(Object.entries(ASSERTIONS))('%s', (name, assert) => {
  it.each([
    ['nothing', undefined, 'nothing; `session(streamId)` returns undefined until a worker has begun that stream'],
    ['null', null, 'null'],
    ['a number', 3, '3'],
    ['text', 'news', '"news"'],
    ['an object', {}, 'an object'],
    ['what looks like a handle', { timeline: () => [], violations: () => [] }, 'an object'],
    ['an object without prototype', Object.create(null), 'an object'],
    ['a function', () => fixture(), 'a function'],
    ['a promise', Promise.resolve(fixture()), 'a promise; `await` it'],
    ['a snapshot', session(), 'a snapshot of `sessions`; use `session(streamId)`'],
    ['a list', [session()], 'a list; pass the fixture itself, or one session'],
  ])('says that it cannot be asked about %s, negated or not', (_, received, came) => {
    expect(failureOf(() => assert(received, false))).toBe(`\`${name}\`: ${HANDLES}, got ${came}.`);
    expect(failureOf(() => assert(received, true))).toBe(`\`${name}\`: ${HANDLES}, got ${came}.`);
  });
});
