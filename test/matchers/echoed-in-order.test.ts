/** `toHaveEchoedInOrder`: what is in order, what is a retry, what is an echo, whose audio came, and what is missing. */

import type { FragmentRecord } from 'echo-sts/core';
import { matchers } from 'echo-sts/matchers';
import { describe, expect, it } from 'vitest';
import { approved, bytes, failureOf, fixture, Recording, session, summary, view } from './fake.js';

expect.extend(matchers);

const begun = () => new Recording().init();
const echo = (n: number) => ({ status: 'success', dubbed_audio: summary(bytes(n)) });
const record = (n: number, status: FragmentRecord['status'], more: Partial<FragmentRecord> = {}): FragmentRecord => ({
  ...{ fragmentId: `f-${n}`, sequenceNumber: n, status, attempts: 1, receivedAt: 0 },
  ...more,
});
const DROP = 'rule 1 ({ sequenceNumber: 1 } → fault drop)';
const hit = (n: number, rule = DROP) =>
  ['note', 'rule', { rule, fragmentId: `f-${n}`, sequenceNumber: n }, { sequenceNumber: n }] as const;
const other = { streamId: 'sport', sessionId: 'session-2' };

describe('toHaveEchoedInOrder holds', () => {
  it('when results come in ascending order, each with the audio that came', () => {
    const sts = fixture(begun().data(0).data(2).data(1).success(0).success(1).success(2));
    expect(sts).toHaveEchoedInOrder();
    expect(view(begun().data(0).success(0))).toHaveEchoedInOrder();
  });

  it('when a fragment was not taken', () => {
    const full = { fragment_id: 'f-1', retryable: true };
    expect(fixture(begun().data(0).data(1).error('QUEUE_FULL', 'Full', full).success(0))).toHaveEchoedInOrder();
    const silently = [session({ fragments: [record(0, 'success')] })];
    expect(fixture(begun().data(0).data(1).success(0), silently)).toHaveEchoedInOrder();
  });

  it('when what was lost with a connection has come back in a later session of the stream', () => {
    const again = { sessionId: 'session-3' };
    const lost = begun().data(0).success(0).data(1).init('news', again);
    expect(fixture(lost)).not.toHaveEchoedInOrder();
    const moved = { fragment_id: 'f-1', sequence_number: 0 };
    const resent = lost.data(0, bytes(1), moved, again).result(0, { ...echo(1), ...moved }, again);
    expect(fixture(resent)).toHaveEchoedInOrder();
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
    ['a fragment has no result', begun().data(0).data(1).success(0), /"news" got no result of fragment 1$/m],
    [
      'a rule has dropped a result',
      begun()
        .data(0)
        .data(1)
        .add(...hit(1))
        .success(0),
      /"news" got no result of fragment 1 \(by rule 1 \(\{ sequenceNumber: 1 \} → fault drop\)\)$/m,
    ],
    [
      'a dropped one is sent again, which is refused',
      begun()
        .data(0)
        .data(1)
        .add(...hit(1))
        .success(0)
        .data(1)
        .error('INVALID_SEQUENCE', 'Taken before', { fragment_id: 'f-1' }, { cause: { entry: 6 } }),
      /"news" got no result of fragment 1 \(by rule 1 /,
    ],
    [
      'a fragment has failed for good',
      begun().data(0).data(1).success(0).failed(1, false),
      /got fragment 1 back as failed, TIMEOUT$/m,
    ],
    [
      'what may be retried is not sent again',
      begun().data(0).data(1).success(0).failed(1, true),
      /got fragment 1 back as failed, TIMEOUT; it may be retried, and was not$/m,
    ],
    [
      'a retry has no result',
      begun().data(0).data(1).success(0).failed(1, true).data(1),
      /got no result of fragment 1$/m,
    ],
    [
      'an error came in place of a result',
      begun().data(0).data(1).error('GPU_OOM', 'Simulated', { fragment_id: 'f-1', retryable: true }).success(0),
      /got an error in place of the result of fragment 1, GPU_OOM; it may be retried, and was not$/m,
    ],
    [
      'an error with the code of a refusal came for a fragment that was taken',
      begun()
        .data(0)
        .data(1)
        .add('out', 'fragment:ack', { fragment_id: 'f-1', status: 'queued', queue_position: 1 })
        .error('RATE_LIMIT', 'Simulated', { fragment_id: 'f-1' })
        .success(0),
      /got an error in place of the result of fragment 1, RATE_LIMIT$/m,
    ],
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

describe('toHaveEchoedInOrder says of a fragment without a result', () => {
  const recording = begun().data(0).data(1).success(0);
  it.each([
    ['that it is still in flight', [record(1, 'processing')], 'active', /fragment 1: it is still in flight$/m],
    [
      'that its connection was lost',
      [record(1, 'processing')],
      'closed',
      /: the connection was lost before it went out$/m,
    ],
    ['no more when a rule has done it', [record(1, 'dropped')], 'closed', /"news" got no result of fragment 1$/m],
  ] as const)('%s', (_, fragments, state, sentence) => {
    const sts = fixture(recording, [session({ fragments, state })]);
    expect(failureOf(() => expect(sts).toHaveEchoedInOrder())).toMatch(sentence);
  });

  it('to wait for what is in flight, where no clock stands still', () => {
    const sts = fixture(recording, [session({ fragments: [record(1, 'processing')] })]);
    expect(failureOf(() => expect(sts).toHaveEchoedInOrder())).toMatch('`await sts.idle()` first');
  });

  it('which rule has dropped all, where no result was sent', () => {
    const dropped = begun()
      .data(1)
      .add(...hit(1));
    expect(failureOf(() => expect(fixture(dropped)).toHaveEchoedInOrder())).toMatch(
      /but no result has been sent$[\s\S]*^ {2}also {6}stream "news" got no result of fragment 1 \(by rule 1/m,
    );
  });

  it('nothing of a rule that keeps back only its acknowledgement', () => {
    const unacked = begun()
      .data(0)
      .data(1)
      .add(...hit(1, 'rule 1 ({ sequenceNumber: 1 } → fault no-ack)'))
      .success(0);
    const sts = fixture(unacked, [session({ fragments: [record(1, 'processing', { fault: 'no-ack' })] })]);
    expect(failureOf(() => expect(sts).toHaveEchoedInOrder())).toMatch(/fragment 1: it is still in flight$/m);
  });
});

describe('toHaveEchoedInOrder({ except })', () => {
  it.each([
    ['dropped', begun().data(0).data(1).data(2).success(0).success(2)],
    ['failed', begun().data(0).data(1).success(0).failed(1, false)],
    ['altered', begun().data(0).data(1).success(0).success(1, bytes(9))],
    ['without audio', begun().data(0).data(1).success(0).result(1, { status: 'success' })],
    ['malformed', begun().data(0).data(1).success(0).result(1, { sequence_number: '1' })],
  ])('lets that fragment be %s, and no other', (_, recording) => {
    expect(fixture(recording)).toHaveEchoedInOrder({ except: [1] });
    expect(fixture(recording)).toHaveEchoedInOrder({ except: [7, 1] });
    expect(fixture(recording)).not.toHaveEchoedInOrder({ except: [0, 2] });
    expect(fixture(recording)).not.toHaveEchoedInOrder({ except: [] });
    expect(fixture(recording)).not.toHaveEchoedInOrder({});
  });

  it('lets nothing be out of order, or come twice', () => {
    expect(fixture(begun().data(0).data(1).success(1).success(0))).not.toHaveEchoedInOrder({ except: [0, 1] });
    expect(fixture(begun().data(0).success(0).success(0))).not.toHaveEchoedInOrder({ except: [0] });
  });

  it('still wants a result', () => {
    expect(fixture(begun().data(0))).not.toHaveEchoedInOrder({ except: [0] });
  });

  it('is named in the text', () => {
    const sts = fixture(begun().data(0).data(1).success(0).success(1));
    expect(failureOf(() => expect(sts).not.toHaveEchoedInOrder({ except: [3, 4] }))).toMatch(
      /with other audio than its fragment; 3, 4 may be missing or\s+other\n/,
    );
  });

  it.each([
    [3, '`options` expected an object, got 3.'],
    [null, '`options` expected an object, got null.'],
    [{ except: 3 }, '`except` expected a list of sequence numbers, got 3.'],
    [{ except: [0, -1] }, '`except.1` expected an integer ≥ 0, got -1.'],
    [{ except: [1.5] }, '`except.0` expected an integer ≥ 0, got 1.5.'],
    [{ except: ['3'] }, '`except.0` expected an integer ≥ 0, got the text "3".'],
    [{ other: [3] }, 'expected `except`, got the unknown name `other`.'],
    [{ exept: [3] }, 'expected `except`, got the unknown name `exept`.', 'Did you mean `except`? '],
  ])('refuses %o, negated or not', (options, sentence, hint = '') => {
    const sts = fixture(begun().data(0).success(0));
    const refusal = `${hint}\`toHaveEchoedInOrder\`: ${sentence}`;
    expect(failureOf(() => expect(sts).toHaveEchoedInOrder(options as object))).toBe(refusal);
    expect(failureOf(() => expect(sts).not.toHaveEchoedInOrder(options as object))).toBe(refusal);
  });
});

describe('toHaveEchoedInOrder tells whose audio came', () => {
  /** The results of as many fragments as there are numbers, each with the audio of the fragment of that number. */
  const carrying = (...sources: readonly number[]) => {
    const recording = begun();
    for (const n of sources.keys()) recording.data(n);
    for (const [n, source] of sources.entries()) recording.success(n, bytes(source));
    return recording;
  };
  const empty = begun().data(0).data(1).success(0, new Uint8Array()).success(1, new Uint8Array());
  const ofSport = { streamId: 'sport', sessionId: 'session-2' };
  const earlier = { sessionId: 'session-0' };

  it.each([
    [
      'swapped',
      carrying(0, 1, 3, 2),
      'in stream "news" #2 carries what was awaited as #3, and #3 what was awaited as #2: swapped',
    ],
    [
      'swapped from afar',
      carrying(0, 5, 2, 3, 4, 1),
      'in stream "news" #1 carries what was awaited as #5, and #5 what was awaited as #1: swapped',
    ],
    [
      'swapped twice',
      carrying(1, 0, 3, 2),
      '#0 carries what was awaited as #1, and #1 what was awaited as #0: swapped',
    ],
    ['shifted by one', carrying(0, 2, 3, 4, 9), '#1 to #3 carry what was awaited as #2 to #4: shifted by one'],
    ['shifted the other way', carrying(9, 0, 1), '#1 and #2 carry what was awaited as #0 and #1: shifted by one'],
    ['shifted by two', carrying(2, 3, 4, 8, 9), '#0 to #2 carry what was awaited as #2 to #4: shifted by 2'],
    ['repeated', carrying(0, 1, 1), '#2 carries what was awaited as #1, which #1 carries as well: repeated'],
    [
      'repeated in all',
      carrying(0, 0, 0, 0),
      '#1 to #3 carry what was awaited as #0, which #0 carries as well: repeated',
    ],
    ['in the wrong place', carrying(0, 1, 3, 9), '#2 carries what was awaited as #3\n'],
    ['empty', empty, 'in stream "news" all, #0 and #1 carry 0 bytes: empty'],
    ['unknown', carrying(0, 7), 'got the result of fragment 1 with other audio (unknown): received 12 bytes'],
    [
      'of half the size',
      begun().data(0).success(0, bytes(8).subarray(6)),
      'fragment 0 with other audio (unknown, of half the size): received 12 bytes',
    ],
    [
      'of another stream',
      carrying(0, 1).init('sport', ofSport).data(4, bytes(7), {}, ofSport).success(4, bytes(1), ofSport),
      'stream "sport" got the result of fragment 4 with other audio (that of #1 of stream "news", entry #3): received',
    ],
    [
      'of another session of the stream',
      new Recording()
        .init('news', earlier)
        .data(3, bytes(3), {}, earlier)
        .success(3, bytes(3), earlier)
        .init()
        .data(0)
        .success(0, bytes(3)),
      'fragment 0 with other audio (that of #3 of another session of this stream, entry #2): received',
    ],
    [
      'of an earlier attempt',
      begun()
        .data(0)
        .failed(0, true)
        .data(0, bytes(9))
        .success(0, bytes(0), { cause: { entry: 4 } }),
      'fragment 0 with other audio (that of #0 as it came in entry #2): received',
    ],
  ])('%s', (_, recording, sentence) => {
    expect(failureOf(() => expect(fixture(recording)).toHaveEchoedInOrder())).toMatch(sentence);
  });

  it.each([
    ['cut off', bytes(0).subarray(0, 7), 'its own, cut off: its last 5 bytes are missing'],
    ['cut off in front', bytes(0).subarray(1), 'its own, cut off: its first 1 byte is missing'],
    [
      'with a data URL before it',
      Buffer.concat([Buffer.from('data:audio/mp4;base64,'), bytes(0)]),
      'its own, but with 22 bytes too many before it: "data:audio/mp4;base64,", the beginning of a data URL',
    ],
    [
      'with something behind it',
      Buffer.concat([bytes(0), Buffer.from('abc')]),
      'its own, but with 3 bytes too many behind it',
    ],
  ])('%s, where the timeline keeps it', (_, sent, likeness) => {
    const kept = (audio: Uint8Array) => ({ ...summary(audio), data_base64: Buffer.from(audio).toString('base64') });
    const recording = begun().data(0, bytes(0), { audio: kept(bytes(0)) });
    const sts = fixture(recording.result(0, { status: 'success', dubbed_audio: kept(sent) }));
    expect(failureOf(() => expect(sts).toHaveEchoedInOrder())).toMatch(
      `fragment 0 with other audio (${likeness}): received`,
    );
  });

  it('each place once, the others after the first', () => {
    const text = failureOf(() => expect(fixture(carrying(1, 0, 3, 2, 9))).toHaveEchoedInOrder());
    expect(text).toMatch(/but in stream "news" #0 carries what was awaited as #1, and #1 .*: swapped\n/);
    expect(text).toMatch(/ {2}also {6}in stream "news" #2 carries what was awaited as #3, and #3 .*: swapped\n/);
    expect(text).toMatch(/ {12}stream "news" got the result of fragment 4 with other audio \(unknown\)/);
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

  it('shows which audio was swapped', () => {
    const recording = begun()
      .data(0)
      .data(1)
      .data(2)
      .data(3)
      .success(0)
      .success(1)
      .success(2, bytes(3))
      .success(3, bytes(2));
    return expectFailure('echoed-swapped', () => expect(fixture(recording, taken)).toHaveEchoedInOrder());
  });

  it('shows what was dropped', () => {
    const recording = begun()
      .data(0)
      .data(1)
      .add(...hit(1))
      .data(2)
      .success(0)
      .success(2);
    return expectFailure('echoed-dropped', () => expect(fixture(recording, taken)).toHaveEchoedInOrder());
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
