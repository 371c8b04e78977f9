/**
 * The refusals that depend on the state of a stream. Their messages say what to do instead (PROTOCOL §4, §6.3, §6.10).
 */

import type { ErrorCode } from './error-codes.js';
import type { Refusal, StreamInput } from './protocol.js';
import { show } from './show.js';
import { NO_STREAM, type Stream } from './stream.js';
import type { OpenState } from './transitions.js';

const ONE_STREAM =
  'a connection carries one stream at a time; end that one with `stream:end` and wait for `stream:complete`';

/** For each state: what the worker can do instead, and its violation. */
const IN_STATE: Readonly<Record<OpenState, { advice: string } & Pick<Refusal, 'violation' | 'since'>>> = {
  initializing: {
    advice: 'start one with `stream:init` and wait for `stream:ready`',
    violation: 'out-of-place',
  },
  active: { advice: ONE_STREAM, violation: 'out-of-place', since: 'stream:ready' },
  paused: {
    advice: 'send `stream:resume`, then resend this',
    violation: 'out-of-place',
    since: 'stream:pause',
  },
  ending: {
    advice: 'only `fragment:ack` is accepted after `stream:end`; start a new stream after `stream:complete`',
    violation: 'sent-after-end',
    since: 'stream:end',
  },
  completed: {
    advice: 'start a new stream with `stream:init`',
    violation: 'sent-after-end',
    since: 'stream:end',
  },
};

/** The refusal of an event that is not legal in this state. */
export function outOfPlace(input: StreamInput, code: ErrorCode, state: OpenState): Refusal {
  const where = state === 'initializing' ? 'before any stream was started' : `while the stream is ${state}`;
  const { advice, ...offence } = IN_STATE[state];
  const message = `\`${input.kind}\` arrived ${where}: ${input.kind === 'stream:init' ? ONE_STREAM : advice}.`;
  return { code, message, ...subjectOf(input), metadata: { state }, ...offence };
}

/**
 * Whether the input names a stream that is not this connection's. Before `stream:init` the transitions decide instead.
 */
export function isForeign(input: StreamInput, stream: Stream): boolean {
  // These two may name another stream.
  if (input.kind === 'stream:init' || input.kind === 'config:error_simulation') return false;
  // Before `stream:init` the transitions refuse everything else.
  if (stream === NO_STREAM && input.kind !== 'simulate:disconnect') return false;
  const streamId = streamIdIn(input);
  return streamId !== undefined && streamId !== stream.streamId;
}

/** PROTOCOL §6.10. */
export function foreignStream(input: StreamInput, stream: Stream, state: OpenState): Refusal {
  const subject = subjectOf(input);
  const own = stream === NO_STREAM ? 'this connection has no stream' : `this connection has ${show(stream.streamId)}`;
  const message =
    `\`${input.kind}\` names stream_id ${show(subject.streamId)}, but ${own}; ` +
    'send it on the connection of that stream.';
  const since = stream === NO_STREAM ? {} : ({ since: 'stream:ready' } as const);
  return { code: 'STREAM_NOT_FOUND', message, ...subject, metadata: { state }, violation: 'foreign-stream', ...since };
}

/** PROTOCOL §6.13: no session has the stream that the rules name. */
export function noSuchStream(streamId: string | undefined): Refusal {
  const which = streamId === undefined ? 'this connection has no stream' : `stream ${show(streamId)} does not exist`;
  const message =
    `\`config:error_simulation\` has no target: ${which}; send it after \`stream:init\`, name a stream that has ` +
    'started, or use the scope "server".';
  return { code: 'STREAM_NOT_FOUND', message, ...(streamId !== undefined && { streamId }) };
}

/** PROTOCOL §6.3: the wait for the numbers timed out. */
export function gapGivenUp(missing: readonly number[], timeoutMs: number): Refusal {
  const message =
    `sequence_number ${missing.join(', ')} did not arrive within ${timeoutMs} ms, so the fragments behind it are ` +
    'sent without it; send numbers without gaps, or request a longer `timeout_ms` in `stream:init`.';
  return { code: 'INVALID_SEQUENCE', message, metadata: { missingSequenceNumbers: missing } };
}

/** The violation message for numbers that were missing at `stream:end`. No `error` is sent for them (PROTOCOL §6.8). */
export function gapClosed(missing: readonly number[]): string {
  return (
    `sequence_number ${missing.join(', ')} had not arrived before \`stream:end\`, so the fragments behind it are ` +
    'sent without it; send all numbers before `stream:end`.'
  );
}

/** The stream and fragment that a refusal is about. */
function subjectOf(input: StreamInput): Pick<Refusal, 'streamId' | 'fragmentId'> {
  if (input.kind === 'fragment:data') return { streamId: input.streamId, fragmentId: input.fragment.fragmentId };
  if (input.kind === 'fragment:ack') return { fragmentId: input.fragmentId };
  const streamId = streamIdIn(input);
  return streamId === undefined ? {} : { streamId };
}

/** The stream that the input names, if it names one. */
function streamIdIn(input: StreamInput): string | undefined {
  return 'streamId' in input ? input.streamId : undefined;
}
