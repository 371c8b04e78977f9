import { type Fragment, type Input, type Note, VIOLATIONS } from 'echo-sts/core';
import { describe, expect, it } from 'vitest';
import type { Offence } from '../../src/core/protocol.js';
import {
  ack,
  active,
  Drive,
  disconnect,
  end,
  failingOnce,
  fed,
  fragment,
  heard,
  malformed,
  pause,
  push,
  unknown,
} from '../support/drive.js';

/** Ended by the service, with a fragment in flight. */
const endedFor = (violation: keyof typeof VIOLATIONS & Offence['violation']) => () =>
  fed(active({ delayMs: 10 }), fragment(0), {
    kind: 'disconnect',
    reason: 'forced close',
    by: 'fixture',
    offence: { violation, message: 'It did this; do that.' },
  });
/** The first fragment, with more known of it. */
const withFragment = (more: Partial<Fragment>) => {
  const input = fragment(0) as Input & { kind: 'fragment:data' };
  return { ...input, fragment: { ...input.fragment, ...more } };
};
const OFFENCE = { message: 'It did this; do that.' };

/** Every kind once: what the worker does, and the note. */
const EXAMPLES: Record<keyof typeof VIOLATIONS, [() => Drive, Partial<Note>]> = {
  'exceeded-max-inflight': [
    () => fed(active({ delayMs: 10 }, { maxInflight: 1 }), fragment(0), fragment(1)),
    {
      message:
        'Fragment "fragment-1" (sequence_number 1) brought the number in flight to 2, and `max_inflight` is 1. ' +
        'Send a fragment only while fewer than `max_inflight` are in flight.',
      fragmentId: 'fragment-1',
      sequenceNumber: 1,
      since: 'stream:ready',
    },
  ],
  'sent-while-told-to-pause': [
    () => fed(active(), push('pause'), heard(1), fragment(0)),
    {
      message:
        'Fragment "fragment-0" (sequence_number 0) arrived 0 ms after a `backpressure` with action "pause", which the ' +
        'worker had received; send nothing until one with action "none" arrives.',
      fragmentId: 'fragment-0',
      sequenceNumber: 0,
      since: 'backpressure',
    },
  ],
  'ignored-recommended-delay': [
    () => fed(active(), push('slow_down', 500), heard(1), fragment(0)),
    {
      message:
        'Fragment "fragment-0" (sequence_number 0) arrived 0 ms after a `backpressure` with action "slow_down" and ' +
        'recommended_delay_ms 500; wait that long before sending the next.',
      fragmentId: 'fragment-0',
      sequenceNumber: 0,
      since: 'backpressure',
    },
  ],
  'reused-sequence-number': [
    () => fed(active(), fragment(0), fragment(0, 'another')),
    {
      message:
        'sequence_number 0 was already accepted or given up; 1 is expected next: number fragments 0, 1, 2, … ' +
        'without repeats.',
      fragmentId: 'another',
      sequenceNumber: 0,
    },
  ],
  'skipped-sequence-number': [
    () => fed(active(), fragment(3)),
    {
      message:
        'sequence_number 3 is too far ahead: 0 is missing, and until it arrives nothing beyond 2 is accepted; ' +
        'send 0 first.',
      fragmentId: 'fragment-3',
      sequenceNumber: 3,
    },
  ],
  'retried-final-failure': [
    () => fed(active(failingOnce(false)), fragment(0), fragment(0)),
    {
      message:
        'fragment_id "fragment-0" was already accepted as sequence_number 0 and is failed (not retryable); ' +
        'send each fragment once, and resend it, unchanged, only after a retryable failure.',
      fragmentId: 'fragment-0',
      sequenceNumber: 0,
    },
  ],
  'resent-success': [
    () => fed(active(), fragment(0), fragment(0)),
    {
      message:
        'fragment_id "fragment-0" was already accepted as sequence_number 0 and is done (success); send each ' +
        'fragment once, and resend it, unchanged, only after a retryable failure.',
      fragmentId: 'fragment-0',
      sequenceNumber: 0,
    },
  ],
  'sent-after-end': [
    () => fed(active(), end, fragment(0)),
    {
      message: '`fragment:data` arrived while the stream is completed: start a new stream with `stream:init`.',
      fragmentId: 'fragment-0',
      sequenceNumber: 0,
      since: 'stream:end',
    },
  ],
  'acked-unknown-fragment': [
    () => fed(active(), ack('fragment-0')),
    {
      message:
        '`fragment:ack` names fragment_id "fragment-0", but this stream accepted no such fragment; acknowledge ' +
        'the fragment_id of each `fragment:processed`, unchanged.',
      fragmentId: 'fragment-0',
    },
  ],
  'invalid-payload': [() => fed(active(), malformed), { message: 'bad payload' }],
  'unfit-audio': [
    () => fed(active(), withFragment({ audioFault: 'it hums; hum not' })),
    {
      message: 'Fragment "fragment-0" (sequence_number 0) has unfit audio: it hums; hum not.',
      fragmentId: 'fragment-0',
      sequenceNumber: 0,
    },
  ],
  'left-unanswered': [
    () => fed(active({ delayMs: 10 }), fragment(0), disconnect),
    {
      message:
        'The connection was lost ("transport close") with 1 fragment in flight and without `stream:end`; send ' +
        '`stream:end` and wait for `stream:complete` before disconnecting.',
      since: 'fragment:data',
    },
  ],
  'out-of-place': [
    () => fed(active(), pause, fragment(0)),
    {
      message: '`fragment:data` arrived while the stream is paused: send `stream:resume`, then resend this.',
      fragmentId: 'fragment-0',
      sequenceNumber: 0,
      since: 'stream:pause',
    },
  ],
  'foreign-stream': [
    () => fed(active(), fragment(0, 'fragment-0', 'stream-2')),
    {
      message:
        '`fragment:data` names stream_id "stream-2", but this connection has "stream-1"; send it on the ' +
        'connection of that stream.',
      fragmentId: 'fragment-0',
      sequenceNumber: 0,
      since: 'stream:ready',
    },
  ],
  'oversized-message': [endedFor('oversized-message'), OFFENCE],
  'unreadable-packet': [endedFor('unreadable-packet'), OFFENCE],
  'unread-backlog': [endedFor('unread-backlog'), OFFENCE],
  'unknown-event': [
    () => fed(active(), unknown),
    {
      message: 'Expected an event of the protocol, got "fragment:dta", which was ignored; check how its name is spelt.',
    },
  ],
};

describe('a worker', () => {
  it.each(Object.entries(EXAMPLES))(
    'is accused of %s, with what was expected, what came and what to do',
    (violation, example) => {
      const [drive, note] = [example[0](), example[1]];
      expect(drive.notes.filter(({ kind }) => kind === 'violation')).toEqual([
        { kind: 'violation', violation, ...note },
      ]);
    },
  );

  it('an unknown event is told with the one that may be meant', () => {
    const drive = fed(active(), { kind: 'unknown', event: 'strem:end', meant: 'stream:end' });
    expect(drive.notes).toMatchObject([
      { message: 'Did you mean `stream:end`? Expected an event of the protocol, got "strem:end", which was ignored.' },
    ]);
  });

  it('is told nothing of it on the wire', () => {
    const reports = Object.values(EXAMPLES).flatMap(([drive]) => drive().effects);
    expect(reports.filter((effect) => 'violation' in effect || 'since' in effect)).toEqual([]);
  });
});

describe('the table of violations', () => {
  it('has a section of the protocol for each', () => {
    expect(Object.values(VIOLATIONS).filter(({ section }) => !/^§\d(\.\d+)?$/.test(section))).toEqual([]);
  });
});

it('a test event that is rejected without a message is blamed in words of our own', () => {
  const drive = new Drive();
  drive.feed({ kind: 'rejected', answer: { kind: 'config:backpressure:ack', status: 'rejected' } });
  drive.feed({ kind: 'rejected', answer: { kind: 'config:backpressure:ack', status: 'rejected', message: 'No.' } });
  expect(drive.notes.map((note) => note.kind === 'violation' && note.message)).toEqual([
    'A payload was rejected, see `config:backpressure:ack`; send it as PROTOCOL §2 specifies.',
    'No.',
  ]);
});
