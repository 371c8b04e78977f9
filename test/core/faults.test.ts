import type { Consequence, Effect, Fault, Input, Processed } from 'echo-sts/core';
import { describe, expect, it } from 'vitest';
import { FAULTS } from '../../src/core/faults.js';
import { active, Drive, delay, disconnect, end, fragment, init, malformed, rules, unknown } from '../support/drive.js';

const does = (fault: Fault, delayMs = 0): Consequence => ({ fault, delayMs });
/** Something is done to fragment 1, and to nothing else. */
const toFragment1 = (fault: Fault, delayMs = 0) =>
  rules({ when: { sequenceNumber: 1 }, consequence: does(fault, delayMs) });

/** Three fragments and the end, each processed in 10 ms; fragment 1 with this fault. */
function streamWith(fault: Fault, delayMs = 0): Drive {
  const drive = active({ delayMs: 10, ...toFragment1(fault, delayMs) });
  drive.feed(fragment(0), fragment(1), fragment(2), end);
  drive.advance(1000);
  return drive;
}

const results = (drive: Drive) => drive.effects.filter((effect) => effect.kind === 'fragment:processed');
const withoutAcks = (drive: Drive) => drive.transcript.filter((line) => !line.includes('fragment:ack'));

const ALL_THREE = [
  '10 fragment:processed 0 success',
  '10 fragment:processed 1 success',
  '10 fragment:processed 2 success',
  '10 stream:complete 3',
];

/** What each fault makes of the stream: how many acks, and everything else. */
const EXPECTED: Record<Exclude<Fault, 'silence'>, [acks: number, ...transcript: string[]]> = {
  drop: [3, '10 fragment:processed 0 success', '10 fragment:processed 2 success', '10 stream:complete 3'],
  'no-ack': [2, ...ALL_THREE],
  duplicate: [
    3,
    '10 fragment:processed 0 success',
    '10 fragment:processed 1 success',
    '10 fragment:processed 1 success',
    '10 fragment:processed 2 success',
    '10 stream:complete 3',
  ],
  corrupt: [3, ...ALL_THREE],
  late: [
    3,
    '10 fragment:processed 0 success',
    '35 fragment:processed 1 success',
    '35 fragment:processed 2 success',
    '35 stream:complete 3',
  ],
  'out-of-order': [
    3,
    '0 fragment:processed 1 success',
    '10 fragment:processed 0 success',
    '10 fragment:processed 2 success',
    '10 stream:complete 3',
  ],
  malformed: [3, ...ALL_THREE],
};

describe.each(Object.keys(EXPECTED) as (keyof typeof EXPECTED)[])('the fault %s', (fault) => {
  it('does just that, and holds up neither what follows nor stream:complete', () => {
    const drive = streamWith(fault, fault === 'late' ? 25 : 0);
    const acks = drive.transcript.length - withoutAcks(drive).length;
    expect([acks, ...withoutAcks(drive)]).toEqual(EXPECTED[fault]);
  });

  it('is told by the snapshot, and leaves nothing in flight', () => {
    const { fragments, inflight, statistics } = streamWith(fault).session.snapshot();
    const isDropped = fault === 'drop';
    const emitted = { drop: 2, duplicate: 4 }[fault as string] ?? 3;
    expect(fragments.map((record) => [record.status, record.fault])).toEqual([
      ['success', undefined],
      [isDropped ? 'dropped' : 'success', fault],
      ['success', undefined],
    ]);
    expect({ inflight, ...statistics }).toMatchObject({
      inflight: 0,
      successCount: emitted,
      failedCount: 0,
      droppedCount: isDropped ? 1 : 0,
    });
  });

  it('alone fills an empty stream without breaking it', () => {
    const drive = active({ delayMs: 10, ...rules({ consequence: does(fault) }) });
    drive.feed(fragment(0), end);
    drive.advance(10);
    // What comes out of order waits for nothing, not even its processing.
    expect(drive.transcript.at(-1)).toBe(`${fault === 'out-of-order' ? 0 : 10} stream:complete 1`);
  });
});

it('the table of faults has no other rows', () => {
  expect(Object.keys(FAULTS)).toEqual([...Object.keys(EXPECTED), 'silence']);
});

describe('a dropped fragment', () => {
  it('is in flight until its result would be out', () => {
    const drive = active({ delayMs: 10, ...toFragment1('drop') });
    drive.feed(fragment(0), fragment(1));
    expect(drive.session.snapshot().inflight).toBe(2);
    expect(drive.session.wakeAt).toBe(10);
    drive.advance(10);
    expect(drive.session.snapshot().inflight).toBe(0);
  });

  it('is not in the average, for the worker never saw how long it took', () => {
    const drive = active(toFragment1('drop'));
    drive.feed(delay(10), fragment(0), delay(1000), fragment(1), end);
    drive.advance(1000);
    expect(drive.effects.at(-1)).toMatchObject({
      kind: 'stream:complete',
      totalFragments: 2,
      statistics: { successCount: 1, droppedCount: 1, avgProcessingTimeMs: 10, p95ProcessingTimeMs: 10 },
    });
  });

  it('may not be sent again: it has not failed', () => {
    const drive = active(rules({ times: 1, consequence: does('drop') }));
    drive.feed(fragment(0), fragment(0), fragment(1));
    expect(withoutAcks(drive)).toEqual(['0 error error INVALID_SEQUENCE', '0 fragment:processed 1 success']);
    expect(drive.effects[1]).toMatchObject({ message: expect.stringContaining('is done (dropped)') });
  });
});

describe('a duplicate', () => {
  it('is the very same message again', () => {
    const [, first, second] = results(streamWith('duplicate'));
    expect(second).toBe(first);
  });
});

describe('damage', () => {
  it('carries what is known of the audio to the result, unless it is other audio that goes out', () => {
    const audioDigest = { bytes: 3, hash: '00000abc' };
    const known = (number: number): Input => {
      const input = fragment(number);
      return input.kind === 'fragment:data' ? { ...input, fragment: { ...input.fragment, audioDigest } } : input;
    };
    const digests = (fault: Fault) => {
      const drive = active(toFragment1(fault));
      drive.feed(known(0), known(1), fragment(2));
      return results(drive).map((result) => result.audioDigest);
    };
    expect(digests('malformed')).toEqual([audioDigest, audioDigest, undefined]);
    expect(digests('corrupt')).toEqual([audioDigest, undefined, undefined]);
  });

  it.each(['corrupt', 'malformed'] as const)(
    'that is %s is for the wire to do: the audio is the very object',
    (fault) => {
      const drive = active(toFragment1(fault));
      const input = fragment(1);
      drive.feed(fragment(0), input);
      const [whole, damaged] = results(drive);
      expect([whole?.damage, damaged?.damage]).toEqual([undefined, fault]);
      expect(input.kind === 'fragment:data' && damaged?.audio === input.fragment.audio).toBe(true);
    },
  );
});

describe('out of order', () => {
  it('comes before its predecessors, and does not close their gap', () => {
    const drive = active({ delayMs: 10, ...toFragment1('out-of-order') });
    drive.feed(fragment(1), fragment(2), fragment(0));
    drive.advance(10);
    expect(withoutAcks(drive)).toEqual([
      '0 fragment:processed 1 success',
      '10 fragment:processed 0 success',
      '10 fragment:processed 2 success',
    ]);
    expect(drive.session.snapshot()).toMatchObject({ expectedSequenceNumber: 3, heldSequenceNumbers: [] });
  });

  it('counts as received: another with its number or id is a duplicate', () => {
    const drive = active(toFragment1('out-of-order'));
    drive.feed(fragment(1), fragment(1), fragment(1, 'another'));
    expect(withoutAcks(drive)).toEqual([
      '0 fragment:processed 1 success',
      '0 error error INVALID_SEQUENCE',
      '0 error error INVALID_SEQUENCE',
    ]);
  });

  it('leaves the gap to be given up as ever, and is not among the missing', () => {
    const drive = active(toFragment1('out-of-order'), { timeoutMs: 1000 });
    drive.feed(fragment(1), fragment(2));
    drive.advance(1000);
    expect(withoutAcks(drive)).toEqual([
      '0 fragment:processed 1 success',
      '1000 error error INVALID_SEQUENCE',
      '1000 fragment:processed 2 success',
    ]);
    expect(drive.effects.at(-2)).toMatchObject({ metadata: { missingSequenceNumbers: [0] } });
  });
});

describe('a fault of a retry', () => {
  it('is what the records tell then', () => {
    const error = { code: 'TIMEOUT', message: '', retryable: true };
    const book = rules(
      { times: 1, consequence: { error, fault: 'no-ack', delayMs: 0 } },
      { consequence: does('duplicate') },
    );
    const drive = active(book);
    drive.feed(fragment(0), fragment(0));
    expect(drive.transcript).toEqual([
      '0 fragment:processed 0 failed',
      '0 fragment:ack fragment-0 behind 0, done in 0',
      '0 fragment:processed 0 success',
      '0 fragment:processed 0 success',
    ]);
    expect(drive.session.snapshot().fragments).toMatchObject([{ status: 'success', fault: 'duplicate', attempts: 2 }]);
  });
});

describe('silence', () => {
  it('falls with the fragment, over everything: what is in flight, refusals, signals, stream:complete', () => {
    const drive = active({ delayMs: 10, ...toFragment1('silence') }, { maxInflight: 1 });
    drive.feed(fragment(0));
    drive.feed(fragment(1), fragment(1), malformed, unknown, init(), fragment(2));
    drive.feed({ kind: 'push backpressure', signal: { severity: 'high', action: 'pause' } });
    drive.feed({ kind: 'config:processing_delay', delayMs: 5 }, end);
    drive.advance(100);
    expect(drive.transcript).toEqual(['0 fragment:ack fragment-0 behind 0, done in 10']);
  });

  it('is kept by the worker’s connection only: the server still hangs up, and the records go on', () => {
    const drive = active({ delayMs: 10, ...toFragment1('silence') });
    drive.feed(fragment(0), fragment(1), fragment(2), end);
    drive.advance(60_000);
    expect(drive.transcript.slice(1)).toEqual(['5010 disconnect, stream completed']);
    expect(drive.session.snapshot()).toMatchObject({
      state: 'completed',
      inflight: 0,
      completedAt: 10,
      fragments: [{}, { fault: 'silence' }, {}],
    });
  });

  it('ends with a lost connection like any stream', () => {
    const drive = active({ delayMs: 10, ...toFragment1('silence') });
    drive.feed(fragment(0), fragment(1), disconnect);
    expect([drive.session.state, drive.session.wakeAt]).toEqual(['closed', Number.POSITIVE_INFINITY]);
  });

  it('does not fall over another session of the same rules', () => {
    const book = toFragment1('silence');
    const [silent, other] = [active(book), new Drive(book)];
    silent.feed(fragment(0), fragment(1), fragment(2));
    other.feed(init({ streamId: 'stream-2' }), fragment(0, 'a', 'stream-2'));
    expect([silent.transcript.length, other.transcript.length]).toEqual([2, 3]);
  });
});

describe('a fault beside an error', () => {
  it('is done to the failure', () => {
    const error = { code: 'TIMEOUT', message: '', retryable: false };
    const drive = active(rules({ consequence: { error, fault: 'duplicate', delayMs: 0 } }));
    const failed: Effect[] = drive.feed(fragment(0)).slice(1);
    expect(failed.map((effect) => (effect as Processed).status)).toEqual(['failed', 'failed']);
  });
});
