/** The options of `createEchoSts`, their meaning and their defaults. */

import type { ManualClock } from '../clock/manual-clock.js';
import type { ViolationKind } from '../core/violations.js';
import type { DelayPlan, Fragment } from '../core/vocabulary.js';
import type { PlannedCut, PlannedRefusal, PlannedRestart, PlannedSignal } from './planned-types.js';
import type { ErrorRule } from './rule-types.js';
import type { TlsOption } from './tls.js';

/** All optional. With a wrong one `createEchoSts` rejects with an `EchoStsError` (`INVALID_OPTION`). */
export interface EchoStsOptions {
  /**
   * Processing time of each fragment, milliseconds, 0–600000: a number, `{ min, max }` evenly spread, `{ p50, p99 }`
   * log-normal, or a function of the fragment (PROTOCOL §6.2).
   * @default 0
   */
  delayMs?: DelayPlan;
  /**
   * Maximum number of fragments of a stream that are processed at once; the others wait in order.
   * @default Infinity
   */
  capacity?: number;
  /**
   * Simulated backpressure: `true` for the levels of PROTOCOL §6.6, or your own levels as in flight / `max_inflight`.
   * @default false
   */
  backpressure?: BackpressureOption;
  /**
   * What goes wrong with which fragments or messages. `addErrorRule` adds rules while the fixture runs.
   * @default []
   */
  errorRules?: readonly ErrorRule[];
  /**
   * Where connections break, as with `cut`.
   * @default []
   */
  cuts?: readonly PlannedCut[];
  /**
   * Which attempts to connect get an HTTP status in place of a handshake. `refuse` does the same while the fixture runs.
   * @default []
   */
  refusals?: readonly PlannedRefusal[];
  /**
   * Where the server goes down like a crashed one and comes up again on the same port, as with `restart`.
   * @default []
   */
  restarts?: readonly PlannedRestart[];
  /**
   * Where a stream gets a `backpressure`, whatever the load, as with `pushBackpressure` (PROTOCOL §3).
   * @default []
   */
  signals?: readonly PlannedSignal[];
  /**
   * The seed of all chance: the same seed and the same behaviour of the worker give the same faults. The environment variable
   * `ECHO_STS_SEED` overrides it.
   * @default a random one, which the handle has as `seed`
   */
  seed?: string | number;
  /**
   * Refuses connections without this token in `auth.token`, or those for which the function does not return `true`.
   * @default every connection is accepted
   */
  auth?: AuthOption;
  /**
   * Maximum number of connections; further ones are refused with `RATE_LIMIT`.
   * @default Infinity
   */
  maxConnections?: number;
  /**
   * Maximum number of fragments of a stream in any minute; further ones get `RATE_LIMIT`.
   * @default Infinity
   */
  maxFragmentsPerMinute?: number;
  /**
   * The address to listen on. The default is reachable from this machine only.
   * @default '127.0.0.1'
   */
  host?: string;
  /**
   * 0 for any free port; a number for exactly that port; a list of ports to try before any free one; `{ from, to }` for a free
   * port of that range and no other.
   * @default 0
   */
  port?: PortOption;
  /**
   * Serves TLS with this key and certificate, for workers that only speak `wss:`. `url` and `controlUrl` begin with `https:`.
   * The certificate must name the host of `url`.
   * @default plain HTTP
   */
  tls?: TlsOption;
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
   * Maximum of `max_inflight`, 1–10: `stream:ready` has this value when the worker asks for more (PROTOCOL §3).
   * @default 10
   */
  maxInflight?: number;
  /**
   * Maximum number of fragments in flight per stream; a further one gets `QUEUE_FULL` (PROTOCOL §6.5).
   * @default 20
   */
  queueLimit?: number;
  /**
   * Maximum number of consecutive `QUEUE_FULL`; a worker that sends another fragment is disconnected (PROTOCOL §6.5).
   * @default 50
   */
  queueFullLimit?: number;
  /**
   * How many sequence numbers, from the expected one on, are accepted out of order; with 0 every gap is an error at once
   * (PROTOCOL §6.3).
   * @default the stream's `max_inflight`
   */
  reorderWindow?: number;
  /**
   * Time from `stream:complete` to the server's disconnect, milliseconds (PROTOCOL §3).
   * @default 5000
   */
  autoCloseMs?: number;
  /**
   * How often the server pings each connection, milliseconds (PROTOCOL §1).
   * @default 25000
   */
  pingIntervalMs?: number;
  /**
   * How long the server waits for the reply to a ping, milliseconds (PROTOCOL §1).
   * @default 10000
   */
  pingTimeoutMs?: number;
  /**
   * Largest message, bytes. A larger one ends its connection (PROTOCOL §6.15) and is the violation `oversized-message`.
   * @default 52428800
   */
  maxMessageBytes?: number;
  /**
   * Maximum number of bytes that wait for a worker that does not read. A worker that lets more wait and reads nothing for a
   * second is disconnected; the `disconnect` note of the timeline and the violation `unread-backlog` say so.
   * @default the larger of 67108864 and the largest result × the `max_inflight` agreed with the worker
   */
  maxUnreadBytes?: number;
  /**
   * Which web pages may connect: `true` for any, or a list of origins. Node workers do not need it.
   * @default false
   */
  cors?: boolean | string | readonly string[];
  /**
   * The mock text of each result; `[ECHO]` is put before it (PROTOCOL §3). A fragment fails with `MODEL_ERROR` when the function
   * throws or does not return a string. The same is true of a function for `delayMs` or `when`.
   * @default fragment => `fragment ${fragment.sequenceNumber}`
   */
  transcript?: string | ((fragment: Fragment) => string);
  /**
   * The clock of delays, gap timeouts, the linger and rate windows: `'real'`, also while the runner's timers are faked;
   * `'global'`, the global timers, including the runner's fakes; or a `manualClock()` that the test moves. Sockets, heartbeats
   * and the timeouts of waits always use real time.
   * @default 'real'
   */
  clock?: 'real' | 'global' | ManualClock;
  /**
   * Timeout of `waitFor`, `waitForSession` and `idle` when they have no `timeoutMs`: milliseconds of real time, 0–2147483647, or
   * `Infinity` for no limit. The environment variable `ECHO_STS_WAIT_TIMEOUT_MS` overrides it.
   * @default 4000
   */
  waitTimeoutMs?: number;
  /**
   * How many entries the timeline keeps, and whether it keeps the audio itself, not only its size and hash.
   * @default { limit: 5000, audio: false }
   */
  timeline?: TimelineOption;
  /**
   * With `'strict'`, `verify()` rejects if a worker broke the protocol.
   * @default 'lenient'
   */
  conduct?: 'lenient' | 'strict';
  /**
   * Kinds of violations that are permitted and not listed.
   * @default []
   */
  allow?: readonly ViolationKind[];
  /**
   * With `'fail'`, `verify()` rejects because of what proved nothing: a rule, or a planned cut, refusal, restart or signal, that was used less
   * often than its `times`, and a `pause` or `slow_down` after which no fragment came. With `'report'` it is listed when `verify()` rejects for another reason,
   * and by the runners' plug-ins.
   * @default 'report'
   */
  vacuous?: 'report' | 'fail';
  /**
   * Checks that audio is what its fields say: the first bytes fit the `format`, and the samples last `duration_ms`, within 2 % or
   * 2 ms. Audio that does not fit is accepted, and is the violation `unfit-audio`.
   * @default false
   */
  audioCheck?: boolean;
  /**
   * Whether other processes of this machine can use the handle, with `connectEchoSts(sts.controlUrl)`: `true` for any process,
   * `{ token }` for those that know the token. Web pages and other machines never can.
   * @default false
   */
  control?: ControlOption;
}

/** Any free port, exactly this one, a list to try before any free one, or a free one of a range. */
export type PortOption = number | readonly number[] | PortRange;

/** Ports from the first to the last, both included, each 1024–65535, with `from` ≤ `to`. */
export interface PortRange {
  /** The first port. */
  from: number;
  /** The last port. */
  to: number;
}

/** Off, on for every process of this machine, or on for those that know the token. */
export type ControlOption = boolean | { token: string };

/** What the timeline keeps. */
export interface TimelineOption {
  /**
   * Maximum number of entries; the newest are kept, and 0 keeps none.
   * @default 5000
   */
  limit?: number;
  /**
   * Whether payloads keep their `data_base64`. Only `limit` then bounds the memory.
   * @default false
   */
  audio?: boolean;
}

/** A transport of Socket.IO. */
export type Transport = 'polling' | 'websocket';

/** Off, the levels of PROTOCOL §6.6, or your own levels, each a share of `max_inflight` that is in flight. */
export type BackpressureOption =
  | boolean
  | {
      /** @default 0.5 */
      low?: number;
      /** @default 0.7 */
      medium?: number;
      /** @default 0.9 */
      high?: number;
      /**
       * Milliseconds; sent with every action except `none`.
       * @default 500 with `slow_down`, 1000 with `pause`
       */
      recommendedDelayMs?: number;
    };

/** A token that the client must send as `auth: { token }`, or a function that gets what it sends: `true` accepts it. */
export type AuthOption =
  | { token: string }
  | ((
      auth: Readonly<Record<string, unknown>>,
      headers: Readonly<Record<string, unknown>>,
    ) => boolean | Promise<boolean>);
