/** `toHaveEchoedInOrder`: what is in order, what is a retry, what is an echo. */

import { matchers } from 'echo-sts/matchers';
import { describe, expect, it } from 'vitest';
import { approved, bytes, failureOf, fixture, Recording, session, summary, view } from './fake.js';

expect.extend(matchers);

const begun = () => new Recording().init();
const other = { streamId: 'sport', sessionId: 'session-2' };

describe('toHaveEchoedInOrder holds', () => {
  it('when results come in ascending order, each with the audio that came', () => {
    const sts = fixture(begun().data(0).data(2).data(1).success(0).success(1).failed(2, false));
    expect(sts).toHaveEchoedInOrder();
    expect(view(begun().data(0).success(0))).toHaveEchoedInOrder();
  });

  it('when numbers are left out, for a fragment may have been dropped', () => {
    expect(fixture(begun().data(0).data(1).data(2).success(0).success(2))).toHaveEchoedInOrder();
  });

  it('for each stream by itself, and for each session of a stream', () => {
    const recording = begun().data(1).init('sport', other).data(0, bytes(7), {}, other).success(1);
    expect(fixture(recording.success(0, bytes(7), other))).toHaveEchoedInOrder();
    const again = { sessionId: 'session-3' };
    const reconnected = begun().data(1).success(1).init('news', again).data(0, bytes(0), {}, again);
    expect(fixture(reconnected.success(0, bytes(0), again))).toHaveEchoedInOrder();
  });

  it('when a fragment that failed and may be retried is sent again', () => {
    const recording = begun().data(0).data(1).failed(0, true).success(1).data(0).failed(0, true).data(0);
    expect(fixture(recording.success(0))).toHaveEchoedInOrder();
  });

  it('when a fragment that got an error in place of its result is sent again', () => {
    const recording = begun().data(0).data(1).error('TIMEOUT', 'Simulated', { fragment_id: 'f-0', retryable: true });
    expect(fixture(recording.success(1).data(0).success(0))).toHaveEchoedInOrder();
  });

  it('when a partial result carries the audio, too', () => {
    const partial = { status: 'partial', dubbed_audio: summary(bytes(0)) };
    expect(fixture(begun().data(0).result(0, partial))).toHaveEchoedInOrder();
  });

  it('when a refused duplicate had other audio', () => {
    expect(fixture(begun().data(0).data(0, bytes(9)).success(0))).toHaveEchoedInOrder();
  });

  it('when the timeline has dropped what a result answers', () => {
    const recording = new Recording(100).success(0, bytes(0), { cause: { entry: 99 } });
    expect(fixture(recording)).toHaveEchoedInOrder();
  });
});

describe('toHaveEchoedInOrder fails', () => {
  it.each([
    ['nothing was sent', begun().data(0), /but no result has been sent$/m],
    ['a result comes late', begun().data(0).data(1).success(1).success(0), /fragment 0 after that of fragment 1$/m],
    ['a result comes twice', begun().data(0).success(0).success(0), /the result of fragment 0 a second time$/m],
    [
      'a final failure is sent again',
      begun().data(0).data(1).failed(0, false).success(1).data(0).success(0),
      /fragment 0 a second time$/m,
    ],
    [
      'a failure comes again without a retry',
      begun().data(0).data(1).failed(0, true).success(1).success(0),
      /fragment 0 a second time$/m,
    ],
    [
      'a retry comes twice',
      begun().data(0).failed(0, true).data(0).success(0).success(0),
      /fragment 0 a second time$/m,
    ],
    [
      'a success has no audio',
      begun().data(0).result(0, { status: 'success' }),
      /fragment 0, a success, without audio$/m,
    ],
    [
      'a partial has no audio',
      begun().data(0).result(0, { status: 'partial' }),
      /fragment 0, a partial, without audio$/m,
    ],
    ['audio is malformed', begun().data(0).result(0, { status: 'success', dubbed_audio: null }), /without audio$/m],
    ['audio has another size', begun().data(0, bytes(0).subarray(1)).success(0), /received 11 bytes .*, sent 12 bytes/],
    ['the result is malformed', begun().data(0).result(0, { sequence_number: '0' }), /without a `fragment_id` or/],
    ['the fragment never came', begun().success(0), /fragment 0, which was never received$/m],
    [
      'the retry has other audio than the attempt it answers',
      begun()
        .data(0)
        .failed(0, true)
        .data(0, bytes(9))
        .success(0, bytes(0), { cause: { entry: 4 } }),
      /fragment 0 with other audio/,
    ],
  ])('when %s', (_, recording, sentence) => {
    expect(fixture(recording)).not.toHaveEchoedInOrder();
    expect(failureOf(() => expect(fixture(recording)).toHaveEchoedInOrder())).toMatch(sentence);
  });
});

describe('a failure of toHaveEchoedInOrder', () => {
  const expectFailure = (name: string, assertion: () => void) =>
    expect(`${failureOf(assertion)}\n`).toMatchFileSnapshot(approved(name));
  const taken = [session({ totalFragments: 4, inflight: 1 })];

  it('shows the first result out of order', () => {
    const recording = begun().data(0).data(1).data(2).data(3).success(0).success(2).success(1).success(3);
    return expectFailure('echoed-order', () => expect(fixture(recording, taken)).toHaveEchoedInOrder());
  });

  it('shows the first audio that is no echo, and the rule that altered it', () => {
    const fault = { cause: { entry: 3, rule: 'rule 1 ({ everyNth: 2 } → fault corrupt)', fault: 'corrupt' } } as const;
    const recording = begun().data(0).data(1).success(0).success(1, bytes(5), fault);
    return expectFailure('echoed-audio', () => expect(fixture(recording, taken)).toHaveEchoedInOrder());
  });

  it('says that there is no result', () =>
    expectFailure('echoed-nothing', () => expect(fixture(begun().data(0), taken)).toHaveEchoedInOrder()));

  it('says with `not` that all is as it should be', () =>
    expectFailure('echoed-not', () => expect(fixture(begun().data(0).success(0), taken)).not.toHaveEchoedInOrder()));

  it('shows the end of a long order', () => {
    const recording = begun();
    for (let n = 0; n < 100; n += 1) recording.data(n).success(n);
    const text = failureOf(() => expect(fixture(recording.success(3))).toHaveEchoedInOrder());
    expect(text).toMatch('stream "news": the last 30 of 101: 71, 72,');
  });
});
