/** `toHaveCompleted`: which streams have to have completed, and what is said of those that have not. */

import { matchers } from 'echo-sts/matchers';
import { describe, expect, it } from 'vitest';
import { approved, failureOf, fixture, Recording, session, view } from './fake.js';

expect.extend(matchers);

const completed = session({ state: 'completed', completedAt: 2, endedAt: 1 });
const open = session({ streamId: 'sport', sessionId: 'session-2', totalFragments: 5, inflight: 2 });
const control = session({ streamId: '', sessionId: 'session-3', state: 'initializing' });
const recording = new Recording().init();

describe('toHaveCompleted', () => {
  it('holds when every stream has completed', () => {
    expect(fixture(recording, [completed, session({ ...completed, streamId: 'sport' })])).toHaveCompleted();
    expect(fixture(recording, [completed, open])).not.toHaveCompleted();
  });

  it('holds when a completed session was closed after that', () => {
    expect(fixture(recording, [session({ ...completed, state: 'closed' })])).toHaveCompleted();
  });

  it('looks past connections that have begun no stream, but wants one at least', () => {
    expect(fixture(recording, [control, completed])).toHaveCompleted();
    expect(fixture(recording, [control])).not.toHaveCompleted();
    expect(fixture(recording, [])).not.toHaveCompleted();
  });

  it('looks at the newest session of a stream, for a worker that reconnects begins it afresh', () => {
    const cut = session({ state: 'closed', closeReason: 'transport close' });
    expect(fixture(recording, [completed, cut])).toHaveCompleted();
    expect(fixture(recording, [cut, completed])).not.toHaveCompleted();
  });

  it('looks at one session alone when asked to, as it is by now', () => {
    expect(view(recording, completed)).toHaveCompleted();
    expect(view(recording, open)).not.toHaveCompleted();
    expect(view(recording, open, [{ ...open, state: 'completed', completedAt: 2 }])).toHaveCompleted();
  });
});

describe('a failure of toHaveCompleted', () => {
  const expectFailure = (name: string, assertion: () => void) =>
    expect(`${failureOf(assertion)}\n`).toMatchFileSnapshot(approved(name));

  it('shows the state of each stream', () => {
    const errors = [{ errorId: 'e-1', code: 'QUEUE_FULL', message: '20 fragments are in flight.', sentAt: 1 }];
    const held = { heldSequenceNumbers: [4, 5], expectedSequenceNumber: 3 };
    const stuck = session({ ...open, streamId: 'talk', state: 'ending', endedAt: 1, errors, ...held });
    return expectFailure('completed-open', () =>
      expect(fixture(recording, [stuck, completed, open])).toHaveCompleted(),
    );
  });

  it('says that no stream was begun', () =>
    expectFailure('completed-none', () => expect(fixture(new Recording(), [control])).toHaveCompleted()));

  it('uses the snapshot of a session that is forgotten', () => {
    expect(view(new Recording(), completed, [])).toHaveCompleted();
    expect(view(new Recording(), open, [])).not.toHaveCompleted();
  });

  it('says so of one session', () =>
    expectFailure('completed-one', () => expect(view(recording, open)).toHaveCompleted()));

  it('says with `not` that all have', () =>
    expectFailure('completed-not', () => expect(fixture(recording, [completed])).not.toHaveCompleted()));

  it('says with `not` that the one has', () => {
    expect(failureOf(() => expect(view(recording, completed)).not.toHaveCompleted())).toMatch(
      'expected stream "news" not to have completed, but it has\n',
    );
  });

  it('counts what it does not list', () => {
    const many = Array.from({ length: 8 }, (_, n) => session({ streamId: `s-${n}`, sessionId: `session-${n}` }));
    const text = failureOf(() => expect(fixture(recording, many)).toHaveCompleted());
    expect(text).toMatch(
      '8 of 8 have not: "s-0" (active), "s-1" (active), "s-2" (active), "s-3" (active), "s-4" (active), …',
    );
    expect(text).toMatch('            and 3 more\n');
  });
});
