import type { Input } from 'echo-sts/core';
import { describe, expect, it } from 'vitest';
import {
  accusations,
  ack,
  active,
  cuts,
  Drive,
  disconnect,
  end,
  fed,
  fragment,
  init,
  malformed,
  pause,
  silencing,
  unknown,
} from '../support/drive.js';

const lost: Input = { kind: 'disconnect', reason: 'server shutting down', by: 'fixture' };

describe('an event in the wrong place', () => {
  it.each<[string, () => Drive, Input, string]>([
    ['before `stream:init`', () => new Drive(), fragment(0), 'out-of-place 0'],
    ['a second `stream:init`', () => active(), init(), 'out-of-place'],
    ['a second `stream:init` while paused', () => fed(active(), pause), init(), 'out-of-place'],
    ['a second `stream:end`', () => fed(active({ delayMs: 9 }), fragment(0), end), end, 'sent-after-end'],
    ['a pause after `stream:complete`', () => fed(active(), end), pause, 'sent-after-end'],
    [
      'a test-only event that names another stream',
      () => active(),
      { kind: 'simulate:disconnect', delayMs: 0, streamId: 'stream-2' },
      'foreign-stream',
    ],
    [
      'a test-only event that names a stream before there is one',
      () => new Drive(),
      { kind: 'simulate:disconnect', delayMs: 0, streamId: 'stream-2' },
      'foreign-stream',
    ],
    [
      'a test-only event that did not decode',
      () => active(),
      { kind: 'rejected', answer: { kind: 'config:backpressure:ack', status: 'rejected' } },
      'invalid-payload',
    ],
  ])('is a violation: %s', (_, reach, input, violation) => {
    expect(accusations(fed(reach(), input))).toEqual([`0 ${violation}`]);
  });

  it.each<[string, () => Drive, Input]>([
    ['an acknowledgement after the end', () => fed(active(), fragment(0), end), ack('fragment-0')],
    ['an acknowledgement before the result', () => fed(active({ delayMs: 9 }), fragment(0)), ack('fragment-0')],
    ['a pause while paused', () => fed(active(), pause), pause],
    [
      'rules for a stream that nobody has',
      () => active(),
      { kind: 'config:error_simulation', rules: [], scope: 'session', streamId: 'stream-2' },
    ],
    ['a new stream after the last', () => fed(active(), end), init()],
  ])('is none: %s', (_, reach, input) => {
    expect(accusations(fed(reach(), input))).toEqual([]);
  });
});

describe('what a worker acknowledges', () => {
  it('may be of the stream before, on a connection that has had one', () => {
    const drive = new Drive({}, {}, { isRenewal: true });
    drive.feed(init(), ack('of the stream before'));
    expect(drive.remarks).toEqual([]);
    expect(drive.session.snapshot()).not.toHaveProperty('isRenewal');
  });

  it('cannot be known to be wrong once older fragments are forgotten, nor can a number be', () => {
    const drive = active();
    for (let number = 0; number <= 11_000; number += 1) drive.feed(fragment(number));
    drive.feed(ack('fragment-0'), ack('another'), fragment(0));
    expect(accusations(drive)).toEqual([]);
    drive.feed(fragment(11_000));
    expect(accusations(drive)).toEqual(['0 resent-success 11000']);
  });
});

describe('going away', () => {
  const underWay = (settings = {}) => fed(active({ delayMs: 10, ...settings }), fragment(0), fragment(1));

  it.each<[string, () => Drive, number]>([
    ['with fragments in flight', () => underWay(), 1],
    ['paused, with fragments in flight', () => fed(underWay(), pause), 1],
    ['with nothing in flight', () => active(), 0],
    ['after `stream:end`', () => fed(underWay(), end), 0],
    ['after a cut', () => fed(underWay(cuts({ at: 'now', how: 'reset' })), { kind: 'cut now' }), 0],
    ['after its heartbeats were muted', () => underWay(cuts({ at: 'after-ack', how: 'mute-pings' })), 0],
    ['after it was hung up', () => fed(underWay(), { kind: 'simulate:disconnect', delayMs: 0 }), 0],
    ['of a stream that is silent', () => underWay(silencing(1)), 0],
  ])('is a violation only of one that has something to wait for: %s', (_, reach, count) => {
    expect(accusations(fed(reach(), disconnect))).toEqual(Array(count).fill('0 left-unanswered'));
  });

  it('is none when the fixture ends the connection', () => {
    expect(accusations(fed(underWay(), lost))).toEqual([]);
  });

  it('tells how many were in flight', () => {
    expect(fed(underWay(), disconnect).notes).toMatchObject([
      { message: expect.stringContaining('with 2 fragments in flight') },
    ]);
  });
});

describe('after a cut that ends the talk', () => {
  it('nothing is held against the worker', () => {
    const drive = active(cuts({ at: 'now', how: 'half-open' }));
    drive.feed({ kind: 'cut now' }, fragment(5), malformed, unknown, ack('x'), end, fragment(0), disconnect);
    expect(drive.remarks).toEqual([]);
  });
});
