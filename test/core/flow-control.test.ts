import { describe, expect, it } from 'vitest';
import { active, delay, end, failingOnce, fragment, pause, resume, rules } from '../support/drive.js';

describe('over max_inflight', () => {
  it('tells the worker once to pause, and once when it may go on', () => {
    const drive = active({ delayMs: 40 }, { maxInflight: 2 });
    for (const sequenceNumber of [0, 1, 2, 3]) {
      drive.feed(fragment(sequenceNumber));
      drive.advance(10);
    }
    drive.advance(100);
    expect(drive.transcript.filter((line) => !line.includes('fragment:ack'))).toEqual([
      '20 backpressure high/pause 3',
      '40 fragment:processed 0 success',
      '50 fragment:processed 1 success',
      '50 backpressure low/none 2',
      '60 fragment:processed 2 success',
      '70 fragment:processed 3 success',
    ]);
  });

  it('remembers the highest number in flight, by the count of the service', () => {
    const drive = active({ delayMs: 10 }, { maxInflight: 3 });
    expect(drive.session.snapshot().peakInflight).toBe(0);
    drive.feed(fragment(0), fragment(1), fragment(2), fragment(3));
    drive.advance(10);
    drive.feed(fragment(4), fragment(5));
    expect(drive.session.snapshot()).toMatchObject({ inflight: 2, peakInflight: 4 });
  });

  it('counts fragments behind a gap, and retries, as in flight', () => {
    const drive = active({ delayMs: 10, ...failingOnce(true) });
    drive.feed(fragment(0), fragment(2));
    drive.advance(10);
    expect(drive.session.snapshot()).toMatchObject({ inflight: 1, peakInflight: 2 });
    drive.feed(fragment(0), fragment(1));
    expect(drive.session.snapshot()).toMatchObject({ inflight: 3, peakInflight: 3 });
  });

  it('tells it again at the next crossing', () => {
    const drive = active({ delayMs: 10 }, { maxInflight: 1 });
    drive.feed(fragment(0), fragment(1));
    drive.advance(10);
    drive.feed(fragment(2), fragment(3));
    expect(drive.transcript.filter((line) => line.includes('backpressure'))).toEqual([
      '0 backpressure high/pause 2',
      '10 backpressure low/none 0',
      '10 backpressure high/pause 2',
    ]);
  });

  it('says how many wait for their turn, and how long to wait', () => {
    const drive = active({}, { maxInflight: 1 });
    drive.feed(delay(100), fragment(0), delay(0), fragment(1));
    expect(drive.effects.at(-1)).toEqual({
      kind: 'backpressure',
      number: 1,
      streamId: 'stream-1',
      severity: 'high',
      action: 'pause',
      currentInflight: 2,
      queueDepth: 1,
      recommendedDelayMs: 1000,
    });
    drive.advance(100);
    expect(drive.effects.at(-1)).toEqual({
      kind: 'backpressure',
      number: 2,
      streamId: 'stream-1',
      severity: 'low',
      action: 'none',
      currentInflight: 0,
      queueDepth: 0,
    });
  });

  it('is measured by what was agreed, the smaller of what both sides want', () => {
    const drive = active({ maxInflight: 1, delayMs: 10 }, { maxInflight: 5 });
    expect(drive.session.snapshot().maxInflight).toBe(1);
    drive.feed(fragment(0), fragment(1));
    expect(drive.transcript.at(-1)).toBe('0 backpressure high/pause 2');
  });
});

describe('past the queue limit', () => {
  it('refuses with QUEUE_FULL, takes nothing, and takes again when there is room', () => {
    const drive = active({ delayMs: 10, queueLimit: 2 });
    drive.feed(fragment(0), fragment(1), fragment(2));
    expect(drive.effects.at(-1)).toMatchObject({
      code: 'QUEUE_FULL',
      fragmentId: 'fragment-2',
      message: '2 fragments are in flight and the limit is 2; wait for a `fragment:processed`, then resend this one.',
      metadata: { currentInflight: 2, queueLimit: 2 },
    });
    expect(drive.session.snapshot()).toMatchObject({ inflight: 2, expectedSequenceNumber: 2 });
    drive.advance(10);
    drive.feed(fragment(2));
    expect(drive.transcript.at(-1)).toBe('10 fragment:ack fragment-2 behind 0, done in 10');
  });

  it('says so also to numbers that have run ahead only because of it', () => {
    const drive = active({ delayMs: 10, queueLimit: 1 });
    drive.feed(fragment(0), fragment(9));
    expect(drive.transcript.at(-1)).toBe('0 error warning QUEUE_FULL');
  });

  it('names a duplicate as such, for waiting does not mend it', () => {
    const drive = active({ delayMs: 10, queueLimit: 1 });
    drive.feed(fragment(0), fragment(0));
    expect(drive.transcript.at(-1)).toBe('0 error error INVALID_SEQUENCE');
  });

  it('counts a retry like any other fragment', () => {
    const failing = rules({ consequence: { error: { code: 'TIMEOUT', message: '', retryable: true }, delayMs: 0 } });
    const drive = active({ ...failing, queueLimit: 1 });
    drive.feed(fragment(0), delay(10), fragment(1), fragment(0));
    expect(drive.transcript.at(-1)).toBe('0 error warning QUEUE_FULL');
  });
});

describe('a worker that goes on sending', () => {
  const fill = Array.from({ length: 3 }, () => fragment(1));

  it('is disconnected with a fatal error after so many consecutive QUEUE_FULL', () => {
    const drive = active({ delayMs: 10, queueLimit: 1, queueFullLimit: 2 });
    drive.feed(fragment(0), ...fill);
    expect(drive.transcript.slice(1)).toEqual([
      '0 error warning QUEUE_FULL',
      '0 error warning QUEUE_FULL',
      '0 error fatal QUEUE_FULL',
      '0 disconnect, QUEUE_FULL',
    ]);
  });

  it('is counted while it is paused too', () => {
    const drive = active({ queueFullLimit: 2 });
    drive.feed(pause, ...fill);
    expect(drive.transcript.at(-1)).toBe('0 disconnect, QUEUE_FULL');
  });

  it('starts afresh with every fragment that is taken', () => {
    const drive = active({ queueFullLimit: 2 });
    drive.feed(pause, fragment(0), fragment(0), resume, fragment(0), pause, fragment(1), fragment(1));
    expect(drive.transcript.at(-1)).toBe('0 error warning QUEUE_FULL');
  });

  it('gets 50 answers by default', () => {
    const drive = active();
    drive.feed(pause, ...Array.from({ length: 50 }, () => fragment(0)));
    expect(drive.transcript.at(-1)).toBe('0 error warning QUEUE_FULL');
    drive.feed(fragment(0));
    expect(drive.transcript.at(-1)).toBe('0 disconnect, QUEUE_FULL');
  });
});

describe('a paused stream', () => {
  it('still finishes and emits what is in flight', () => {
    const drive = active({ delayMs: 40 });
    drive.feed(fragment(0), pause);
    drive.advance(40);
    expect(drive.transcript.at(-1)).toBe('40 fragment:processed 0 success');
  });

  it('may be ended as it is', () => {
    const drive = active({ delayMs: 40 });
    drive.feed(fragment(0), pause, end);
    drive.advance(40);
    expect(drive.transcript.at(-1)).toBe('40 stream:complete 1');
  });
});
