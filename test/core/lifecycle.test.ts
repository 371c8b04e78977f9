import { STREAM_DEFAULTS } from 'echo-sts/core';
import { describe, expect, it } from 'vitest';
import {
  ack,
  active,
  Drive,
  delay,
  disconnect,
  end,
  fragment,
  init,
  malformed,
  pause,
  resume,
  unknown,
} from '../support/drive.js';

describe('a session at any time of the day', () => {
  it('measures from its `stream:ready` to its `stream:complete`', () => {
    const drive = new Drive({ delayMs: 40 });
    drive.advance(1000);
    drive.feed(init());
    drive.advance(100);
    drive.feed(fragment(0), end);
    drive.advance(40);
    expect(drive.effects.at(-1)).toMatchObject({ kind: 'stream:complete', totalDurationMs: 140 });
  });

  it('tells how many of its fragments wait for a place', () => {
    const drive = active({ delayMs: 40, capacity: 1 });
    drive.feed(fragment(0), fragment(1), fragment(2));
    expect([drive.session.inflight, drive.session.queueDepth(0)]).toEqual([3, 2]);
    drive.advance(40);
    expect([drive.session.inflight, drive.session.queueDepth(40)]).toEqual([2, 1]);
  });

  it('knows the sequence number of each fragment that it has taken, and of no other', () => {
    const drive = active();
    drive.feed(fragment(0, 'a'), fragment(1, 'b'), fragment(9, 'c'));
    expect(['a', 'b', 'c', 'd'].map((id) => drive.session.sequenceNumberOf(id))).toEqual([0, 1, undefined, undefined]);
  });
});

describe('stream:end', () => {
  it('waits for everything in flight, completes once, and hangs up after the linger', () => {
    const drive = active({ delayMs: 40 });
    drive.feed(fragment(0), end);
    drive.advance(10);
    drive.feed(end);
    drive.advance(60_000);
    expect(drive.transcript.slice(1)).toEqual([
      '10 error error STREAM_NOT_FOUND',
      '40 fragment:processed 0 success',
      '40 stream:complete 1',
      '5040 disconnect, stream completed',
    ]);
    expect(drive.session.wakeAt).toBe(Number.POSITIVE_INFINITY);
  });

  it('of an empty stream completes at once, all zero', () => {
    const drive = active();
    drive.advance(70);
    expect(drive.feed(end)).toEqual([
      {
        kind: 'stream:complete',
        streamId: 'stream-1',
        totalFragments: 0,
        totalDurationMs: 70,
        statistics: {
          successCount: 0,
          partialCount: 0,
          failedCount: 0,
          droppedCount: 0,
          avgProcessingTimeMs: 0,
          p95ProcessingTimeMs: 0,
        },
      },
    ]);
  });

  it('hangs up in the same breath when the linger is 0', () => {
    const drive = active({ autoCloseMs: 0 });
    expect(drive.feed(end).map(({ kind }) => kind)).toEqual(['stream:complete', 'disconnect']);
  });

  it('reports the average and the nearest-rank 95th percentile of the processing times', () => {
    const drive = active();
    for (let sequenceNumber = 0; sequenceNumber < 20; sequenceNumber += 1) {
      drive.feed(delay((sequenceNumber + 1) * 10), fragment(sequenceNumber));
      drive.advance(1000);
    }
    drive.feed(end);
    expect(drive.effects.at(-1)).toMatchObject({
      totalFragments: 20,
      totalDurationMs: 20_000,
      statistics: { successCount: 20, avgProcessingTimeMs: 105, p95ProcessingTimeMs: 190 },
    });
  });
});

describe('a lost connection', () => {
  it('drops everything: nothing is due, nothing is said', () => {
    const drive = active({ delayMs: 40 });
    drive.feed(fragment(0), fragment(2));
    drive.transcript.length = 0;
    drive.feed(disconnect, fragment(1), malformed, pause);
    drive.advance(60_000);
    expect(drive.transcript).toEqual([]);
    expect(drive.session.wakeAt).toBe(Number.POSITIVE_INFINITY);
    expect(drive.session.snapshot()).toMatchObject({ state: 'closed', inflight: 0, closeReason: 'transport close' });
  });

  it('counts no result that was overdue when the connection was lost: it never went out', () => {
    const drive = active({ delayMs: 40 });
    drive.feed(fragment(0));
    // Nobody has woken the session meanwhile.
    drive.now = 100;
    expect(drive.feed(disconnect)).toEqual([]);
    expect(drive.session.snapshot()).toMatchObject({
      state: 'closed',
      statistics: { successCount: 0 },
      fragments: [{ status: 'processing' }],
    });
  });

  it('cancels the linger', () => {
    const drive = active();
    drive.feed(end, disconnect);
    drive.advance(60_000);
    expect(drive.transcript).toEqual(['0 stream:complete 0']);
  });
});

describe('a snapshot', () => {
  it('tells everything about a stream', () => {
    const drive = new Drive({ delayMs: 40 });
    drive.now = 5;
    drive.feed(init({ timeoutMs: 2000 }));
    drive.advance(5);
    drive.feed(fragment(0), unknown, fragment(2), pause, fragment(1));
    drive.advance(40);
    drive.feed(ack('fragment-0'), ack('nobody'), resume);
    expect(drive.session.snapshot()).toEqual({
      sessionId: 'session-1',
      handshake: {},
      connectedAt: 0,
      streamId: 'stream-1',
      workerId: 'worker-1',
      config: STREAM_DEFAULTS.config,
      maxInflight: 3,
      timeoutMs: 2000,
      state: 'active',
      inflight: 1,
      peakInflight: 2,
      expectedSequenceNumber: 1,
      heldSequenceNumbers: [2],
      totalFragments: 2,
      fragments: [
        {
          fragmentId: 'fragment-0',
          sequenceNumber: 0,
          status: 'success',
          attempts: 1,
          receivedAt: 10,
          processedAt: 50,
          ack: 'applied',
        },
        { fragmentId: 'fragment-2', sequenceNumber: 2, status: 'processing', attempts: 1, receivedAt: 10 },
      ],
      acks: [
        { fragmentId: 'fragment-0', status: 'applied', timestamp: 1, receivedAt: 50 },
        { fragmentId: 'nobody', status: 'applied', timestamp: 1, receivedAt: 50 },
      ],
      errors: [
        {
          errorId: 'session-1:1',
          code: 'QUEUE_FULL',
          message: '`fragment:data` arrived while the stream is paused: send `stream:resume`, then resend this.',
          fragmentId: 'fragment-1',
          sentAt: 10,
        },
      ],
      unknownEvents: ['fragment:dta'],
      forgotten: { fragments: 0, acks: 0, errors: 0, unknownEvents: 0 },
      statistics: {
        successCount: 1,
        partialCount: 0,
        failedCount: 0,
        droppedCount: 0,
        avgProcessingTimeMs: 40,
        p95ProcessingTimeMs: 40,
      },
      readyAt: 5,
      pauseReason: 'lunch',
    });
  });

  it('keeps the dates and reasons of the end', () => {
    const drive = active();
    drive.advance(10);
    drive.feed(end);
    drive.advance(10);
    drive.feed(disconnect);
    expect(drive.session.snapshot()).toMatchObject({
      state: 'closed',
      readyAt: 0,
      endedAt: 10,
      endReason: 'done',
      completedAt: 10,
      closedAt: 20,
      closeReason: 'transport close',
    });
  });

  it('is frozen through and through, and does not change afterwards', () => {
    const drive = active({ delayMs: 40 });
    drive.feed(fragment(0));
    const snapshot = drive.session.snapshot();
    drive.advance(40);
    expect(snapshot.fragments).toMatchObject([{ status: 'processing' }]);
    const parts = [
      snapshot,
      snapshot.fragments,
      snapshot.fragments[0],
      snapshot.statistics,
      snapshot.config,
      snapshot.errors,
    ];
    expect(parts.filter((part) => !Object.isFrozen(part))).toEqual([]);
  });

  it('is not needed for the facts that matter most', () => {
    const { session } = active();
    expect([session.sessionId, session.streamId, session.state]).toEqual(['session-1', 'stream-1', 'active']);
  });

  it('before stream:init has an empty stream id and the defaults', () => {
    expect(new Drive().session.snapshot()).toMatchObject({
      state: 'initializing',
      streamId: '',
      workerId: '',
      maxInflight: 3,
    });
  });
});
