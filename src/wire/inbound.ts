/** A Socket.IO event → a core Input. Unknown events and bad payloads are Inputs too: nothing here throws. */

import { AudioText } from '../audio/audio-text.js';
import { decodedLength } from '../audio/base64.js';
import { behindHint } from '../checks/finding.js';
import { meantBy } from '../checks/spelling.js';
import type { Input, Message, Refusal } from '../core/protocol.js';
import { EVENTS } from './events.js';
import type { Issue } from './row.js';

const NAMES = [...EVENTS.keys()].map(String);

/** Maximum nesting of a payload: echoing a deeper one would exhaust the stack of JSON.stringify. */
export const MAX_DEPTH = 64;

/**
 * `args` are the arguments of the event, without the acknowledgement callback (PROTOCOL §6.14–15). `checksAudio` sets
 * whether audio must match its fields.
 */
export function decode(event: unknown, args: readonly unknown[], checksAudio = false): Input {
  const row = EVENTS.get(event);
  if (row === undefined) return unknown(String(event));
  const [payload] = args;
  const size = tooLarge(payload, row.maxAudioBytes);
  if (size !== undefined) return { kind: 'malformed', refusal: { ...size, ...subjectOf(payload) } };
  const parsed = wrongCount(args) ?? tooDeep(payload) ?? row.parse(payload, checksAudio);
  if ('kind' in parsed) return parsed;
  const refusal = invalid(String(event), payload, parsed);
  return row.reject === undefined
    ? { kind: 'malformed', refusal }
    : { kind: 'rejected', answer: row.reject(refusal.message) };
}

function unknown(event: string): Input {
  const meant = meantBy(event, NAMES);
  return { kind: 'unknown', event, ...(meant !== undefined && { meant }) };
}

/** The effect that is the direct reply to the event (PROTOCOL §6.12), if any. */
export function answerTo(event: unknown): Message['kind'] | undefined {
  return EVENTS.get(event)?.answeredBy;
}

/** PROTOCOL §6.14: size is checked before anything else. */
function tooLarge(payload: unknown, limit = Number.POSITIVE_INFINITY): Refusal | undefined {
  const bytes = audioBytes(get(get(payload, 'audio'), 'data_base64'));
  if (bytes <= limit) return undefined;
  const message =
    `\`audio.data_base64\` contains ${bytes} bytes of audio, and the limit is ${limit} (10 MiB); ` +
    'cut the audio into shorter fragments.';
  return { code: 'FRAGMENT_TOO_LARGE', message, metadata: { audioBytes: bytes, limitBytes: limit } };
}

function audioBytes(base64: unknown): number {
  if (base64 instanceof AudioText) return base64.digest.bytes;
  return typeof base64 === 'string' ? decodedLength(base64) : 0;
}

/** PROTOCOL §6.15. */
function wrongCount(args: readonly unknown[]): readonly Issue[] | undefined {
  if (args.length === 1) return undefined;
  return [{ path: 'payload', message: `expected exactly one object, got ${args.length} arguments` }];
}

function tooDeep(payload: unknown): readonly Issue[] | undefined {
  if (!isDeeperThan(MAX_DEPTH, payload)) return undefined;
  return [{ path: 'payload', message: `expected at most ${MAX_DEPTH} objects or lists inside each other, got more` }];
}

function isDeeperThan(limit: number, value: unknown): boolean {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return false;
  if (limit === 0) return true;
  for (const key in value) {
    if (isDeeperThan(limit - 1, Reflect.get(value, key))) return true;
  }
  return false;
}

function invalid(event: string, payload: unknown, issues: readonly Issue[]): Refusal {
  const faults = issues.map(({ path, message }) => behindHint(`\`${path}\` `, message)).join('; ');
  const message = `The payload of \`${event}\` is wrong: ${faults}. Correct it and send the event again.`;
  return { code: 'INVALID_CONFIG', message, ...subjectOf(payload), metadata: { issues } };
}

/** The stream and fragment that a bad payload names, if any. */
function subjectOf(payload: unknown): Pick<Refusal, 'streamId' | 'fragmentId'> {
  const streamId = get(payload, 'stream_id');
  const fragmentId = get(payload, 'fragment_id');
  return {
    ...(typeof streamId === 'string' && { streamId }),
    ...(typeof fragmentId === 'string' && { fragmentId }),
  };
}

function get(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}
