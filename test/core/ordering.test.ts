import { describe, expect, it } from 'vitest';
import { active, delay, end, fragment } from '../support/drive.js';

describe('a stream', () => {
  it('acknowledges a fragment at once and sends its result when the delay is over', () => {
    const drive = active({ delayMs: 40 });
    drive.feed(fragment(0));
    drive.advance(100);
    expect(drive.transcript).toEqual([
      '0 fragment:ack fragment-0 behind 0, done in 40',
      '40 fragment:processed 0 success',
    ]);
  });

  it('processes fragments concurrently, each from its own arrival', () => {
    const drive = active({ delayMs: 40 });
    drive.feed(fragment(0));
    drive.advance(10);
    drive.feed(fragment(1));
    drive.advance(100);
    expect(drive.transcript).toEqual([
      '0 fragment:ack fragment-0 behind 0, done in 40',
      '10 fragment:ack fragment-1 behind 1, done in 40',
      '40 fragment:processed 0 success',
      '50 fragment:processed 1 success',
    ]);
  });

  it('lets a finished fragment wait for its predecessor', () => {
    const drive = active({ delayMs: 40 });
    drive.feed(fragment(0), delay(5), fragment(1));
    drive.advance(100);
    expect(drive.transcript).toEqual([
      '0 fragment:ack fragment-0 behind 0, done in 40',
      '0 fragment:ack fragment-1 behind 1, done in 40',
      '40 fragment:processed 0 success',
      '40 fragment:processed 1 success',
    ]);
    expect(drive.effects.at(-1)).toMatchObject({ processingTimeMs: 40 });
  });

  it('counts the wait for a gap, until it is given up, as processing', () => {
    const drive = active({}, { timeoutMs: 100 });
    drive.feed(fragment(1));
    drive.now = 150;
    drive.feed(fragment(2));
    const times = drive.effects.flatMap((effect) =>
      effect.kind === 'fragment:processed' ? [[effect.sequenceNumber, effect.processingTimeMs]] : [],
    );
    expect(times).toEqual([
      [1, 150],
      [2, 0],
    ]);
  });

  it('needs no special case for no delay: the result follows the acknowledgement', () => {
    const drive = active();
    expect(drive.feed(fragment(0)).map(({ kind }) => kind)).toEqual(['fragment:ack', 'fragment:processed']);
    expect(drive.session.wakeAt).toBe(Number.POSITIVE_INFINITY);
  });

  it('takes 2, 0, 1 and gives 0, 1, 2', () => {
    const drive = active();
    drive.feed(fragment(2), fragment(0), fragment(1));
    expect(drive.transcript).toEqual([
      '0 fragment:ack fragment-2 behind 0, done in undefined',
      '0 fragment:ack fragment-0 behind 0, done in 0',
      '0 fragment:processed 0 success',
      '0 fragment:ack fragment-1 behind 0, done in 0',
      '0 fragment:processed 1 success',
      '0 fragment:processed 2 success',
    ]);
  });

  it('looks at what has come before it does what is overdue', () => {
    const drive = active({ delayMs: 40 });
    drive.feed(fragment(0));
    drive.now = 50;
    drive.feed(fragment(1));
    expect(drive.transcript.slice(1)).toEqual([
      '50 fragment:ack fragment-1 behind 1, done in 40',
      '50 fragment:processed 0 success',
    ]);
  });

  it('does nothing when woken early, or twice at the same time', () => {
    const drive = active({ delayMs: 40 });
    drive.feed(fragment(0));
    expect(drive.session.wake(39)).toEqual([]);
    expect(drive.session.wake(40)).toHaveLength(1);
    expect(drive.session.wake(40)).toEqual([]);
  });
});

describe('a gap', () => {
  it('holds what is inside the window and refuses what is beyond it', () => {
    const drive = active({}, { maxInflight: 3 });
    drive.feed(fragment(3), fragment(2), fragment(1));
    expect(drive.transcript).toEqual([
      '0 error error INVALID_SEQUENCE',
      '0 fragment:ack fragment-2 behind 0, done in undefined',
      '0 fragment:ack fragment-1 behind 0, done in undefined',
    ]);
    expect(drive.effects[0]).toMatchObject({
      fragmentId: 'fragment-3',
      message:
        'sequence_number 3 is too far ahead: 0 is missing, and until it arrives nothing beyond 2 is accepted; ' +
        'send 0 first.',
      metadata: { expectedSequenceNumber: 0, receivedSequenceNumber: 3 },
    });
    expect(drive.session.snapshot()).toMatchObject({ expectedSequenceNumber: 0, heldSequenceNumbers: [1, 2] });
  });

  it('is an error at once with a window of 0', () => {
    const drive = active({ reorderWindow: 0 });
    drive.feed(fragment(1), fragment(0));
    expect(drive.transcript).toEqual([
      '0 error error INVALID_SEQUENCE',
      '0 fragment:ack fragment-0 behind 0, done in 0',
      '0 fragment:processed 0 success',
    ]);
    expect(drive.effects[0]).toMatchObject({
      message:
        'sequence_number 1 is too far ahead: 0 is missing, and until it arrives nothing beyond 0 is accepted; ' +
        'send 0 first.',
      metadata: { expectedSequenceNumber: 0, receivedSequenceNumber: 1 },
    });
  });

  it('says how far ahead numbers may be with a wider window', () => {
    const drive = active({ reorderWindow: 3 });
    drive.feed(fragment(0), fragment(4));
    expect(drive.effects.at(-1)).toMatchObject({
      message:
        'sequence_number 4 is too far ahead: 1 is missing, and until it arrives nothing beyond 3 is accepted; ' +
        'send 1 first.',
      metadata: { expectedSequenceNumber: 1, receivedSequenceNumber: 4 },
    });
  });

  it('may be wider than max_inflight with a window of its own', () => {
    const drive = active({ reorderWindow: 10 });
    drive.feed(fragment(9), fragment(10));
    expect(drive.transcript).toEqual([
      '0 fragment:ack fragment-9 behind 0, done in undefined',
      '0 error error INVALID_SEQUENCE',
    ]);
  });

  it('is given up once the oldest held fragment has waited timeout_ms: one error, then what is held, in order', () => {
    const drive = active({ reorderWindow: 10 }, { timeoutMs: 1000, maxInflight: 10 });
    drive.feed(fragment(4));
    drive.advance(300);
    drive.feed(fragment(1), fragment(3));
    drive.advance(5000);
    expect(drive.transcript.slice(3)).toEqual([
      '1000 error error INVALID_SEQUENCE',
      '1000 fragment:processed 1 success',
      '1000 fragment:processed 3 success',
      '1000 fragment:processed 4 success',
    ]);
    expect(drive.effects[3]).toMatchObject({
      message:
        'sequence_number 0, 2 did not arrive within 1000 ms, so the fragments behind it are sent without it; ' +
        'send numbers ' +
        'without gaps, or request a longer `timeout_ms` in `stream:init`.',
      metadata: { missingSequenceNumbers: [0, 2] },
    });
  });

  it('is measured from the fragment that was held first, wherever it is in the order', () => {
    const drive = active({ reorderWindow: 10 }, { timeoutMs: 1000 });
    drive.feed(fragment(2));
    drive.advance(300);
    drive.feed(fragment(3));
    drive.advance(300);
    drive.feed(fragment(1));
    drive.advance(5000);
    expect(drive.transcript.slice(3)).toEqual([
      '1000 error error INVALID_SEQUENCE',
      '1000 fragment:processed 1 success',
      '1000 fragment:processed 2 success',
      '1000 fragment:processed 3 success',
    ]);
  });

  it('is not measured from a fragment before it that is still being processed', () => {
    const drive = active({ delayMs: 2000 }, { timeoutMs: 1000 });
    drive.feed(fragment(0));
    drive.advance(500);
    drive.feed(fragment(2));
    drive.advance(5000);
    expect(drive.transcript.slice(2)).toEqual([
      '1500 error error INVALID_SEQUENCE',
      '2000 fragment:processed 0 success',
      '2500 fragment:processed 2 success',
    ]);
  });

  it('is measured from the oldest fragment that is still held when an earlier gap has filled', () => {
    const drive = active({ reorderWindow: 10 }, { timeoutMs: 1000 });
    drive.feed(fragment(1));
    drive.advance(600);
    drive.feed(fragment(3));
    drive.advance(300);
    drive.feed(fragment(0));
    drive.advance(699);
    expect(drive.transcript.filter((line) => line.includes('error'))).toEqual([]);
    drive.advance(1);
    expect(drive.transcript.slice(-2)).toEqual([
      '1600 error error INVALID_SEQUENCE',
      '1600 fragment:processed 3 success',
    ]);
  });

  it('that was given up stays so: a latecomer is refused', () => {
    const drive = active({}, { timeoutMs: 1000 });
    drive.feed(fragment(1));
    drive.advance(1000);
    drive.feed(fragment(0), fragment(2));
    expect(drive.transcript.slice(-3)).toEqual([
      '1000 error error INVALID_SEQUENCE',
      '1000 fragment:ack fragment-2 behind 0, done in 0',
      '1000 fragment:processed 2 success',
    ]);
  });

  it('that was given up does not send held fragments before they are due', () => {
    const drive = active({ delayMs: 1500 }, { timeoutMs: 1000 });
    drive.feed(fragment(1));
    drive.advance(5000);
    expect(drive.transcript.slice(1)).toEqual([
      '1000 error error INVALID_SEQUENCE',
      '1500 fragment:processed 1 success',
    ]);
  });

  it('does not hold up `stream:end`: what it holds goes out in order, without an error', () => {
    const drive = active({ delayMs: 40 });
    drive.feed(fragment(2), fragment(0), end);
    drive.advance(100);
    expect(drive.transcript.slice(2)).toEqual([
      '40 fragment:processed 0 success',
      '40 fragment:processed 2 success',
      '40 stream:complete 2',
    ]);
  });
});
