/** Who owes what in a stream, and what its worker has left out: in words, from a session and its entries. */

import { describe, expect, it } from 'vitest';
import type { FragmentRecord } from '../../src/core/snapshot.js';
import { omissions } from '../../src/failures/omissions.js';
import { owed } from '../../src/failures/owed.js';
import { Recording, session } from '../matchers/fake.js';

type Record = Partial<FragmentRecord>;
const fragments = (...records: Record[]): FragmentRecord[] =>
  records.map((record, at) => ({
    fragmentId: `f-${at}`,
    sequenceNumber: at,
    status: 'success',
    attempts: 1,
    receivedAt: 0,
    ...record,
  }));
const stream = (records: readonly Record[], more: Parameters<typeof session>[0] = {}) =>
  session({ fragments: fragments(...records), totalFragments: records.length, maxInflight: 3, ...more });
const pause = (recording: Recording, action: string) =>
  recording.add('out', 'backpressure', { severity: 'high', action, current_inflight: 1 });

describe('what is owed', () => {
  it('begins with how long the worker has been silent, and since what', () => {
    const { entries } = new Recording().init().data(0);
    const at = entries[1]?.atMs ?? 0;
    const [silence] = [3979, 998, 0].map((ms) => owed(stream([{}]), entries, at + ms)[0]);
    expect(silence).toBe('the worker has sent nothing for 3.98 s, since #2 fragment:data');
    expect(owed(stream([{}]), entries, at + 998)[0]).toBe(
      'the worker has sent nothing for 998 ms, since #2 fragment:data',
    );
    expect(owed(stream([{}]), entries, at)[0]).toBe('the worker has sent nothing since #2 fragment:data');
  });

  it.each<[string, ReturnType<typeof session>, readonly string[]]>([
    [
      'nothing has been sent',
      stream([]),
      ['the service owes the worker nothing: no fragment was accepted', 'the worker owes a fragment, or `stream:end`'],
    ],
    [
      'all is answered',
      stream([{}, {}]),
      ['the service owes the worker nothing: 2 of 2 answered', 'the worker owes its next fragment, or `stream:end`'],
    ],
    [
      'all is answered, and all of it acknowledged',
      stream([{ ack: 'received' }, { ack: 'applied' }]),
      [
        'the service owes the worker nothing: 2 of 2 answered (all acknowledged by the worker)',
        'the worker owes its next fragment, or `stream:end`',
      ],
    ],
    [
      'all is answered, and some of it acknowledged',
      stream([{ ack: 'received' }, {}]),
      [
        'the service owes the worker nothing: 2 of 2 answered (1 acknowledged by the worker)',
        'the worker owes its next fragment, or `stream:end`',
      ],
    ],
    [
      'results are due',
      stream([{}, { status: 'processing' }, { status: 'processing' }], { inflight: 2 }),
      ['the service owes the worker 2 results of 3: fragments 1, 2'],
    ],
    [
      'what came waits behind a gap',
      stream([{ sequenceNumber: 1, status: 'processing' }], {
        inflight: 1,
        heldSequenceNumbers: [1],
        expectedSequenceNumber: 0,
      }),
      ['the service owes the worker nothing before fragment 0 arrives: 1 wait for it'],
    ],
    [
      'a result is dropped',
      stream([{}, { status: 'dropped' }, {}, {}]),
      [
        '3 of 4 answered, 1 dropped by a rule: fragment 1',
        'that result is never sent: the worker must give it up and go on',
      ],
    ],
    [
      'the only place in flight is that of a dropped result',
      stream([{}, { status: 'dropped' }], { maxInflight: 1 }),
      [
        '1 of 2 answered, 1 dropped by a rule: fragment 1',
        'that result is never sent, and its place is the only one: the worker must give it up and go on',
      ],
    ],
    [
      'all places in flight are those of dropped results',
      stream([{}, ...Array(3).fill({ status: 'dropped' })]),
      [
        '1 of 4 answered, 3 dropped by a rule: fragments 1, 2, 3',
        'those results are never sent, and take all 3 places: the worker must give them up and go on',
      ],
    ],
    [
      'the worker has gone on after dropped results',
      stream([{ status: 'dropped' }, { status: 'dropped' }, {}], { maxInflight: 2 }),
      [
        '1 of 3 answered, 2 dropped by a rule: fragments 0, 1',
        'those results are never sent: the worker must give them up and go on',
      ],
    ],
    [
      'as many are answered as may be in flight',
      stream([{}, {}, {}]),
      [
        'the service owes the worker nothing: 3 of 3 answered',
        '3 answered (fragments 0, 1, 2), as many as `max_inflight`, and no other arrived: a worker that does not free ' +
          'their places stops here',
      ],
    ],
    [
      'as many have failed, or are dropped, as may be in flight',
      stream([{ status: 'failed' }, {}, { status: 'failed' }, { status: 'dropped' }]),
      [
        '3 of 4 answered, 1 dropped by a rule: fragment 3',
        'that result is never sent: the worker must give it up and go on',
        '2 failed and 1 dropped (fragments 0, 2, 3), as many as `max_inflight`, and no other arrived: a worker that ' +
          'does not free their places stops here',
      ],
    ],
    [
      'as many were sent again as may be in flight',
      stream([{ attempts: 3 }, { attempts: 2 }]),
      [
        'the service owes the worker nothing: 2 of 2 answered',
        '3 sent again (fragments 0, 1), as many as `max_inflight`, and no other arrived: a worker that does not free ' +
          'their places stops here',
      ],
    ],
    ['it is complete', stream([{}], { state: 'completed', completedAt: 1 }), []],
    ['its connection is gone', stream([{}], { state: 'closed', closedAt: 1 }), []],
    [
      'the end has come before the results',
      stream([{ status: 'processing' }], { state: 'ending', endedAt: 1, inflight: 1 }),
      ['the service owes the worker 1 result of 1: fragment 0'],
    ],
    ['no stream is begun', session({ streamId: '', state: 'initializing' }), ['the worker owes `stream:init`']],
  ])('is told when %s', (_, asked, lines) => {
    expect(owed(asked, [], 0)).toEqual(lines);
  });

  it('names the rule that has dropped a result', () => {
    const rule = { rule: 'rule 1 ({ sequenceNumber: 0 } → fault drop)', fragmentId: 'f-0', sequenceNumber: 0 };
    const { entries } = new Recording().init().data(0).add('note', 'rule', rule, { sequenceNumber: 0 });
    expect(owed(stream([{ status: 'dropped' }]), entries, 0)).toContain(
      '0 of 1 answered, 1 dropped by a rule: fragment 0 (#3, rule 1 ({ sequenceNumber: 0 } → fault drop))',
    );
  });

  it('is the word that a worker waits for which was told to pause, or which has paused by itself', () => {
    const told = pause(new Recording().init().data(0), 'pause');
    expect(owed(stream([{}]), told.entries, 0)).toContain(
      'the last `backpressure` is #3 with action "pause": the worker must wait for "none"',
    );
    const freed = pause(pause(new Recording().init().data(0), 'pause'), 'none');
    expect(owed(stream([{}]), freed.entries, 0)).toContain(
      '`backpressure` #4 with action "none" ended a pause, and no fragment has arrived since',
    );
    const goesOn = owed(stream([{}, {}]), freed.data(1).entries, 0);
    expect(goesOn).toEqual([
      expect.stringContaining('since #5'),
      'the service owes the worker nothing: 2 of 2 answered',
      'the worker owes its next fragment, or `stream:end`',
    ]);
    const paused = new Recording().init().add('in', 'stream:pause', { stream_id: 'news' });
    expect(owed(stream([], { state: 'paused' }), paused.entries, 0)).toContain(
      'it has paused the stream with #2, and owes `stream:resume`',
    );
  });
});

describe('what is left out', () => {
  const said = (recording: Recording, more = {}) => omissions(stream([], more), recording.entries);
  const goodbye = (recording: Recording, by = 'worker') => recording.add('note', 'disconnect', { reason: 'x', by });

  it('is a retryable failure, or a refusal, that was never sent again', () => {
    const failed = new Recording().init().data(0).failed(0, true).add('in', 'stream:end', {});
    expect(said(failed)).toEqual([
      'fragment 0 failed with TIMEOUT (retryable) at #3 and was never sent again; `stream:end` came at #4, ' +
        '5 ms later',
    ]);
    const meanwhile = (...numbers: number[]) =>
      numbers.reduce((recording, number) => recording.data(number), new Recording().init().data(0).failed(0, true));
    expect(said(meanwhile(1))).toEqual([
      'fragment 0 failed with TIMEOUT (retryable) at #3 and has not been sent again, while 1 other was sent',
    ]);
    expect(said(meanwhile(1, 2, 2).add('in', 'stream:end', {}))).toEqual([
      'fragment 0 failed with TIMEOUT (retryable) at #3 and was never sent again, while 2 others were sent; ' +
        '`stream:end` came at #7, 20 ms later',
    ]);
    const refused = new Recording().data(4).error('QUEUE_FULL', 'full', { retryable: true }, { sequenceNumber: 4 });
    expect(said(refused)).toEqual([
      'fragment 4 was answered with QUEUE_FULL (retryable) at #2 and has not been sent again',
    ]);
  });

  it('is nothing that was sent again, that is final, or that somebody cut off cannot send again', () => {
    expect(said(new Recording().data(0).failed(0, true).data(0))).toEqual([]);
    expect(said(new Recording().data(0).failed(0, false))).toEqual([]);
    expect(said(goodbye(new Recording().data(0).failed(0, true), 'fixture'))).toEqual([]);
    expect(said(new Recording().data(0).success(0))).toEqual([]);
  });

  it('is told with the fragment that has the same audio, unless all have it', () => {
    const audio = new Uint8Array([1]);
    const renamed = new Recording().data(0, audio).data(1).failed(0, true).data(2, audio);
    expect(said(renamed)).toEqual([
      expect.stringContaining('its audio arrived again at #4 as fragment 2: a retry must keep'),
    ]);
    const alike = new Recording().data(0, audio).data(1, audio).failed(0, true).data(2, audio);
    expect(said(alike)).toEqual([expect.stringMatching(/not been sent again, while 1 other was sent$/)]);
  });

  it('is told of three, and the others are counted', () => {
    const recording = new Recording();
    for (const number of [0, 1, 2, 3, 4]) recording.data(number).failed(number, true);
    expect(said(recording)).toHaveLength(4);
    expect(said(recording).at(-1)).toBe('and 2 more that were not sent again');
  });

  it('is the `stream:complete` that a worker did not wait for', () => {
    const left = goodbye(new Recording().data(0).add('in', 'stream:end', {}));
    expect(said(left)).toEqual([
      'the worker disconnected at #3, 5 ms after its `stream:end` (#2), without its `stream:complete`',
    ]);
    expect(said(left, { completedAt: 5 })).toEqual([]);
    expect(said(goodbye(new Recording().add('in', 'stream:end', {}), 'fixture'))).toEqual([]);
  });
});
