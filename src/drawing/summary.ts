/**
 * Summarises an entry of the timeline in a few words: one row per event. Payloads may differ from their types (a fault
 * may have damaged them, long texts are truncated), so each field is treated as unknown.
 */

import { abbreviate, show } from '../core/show.js';
import type { EventName, TimelineEntry } from '../timeline/entry.js';
import type { AudioSummary, OutboundPayloads } from '../wire/payloads.js';
import { visible } from './cells.js';

/** A payload with known field names but unknown values; `fragment:ack` has two payloads. */
type Doubtful<Payload> = { readonly [Field in FieldOf<Payload>]?: unknown };
type FieldOf<Payload> = Payload extends unknown ? keyof Payload : never;

type Summary<Name extends EventName> = (
  payload: Doubtful<TimelineEntry<Name>['payload']>,
  entry: TimelineEntry<Name>,
) => string;

/** Maximum length of a message, in characters. */
const MESSAGE_CHARACTERS = 240;
/** Limits for an unreadable payload: number of fields, length of their names and texts, and total length. */
const BRIEF_FIELDS = 8;
const BRIEF_TEXT = 24;
const BRIEF_CHARACTERS = 160;
/** Maximum number of missing numbers that are listed. */
const LISTED_NUMBERS = 8;

const SUMMARIES: { readonly [Name in EventName]: Summary<Name> } = {
  // From the worker.
  'stream:init': ({ worker_id, max_inflight }) =>
    list(`worker ${formatValue(worker_id)}`, given('max_inflight ', max_inflight)),
  'fragment:data': (payload, entry) => `${fragment(entry, payload)}  ${sound(payload.audio)}`,
  'fragment:ack': (payload, entry) => {
    const { status, queue_position, estimated_completion_ms } = payload;
    const position = given(' at ', queue_position) ?? '';
    const completion = given('done in ', estimated_completion_ms, ' ms');
    return list(`${fragment(entry, payload)} ${formatValue(status)}${position}`, completion);
  },
  'stream:pause': ({ reason }) => sentence(reason),
  'stream:resume': () => '',
  'stream:end': ({ reason }) => sentence(reason),
  'config:error_simulation': ({ enabled, rules, scope, stream_id }) =>
    list(
      onOrOff(enabled),
      Array.isArray(rules) ? count(rules.length, 'rule') : undefined,
      given('scope ', scope),
      given('stream ', stream_id),
    ),
  'config:processing_delay': ({ delay_ms }) => `${formatValue(delay_ms)} ms`,
  'config:backpressure': ({ enabled, threshold, severity, action }) =>
    list(
      onOrOff(enabled),
      severity === undefined && action === undefined ? undefined : level(severity, action),
      given('at ', threshold, ' in flight'),
    ),
  'simulate:disconnect': ({ delay_ms, reason, stream_id }) =>
    list(given('in ', delay_ms, ' ms'), given('stream ', stream_id), given('reason ', reason)),
  malformed: ({ payload }, { streamId }) =>
    payload === undefined ? 'malformed' : `malformed ${brief(payload, streamId)}`,
  unknown: () => 'unknown',

  // To the worker.
  'stream:ready': ({ max_inflight }) => `max_inflight ${formatValue(max_inflight)}`,
  'fragment:processed': (payload, entry) => {
    const { status, error, processing_time_ms } = payload;
    const outcome = error === undefined ? `${formatValue(processing_time_ms)} ms` : failure(error, status);
    return `${fragment(entry, payload)} ${status === undefined ? 'no status' : formatValue(status)} ${outcome}`;
  },
  'stream:complete': ({ total_fragments, statistics }) => {
    const results = outcomes(statistics);
    return `${count(total_fragments, 'fragment')}${results === '' ? '' : ` (${results})`}`;
  },
  backpressure: ({ severity, action, current_inflight, recommended_delay_ms }) =>
    list(
      level(severity, action),
      `${formatValue(current_inflight)} in flight`,
      given('wait ', recommended_delay_ms, ' ms'),
    ),
  error: ({ code, message, severity }) =>
    labelled(`${formatValue(code)}${severity === 'fatal' ? ' (fatal)' : ''}`, message),
  'config:error_simulation:ack': ({ status, rules_count, message }) =>
    list(formatValue(status), count(rules_count, 'rule'), remark(message)),
  'config:processing_delay:ack': ({ status, delay_ms, message }) =>
    list(formatValue(status), given('', delay_ms, ' ms'), remark(message)),
  'config:backpressure:ack': ({ status, message }) => list(formatValue(status), remark(message)),
  'simulate:disconnect:ack': ({ status, message }) => list(formatValue(status), remark(message)),

  // Notes.
  connect: ({ workerId, streamId }) => list(given('worker ', workerId), given('stream ', streamId)),
  disconnect: ({ by, reason }) => labelled(`by the ${formatValue(by)}`, reason),
  'hang-up': ({ reason }) => sentence(reason),
  cut: ({ at, how }) => list(formatValue(at), formatValue(how), at === 'now' ? 'by the test' : undefined),
  rule: (payload, entry) =>
    payload.on !== undefined && payload.fragmentId === undefined
      ? whole(payload.rule)
      : `${fragment(entry, payload)} ${whole(payload.rule)}`,
  gap: ({ missingSequenceNumbers }) => missing(missingSequenceNumbers),
  violation: ({ kind, message }) => labelled(formatValue(kind), message),
  unclaimed: ({ workerId }) => `worker ${formatValue(workerId)}: no scope claims its stream`,
  refused: ({ status, code, reason, message, times }) =>
    list(labelled(formatValue(status ?? code ?? reason), message), given('', times, ' times')),
  restart: ({ downForMs, at, streamId, error }) =>
    list(
      `down for ${formatValue(downForMs)} ms`,
      given('planned ', at),
      given('stream ', streamId),
      error === undefined ? undefined : labelled('failed', error),
    ),
  test: ({ did }) => whole(did),
};

/** The entry in a few words, without its number, time and stream. Never throws, whatever the payload. */
export function summarize(entry: TimelineEntry): string {
  const details = summarizePayload(entry);
  return details === '' ? eventName(entry) : `${eventName(entry)}  ${details}`;
}

/** The entry without its name; empty if there is nothing else. */
export function summarizePayload(entry: TimelineEntry): string {
  // The compiler does not see that the summary of an event takes entries of that event.
  const summary = SUMMARIES[entry.event] as Summary<EventName>;
  return summary(part(entry.payload), entry);
}

/** The name of the event; for a malformed or unknown event, the name that the worker sent. */
export function eventName(entry: TimelineEntry): string {
  if (entry.event !== 'malformed' && entry.event !== 'unknown') return entry.event;
  return formatValue(part<typeof entry.payload>(entry.payload).event);
}

/** A value of a payload as one short word: an id, a number, a status. */
export function formatValue(value: unknown): string {
  if (value === undefined) return '?';
  return typeof value === 'string' && value !== '' ? visible(abbreviate(value)) : show(value);
}

/** The fragment by its number if known, because the ids of real workers are UUIDs. */
function fragment(entry: TimelineEntry, payload: object): string {
  if (entry.sequenceNumber !== undefined) return `#${entry.sequenceNumber}`;
  const { sequence_number, sequenceNumber, fragment_id, fragmentId } = payload as Readonly<Record<string, unknown>>;
  const number = sequence_number ?? sequenceNumber;
  return number === undefined ? formatValue(fragment_id ?? fragmentId) : `#${formatValue(number)}`;
}

function sound(audio: unknown): string {
  const { bytes, hash } = part<AudioSummary>(audio);
  return `${size(bytes)} ${formatValue(hash)}`;
}

function size(bytes: unknown): string {
  if (typeof bytes !== 'number') return `${formatValue(bytes)} B`;
  if (bytes < 1024) return `${bytes} B`;
  return bytes < 1024 ** 2 ? `${(bytes / 1024).toFixed(1)} KB` : `${(bytes / 1024 ** 2).toFixed(1)} MB`;
}

function failure(error: unknown, status: unknown): string {
  const { code, retryable, stage } = part<NonNullable<OutboundPayloads['fragment:processed']['error']>>(error);
  return `${formatValue(code)}${stage === undefined ? '' : ` in ${formatValue(stage)}`}${fate(retryable, status)}`;
}

/** Whether the fragment may be resent; never after a partial result (PROTOCOL §6.4). */
function fate(retryable: unknown, status: unknown): string {
  if (status === 'partial') return retryable === true ? ' (final, although retryable: true)' : ' (final)';
  if (retryable === undefined) return '';
  return retryable === true ? ' (retryable)' : ` (retryable: ${formatValue(retryable)})`;
}

function outcomes(statistics: unknown): string {
  const counts = part<OutboundPayloads['stream:complete']['statistics']>(statistics);
  const kinds = { success: counts.success_count, partial: counts.partial_count, failed: counts.failed_count };
  const seen = Object.entries(kinds).filter(([, times]) => times !== 0 && times !== undefined);
  return list(...seen.map(([kind, times]) => `${formatValue(times)} ${kind}`));
}

function missing(numbers: unknown): string {
  if (!Array.isArray(numbers)) return `${formatValue(numbers)} never arrived`;
  const listed = Array.from(numbers.slice(0, LISTED_NUMBERS), (number) => `#${formatValue(number)}`);
  const others = numbers.length - listed.length;
  return `${list(...listed, others > 0 ? `${others} more` : undefined)} never arrived`;
}

function level(severity: unknown, action: unknown): string {
  return `${formatValue(severity)}/${formatValue(action)}`;
}

function onOrOff(enabled: unknown): string {
  return enabled === true ? 'on' : 'off';
}

function count(number: unknown, what: string): string {
  return `${formatValue(number)} ${what}${number === 1 ? '' : 's'}`;
}

/** The label and the value; undefined without a value. */
function given(label: string, value: unknown, unit = ''): string | undefined {
  return value === undefined ? undefined : `${label}${formatValue(value)}${unit}`;
}

/** The label, a colon and the text; only the label without a text. */
function labelled(label: string, text: unknown): string {
  const said = sentence(text);
  return said === '' ? label : `${label}: ${said}`;
}

function remark(message: unknown): string | undefined {
  return message === undefined ? undefined : sentence(message);
}

/** A longer text; empty without a value. */
function sentence(value: unknown): string {
  if (value === undefined) return '';
  if (typeof value !== 'string') return formatValue(value);
  return visible(value.length > MESSAGE_CHARACTERS ? `${value.slice(0, MESSAGE_CHARACTERS)}…` : value);
}

/** The whole text of a rule or an action of the test. */
function whole(text: unknown): string {
  return typeof text === 'string' ? visible(text) : sentence(text);
}

function list(...parts: readonly (string | undefined)[]): string {
  return parts.filter((each) => each !== undefined).join(', ');
}

/** An unknown payload on one line, without the stream's id if the entry already shows it. */
function brief(payload: unknown, streamId: string): string {
  if (typeof payload !== 'object' || payload === null || Array.isArray(payload)) return formatValue(payload);
  const fields = Object.entries(payload).filter(([name, value]) => name !== 'stream_id' || value !== streamId);
  const shown = fields.slice(0, BRIEF_FIELDS).map(([name, value]) => {
    const part = typeof value === 'string' ? `'${abbreviate(value, BRIEF_TEXT)}'` : show(value);
    return `${abbreviate(name, BRIEF_TEXT)}: ${part}`;
  });
  const text = list(...shown, fields.length > BRIEF_FIELDS ? '…' : undefined);
  return visible(text === '' ? '{}' : `{ ${abbreviate(text, BRIEF_CHARACTERS)} }`);
}

/** A value of which only the expected field names are known. */
function part<Shape>(value: unknown): Doubtful<Shape> {
  return (typeof value === 'object' && value !== null ? value : {}) as Doubtful<Shape>;
}
