/** The refusals that depend on where a stream stands, in words that say what to do instead (PROTOCOL §4, §6.3, §6.10). */

import type { ErrorCode } from './error-codes.js';
import type { Refusal, StreamInput } from './protocol.js';
import { show } from './show.js';
import { NO_STREAM, type Stream } from './stream.js';
import { ADVICE, type OpenState } from './transitions.js';

/** The table does not allow the event in this state. */
export function outOfPlace(input: StreamInput, code: ErrorCode, state: OpenState): Refusal {
  const where = state === 'initializing' ? 'before any stream was begun' : `while the stream is ${state}`;
  const message = `\`${input.kind}\` came ${where}: ${ADVICE[state]}.`;
  return { code, message, ...subjectOf(input), metadata: { state } };
}

/** Whether the input names a stream that is not this connection's. Before `stream:init` the table answers instead. */
export function isForeign(input: StreamInput, stream: Stream): boolean {
  if (input.kind === 'stream:init' || input.kind === 'fragment:ack' || stream === NO_STREAM) return false;
  return input.streamId !== stream.streamId;
}

/** PROTOCOL §6.10. */
export function foreignStream(input: StreamInput, stream: Stream, state: OpenState): Refusal {
  const subject = subjectOf(input);
  const message =
    `\`${input.kind}\` names stream_id ${show(subject.streamId)}, but the stream of this connection is ` +
    `${show(stream.streamId)}; send it on the connection of its own stream.`;
  return { code: 'STREAM_NOT_FOUND', message, ...subject, metadata: { state } };
}

/** PROTOCOL §6.3: the numbers were waited for in vain. */
export function gapGivenUp(missing: readonly number[], stream: Stream): Refusal {
  const message =
    `sequence_number ${missing.join(', ')} did not come within ${stream.timeoutMs} ms, so what waited behind is sent ` +
    'without it; send numbers without gaps, or ask for a longer `timeout_ms` in `stream:init`.';
  return { code: 'INVALID_SEQUENCE', message, metadata: { missingSequenceNumbers: missing } };
}

/** Whom a refusal is about. */
function subjectOf(input: StreamInput): Pick<Refusal, 'streamId' | 'fragmentId'> {
  if (input.kind === 'fragment:data') return { streamId: input.streamId, fragmentId: input.fragment.fragmentId };
  return input.kind === 'fragment:ack' ? { fragmentId: input.fragmentId } : { streamId: input.streamId };
}
