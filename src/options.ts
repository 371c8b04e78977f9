/** The options of `createEchoSts`: what they mean, what is allowed, and what they are when left out. */

import * as v from 'valibot';
import type { Fragment } from './core/protocol.js';
import { DEFAULT_SETTINGS, type SessionSettings } from './core/settings.js';
import { abbreviate, show } from './core/show.js';
import { EchoStsError } from './errors.js';
import { closedRecord, field, integer, nonEmptyText, oneOf } from './fields.js';

/** Longest processing delay, milliseconds (PROTOCOL §2, `config:processing_delay`). */
const MAX_DELAY_MS = 600_000;
/** The longest time a Node timer can count, milliseconds. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** All optional. A wrong one makes `createEchoSts` throw an `EchoStsError` with the code `INVALID_OPTION`. */
export interface EchoStsOptions {
  /**
   * Processing time of each fragment from its own arrival, milliseconds, 0–600000 (PROTOCOL §6.2).
   * @default 0
   */
  delayMs?: number;
  /**
   * The address to listen on. The default is reachable from this machine alone.
   * @default '127.0.0.1'
   */
  host?: string;
  /**
   * 0 for any free port; a number for that port and no other; a list of ports to prefer before any free one.
   * @default 0
   */
  port?: number | readonly number[];
  /**
   * Where Socket.IO is served, each with or without a trailing slash (PROTOCOL §1).
   * @default ['/socket.io/', '/ws/sts']
   */
  paths?: readonly string[];
  /**
   * `['websocket']` refuses polling, as production does (PROTOCOL §1).
   * @default ['polling', 'websocket']
   */
  transports?: readonly Transport[];
  /**
   * Ceiling of `max_inflight`, 1–10: `stream:ready` answers this when the worker asks for more (PROTOCOL §3).
   * @default 10
   */
  maxInflight?: number;
  /**
   * Fragments in flight per stream; one more gets `QUEUE_FULL` (PROTOCOL §6.5).
   * @default 20
   */
  queueLimit?: number;
  /**
   * So many consecutive `QUEUE_FULL` are answered; a worker that goes on sending after that is disconnected (PROTOCOL §6.5).
   * @default 50
   */
  queueFullLimit?: number;
  /**
   * How many sequence numbers, from the expected one on, are taken out of order; 0 makes every gap an error at once
   * (PROTOCOL §6.3).
   * @default the stream's `max_inflight`
   */
  reorderWindow?: number;
  /**
   * From `stream:complete` to the server's disconnect, milliseconds (PROTOCOL §3).
   * @default 5000
   */
  autoCloseMs?: number;
  /**
   * How often the server pings each connection, milliseconds (PROTOCOL §1).
   * @default 25000
   */
  pingIntervalMs?: number;
  /**
   * How long the server waits for the answer to a ping, milliseconds (PROTOCOL §1).
   * @default 10000
   */
  pingTimeoutMs?: number;
  /**
   * Largest message, bytes; a larger one closes its connection (PROTOCOL §6.15).
   * @default 52428800
   */
  maxMessageBytes?: number;
  /**
   * Which web pages may connect: `true` for any, or the origins by name. Node workers need none.
   * @default false
   */
  cors?: boolean | string | readonly string[];
  /**
   * The mock text of each result, without the mark `[ECHO]` that is put before it (PROTOCOL §3).
   * @default fragment => `fragment ${fragment.sequenceNumber}`
   */
  transcript?: string | ((fragment: Fragment) => string);
}

/** How a connection may carry messages. */
export type Transport = 'polling' | 'websocket';

/** Every option, checked and filled in. */
export interface Settings extends SessionSettings {
  readonly host: string;
  readonly port: number | readonly number[];
  readonly paths: readonly string[];
  readonly transports: readonly Transport[];
  readonly pingIntervalMs: number;
  readonly pingTimeoutMs: number;
  readonly maxMessageBytes: number;
  readonly cors: boolean | string | readonly string[];
}

const delayMs = integer(0, MAX_DELAY_MS);
const portNumber = field<number>('a port number from 0 to 65535, or a list of port numbers', (value) =>
  v.is(integer(0, 65_535), value),
);
const preferredPort = integer(1, 65_535);
const milliseconds = integer(1, MAX_TIMER_MS);
const path = field<string>(
  'a path that begins with "/"',
  (value) => typeof value === 'string' && /^\/[^?#\s]+$/.test(value),
);
const port = v.lazy((value) => (Array.isArray(value) ? nonEmptyList(preferredPort) : portNumber));
const cors = field<boolean | string | readonly string[]>(
  'a boolean, an origin, or a list of origins',
  (value) => typeof value === 'boolean' || v.is(v.union([nonEmptyText, v.array(nonEmptyText)]), value),
);
const transcript = field<string | ((fragment: Fragment) => string)>(
  'a text or a function',
  (value) => typeof value === 'string' || typeof value === 'function',
);

/** One row per option. */
const SCHEMAS = {
  delayMs: v.optional(delayMs, DEFAULT_SETTINGS.delayMs),
  host: v.optional(nonEmptyText, '127.0.0.1'),
  port: v.optional(port, 0),
  paths: v.optional(nonEmptyList(path), ['/socket.io/', '/ws/sts']),
  transports: v.optional(nonEmptyList(oneOf('polling', 'websocket')), ['polling', 'websocket']),
  maxInflight: v.optional(integer(1, 10), DEFAULT_SETTINGS.maxInflight),
  queueLimit: v.optional(integer(1, 10_000), DEFAULT_SETTINGS.queueLimit),
  queueFullLimit: v.optional(integer(0, MAX_TIMER_MS), DEFAULT_SETTINGS.queueFullLimit),
  reorderWindow: v.optional(integer(0, 10_000)),
  autoCloseMs: v.optional(integer(0, MAX_TIMER_MS), DEFAULT_SETTINGS.autoCloseMs),
  pingIntervalMs: v.optional(milliseconds, 25_000),
  pingTimeoutMs: v.optional(milliseconds, 10_000),
  maxMessageBytes: v.optional(integer(1, 2 ** 29), 52_428_800),
  cors: v.optional(cors, false),
  transcript: v.optional(transcript, () => DEFAULT_SETTINGS.transcript),
} satisfies Record<keyof EchoStsOptions, v.GenericSchema>;

/** Throws an `EchoStsError` (`INVALID_OPTION`) that names everything that is wrong. */
export function toSettings(options: EchoStsOptions): Settings {
  const parsed = parse('options', closedRecord(SCHEMAS), options);
  const { transcript } = parsed;
  return {
    ...DEFAULT_SETTINGS,
    ...parsed,
    transcript: typeof transcript === 'string' ? () => transcript : guarded(transcript),
  };
}

/** Checks the argument of `setDelay`; throws like `toSettings`. */
export function toDelay(value: number): number {
  return parse('delayMs', delayMs, value);
}

/** Checks the argument of a method of the handle; throws like `toSettings`. */
export function parse<Schema extends v.GenericSchema>(
  subject: string,
  schema: Schema,
  value: unknown,
): v.InferOutput<Schema> {
  const result = v.safeParse(schema, value);
  if (result.success) return result.output;
  const faults = result.issues.map((issue) => `\`${abbreviate(v.getDotPath(issue) ?? subject)}\` ${issue.message}`);
  throw new EchoStsError('INVALID_OPTION', `${faults.join('; ')}.`);
}

function nonEmptyList<Item extends v.GenericSchema>(item: Item) {
  return v.pipe(v.array(item, notAList), v.nonEmpty(notAList));
}

function notAList({ input }: v.BaseIssue<unknown>): string {
  return `expected a list with at least one entry, such as ['…'], got ${Array.isArray(input) ? 'an empty one' : show(input)}`;
}

/** The caller's function runs amid the protocol, where an exception would hit the test's process, not its author. */
function guarded(transcript: (fragment: Fragment) => unknown): (fragment: Fragment) => string {
  return (fragment) => {
    try {
      const text = transcript(fragment);
      return typeof text === 'string' ? text : `(\`transcript\` expected to return a string, got ${show(text)})`;
    } catch (error) {
      return `(\`transcript\` threw: ${error instanceof Error ? error.message : show(error)})`;
    }
  };
}
