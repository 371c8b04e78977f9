/** `toHaveNoViolations`: what is excused, and how the rest is shown. */

import { matchers } from 'echo-sts/matchers';
import { describe, expect, it } from 'vitest';
import type { Violation } from '../../src/record/violation-log.js';
import { approved, failureOf, fixture, Recording, session, view } from './fake.js';

expect.extend(matchers);

const recording = new Recording()
  .init()
  .data(0)
  .add('out', 'backpressure', { stream_id: 'news', severity: 'high', action: 'pause', current_inflight: 4 })
  .data(1)
  .data(1);

const paused = violation(
  'sent-while-told-to-pause',
  'Fragment 1 came 5 ms after `action: "pause"`: wait for "none".',
  [3, 4],
);
const reused = violation('reused-sequence-number', 'Fragment 1 had been taken already: count on.', [4, 5]);
const sessions = [session({ totalFragments: 2, inflight: 2 })];

describe('toHaveNoViolations', () => {
  it('holds when there is none, or none but those that are allowed', () => {
    expect(fixture(recording)).toHaveNoViolations();
    expect(view(recording)).toHaveNoViolations();
    expect(fixture(recording, sessions, [paused])).not.toHaveNoViolations();
    expect(fixture(recording, sessions, [paused])).toHaveNoViolations({ allow: ['sent-while-told-to-pause'] });
    expect(fixture(recording, sessions, [paused])).not.toHaveNoViolations({ allow: ['left-unanswered'] });
  });

  it.each([
    [{ allow: 'left-unanswered' }, '`allow` expected a list of kinds of violations, got "left-unanswered".'],
    [3, '`options` expected an object, got 3.'],
  ])('refuses the options %j, negated or not', (options, why) => {
    const wrong = options as object;
    expect(failureOf(() => expect(fixture()).toHaveNoViolations(wrong))).toBe(`\`toHaveNoViolations\`: ${why}`);
    expect(failureOf(() => expect(fixture()).not.toHaveNoViolations(wrong))).toBe(`\`toHaveNoViolations\`: ${why}`);
  });

  it('refuses to allow a kind that does not exist', () => {
    const refusal = (kind: string) =>
      failureOf(() => expect(fixture()).toHaveNoViolations({ allow: ['left-unanswered', kind] } as object));
    expect(refusal('late')).toMatch(
      /^`toHaveNoViolations`: `allow\.1` expected one of "exceeded-max-inflight", .* and \d+ more, got "late"\.$/,
    );
    expect(refusal('unknown-evnt')).toMatch(
      /^Did you mean `unknown-event`\? `toHaveNoViolations`: `allow\.1` expected one of .*, got "unknown-evnt"\.$/,
    );
  });
});

describe('a failure of toHaveNoViolations', () => {
  const expectFailure = (name: string, assertion: () => void) =>
    expect(`${failureOf(assertion)}\n`).toMatchFileSnapshot(approved(name));

  it('shows each with its evidence', () =>
    expectFailure('violations', () => expect(fixture(recording, sessions, [paused, reused])).toHaveNoViolations()));

  it('counts what is excused', () =>
    expectFailure('violations-allowed', () =>
      expect(fixture(recording, sessions, [paused, reused])).toHaveNoViolations({ allow: ['reused-sequence-number'] }),
    ));

  it('says with `not` that there is none', () =>
    expectFailure('violations-not', () =>
      expect(fixture(recording, sessions, [paused])).not.toHaveNoViolations({ allow: ['sent-while-told-to-pause'] }),
    ));

  it('shows one of each kind and stream, and where the others happened', () => {
    const found = [paused, reused, ...Array<Violation>(11).fill({ ...paused, message: 'Fragment 2 came.' })];
    const text = failureOf(() => expect(fixture(recording, sessions, found)).toHaveNoViolations());
    expect(text).toMatch('but there are 13: `sent-while-told-to-pause`, `reused-sequence-number`\n');
    expect(text.match(/^ {2}violation /gm)).toHaveLength(2);
    expect(text).toMatch(
      /^ {12}and 11 more of this kind in this stream: #4, #4, #4, #4, #4, #4, #4, #4 …\n {2}violation reused-sequence/m,
    );
  });

  it('counts those that say the same, and names the streams', () => {
    const found = [paused, paused, { ...paused, streamId: 'sport' }];
    const text = failureOf(() => expect(fixture(recording, sessions, found)).toHaveNoViolations());
    expect(text).toMatch(
      /^ {2}violation sent-while-told-to-pause, streams "news", "sport": Fragment 1 .*\n.* \(×3\)\n(.*\n)* {12}and at #4, #4\n/m,
    );
  });

  it('shows the first ten kinds and streams', () => {
    const found = Array.from({ length: 12 }, (_, at) => ({
      ...paused,
      streamId: `stream-${at}`,
      message: `Of ${at}.`,
    }));
    const text = failureOf(() => expect(fixture(recording, sessions, [...found, ...found])).toHaveNoViolations());
    expect(text.match(/^ {2}violation sent-while/gm)).toHaveLength(10);
    expect(text).toMatch(/^ {2}violation and 4 more, of other kinds or in other streams$/m);
  });

  it('counts others of its kind whose place the timeline has dropped', () => {
    const bare = { ...paused, streamId: '', entries: [] };
    const found = [bare, { ...bare, message: 'Other.' }, bare];
    const text = failureOf(() => expect(fixture(recording, sessions, found)).toHaveNoViolations());
    expect(text).toMatch(/^ {12}and 2 more of this kind without a stream$/m);
  });

  it('shows one whose evidence the timeline has dropped', () => {
    const bare = { ...paused, entries: [] };
    expect(failureOf(() => expect(fixture(recording, sessions, [bare])).toHaveNoViolations())).toMatch(
      '  violation sent-while-told-to-pause, stream "news": Fragment 1 came',
    );
  });
});

function violation(kind: Violation['kind'], message: string, numbers: readonly number[]): Violation {
  const entries = recording.entries.filter(({ n }) => numbers.includes(n));
  return { kind, message, streamId: 'news', sessionId: 'session-1', atMs: 0, sequenceNumber: 1, entries };
}
