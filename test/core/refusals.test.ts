/** The words of refusals: what came, where the stream stands, and what to do instead. */

import type { Input, Rule } from 'echo-sts/core';
import { expect, it } from 'vitest';
import type { StreamInput } from '../../src/core/protocol.js';
import { outOfPlace } from '../../src/core/refusals.js';
import { ack, Drive, end, fragment, init, pause } from '../support/drive.js';

const ONE_STREAM =
  'a connection carries one stream at a time; end that one with `stream:end` and wait for `stream:complete`.';
const NO_RULES: readonly Rule[] = [];
const simulation = { kind: 'config:error_simulation', rules: NO_RULES, scope: 'session' } as const;

it.each<[string, Input[], object]>([
  [
    'an acknowledgement before any stream',
    [ack('fragment-7')],
    {
      message:
        '`fragment:ack` arrived before any stream was started: start one with `stream:init` and wait for ' +
        '`stream:ready`.',
      fragmentId: 'fragment-7',
      metadata: { state: 'initializing' },
    },
  ],
  [
    'a fragment before any stream',
    [fragment(0)],
    {
      message:
        '`fragment:data` arrived before any stream was started: start one with `stream:init` and wait for ' +
        '`stream:ready`.',
      streamId: 'stream-1',
      fragmentId: 'fragment-0',
    },
  ],
  [
    'a second `stream:init`',
    [init(), init({ streamId: 'stream-2' })],
    { message: `\`stream:init\` arrived while the stream is active: ${ONE_STREAM}`, streamId: 'stream-2' },
  ],
  [
    'a second `stream:init` on a stream that is paused',
    [init(), pause, init()],
    { message: `\`stream:init\` arrived while the stream is paused: ${ONE_STREAM}`, metadata: { state: 'paused' } },
  ],
  [
    'a fragment on a stream that is paused',
    [init(), pause, fragment(0)],
    {
      message: '`fragment:data` arrived while the stream is paused: send `stream:resume`, then resend this.',
      fragmentId: 'fragment-0',
    },
  ],
  [
    'a fragment of another stream',
    [init(), fragment(0, 'a', 'stream-2')],
    {
      message:
        '`fragment:data` names stream_id "stream-2", but this connection has "stream-1"; ' +
        'send it on the connection of that stream.',
      streamId: 'stream-2',
      fragmentId: 'a',
      metadata: { state: 'active' },
    },
  ],
  [
    'a test event that names a stream where there is none',
    [{ kind: 'simulate:disconnect', delayMs: 5, streamId: 'stream-2' }],
    {
      message:
        '`simulate:disconnect` names stream_id "stream-2", but this connection has no stream; ' +
        'send it on the connection of that stream.',
      streamId: 'stream-2',
      metadata: { state: 'initializing' },
    },
  ],
  [
    'rules for a session that there is not yet',
    [simulation],
    {
      message: expect.stringContaining('has no target: this connection has no stream; send it after `stream:init`,'),
    },
  ],
  [
    'rules for a stream that nobody has',
    [init(), { ...simulation, streamId: 'stream-7' }],
    { message: expect.stringContaining('no target: stream "stream-7" does not exist; send'), streamId: 'stream-7' },
  ],
])('%s', (_, inputs, expected) => {
  const drive = new Drive({ delayMs: 10 });
  drive.feed(...inputs);
  expect(drive.effects.at(-1)).toMatchObject({ kind: 'error', ...expected });
});

it('the same number sent again: both numbers are named', () => {
  const drive = new Drive();
  drive.feed(init(), fragment(0), fragment(1), fragment(0));
  expect(drive.effects.at(-1)).toMatchObject({
    metadata: { expectedSequenceNumber: 2, receivedSequenceNumber: 0 },
  });
});

it('an event of the test that names no stream is that of the connection, whatever that is', () => {
  const drive = new Drive();
  const hangUp = { kind: 'simulate:disconnect', delayMs: 5 } as const;
  drive.feed(hangUp, init(), hangUp, end);
  expect(drive.effects.filter(({ kind }) => kind === 'error')).toEqual([]);
});

it('about a connection without a stream blames nothing that was sent before', () => {
  const drive = new Drive();
  drive.feed({ kind: 'simulate:disconnect', delayMs: 5, streamId: 'stream-2' });
  expect(drive.notes).toStrictEqual([
    {
      kind: 'violation',
      violation: 'foreign-stream',
      message: expect.stringContaining('this connection has no stream'),
    },
  ]);
  const other = new Drive();
  other.feed(init(), fragment(0, 'a', 'stream-2'), ack('b'));
  expect(other.notes).toMatchObject([
    { violation: 'foreign-stream', since: 'stream:ready', fragmentId: 'a', sequenceNumber: 0 },
    { violation: 'acked-unknown-fragment', fragmentId: 'b' },
  ]);
});

it('an acknowledgement out of place is blamed with its fragment', () => {
  const drive = new Drive();
  drive.feed(ack('fragment-7'));
  expect(drive.notes).toMatchObject([{ violation: 'out-of-place', fragmentId: 'fragment-7' }]);
});

const AFTER_END =
  '`fragment:data` arrived while the stream is ending: only `fragment:ack` is accepted after `stream:end`; ';

it.each([
  [
    'initializing',
    'out-of-place',
    undefined,
    'before any stream was started: start one with `stream:init` and wait for `stream:ready`.',
  ],
  ['active', 'out-of-place', 'stream:ready', ONE_STREAM],
  ['paused', 'out-of-place', 'stream:pause', 'send `stream:resume`, then resend this.'],
  ['ending', 'sent-after-end', 'stream:end', `${AFTER_END}start a new stream after \`stream:complete\`.`],
  ['completed', 'sent-after-end', 'stream:end', 'start a new stream with `stream:init`.'],
] as const)('what comes out of place while the stream is %s is `%s`, since %s', (state, violation, since, words) => {
  const refusal = outOfPlace(fragment(0) as StreamInput, 'STREAM_NOT_FOUND', state);
  expect(refusal).toMatchObject({ violation, metadata: { state } });
  expect(refusal.since).toBe(since);
  expect(refusal.message).toContain(words);
});
