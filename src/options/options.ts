/** The options of `createEchoSts`: what they mean and what they are when left out. */

import type { ManualClock } from '../clock/manual-clock.js';
import type { ViolationKind } from '../core/violations.js';
import type { DelayPlan, Fragment } from '../core/vocabulary.js';
import type { ErrorRule } from './error-rules.js';
import type { TlsOption } from './tls.js';

/** All optional. A wrong one makes `createEchoSts` throw an `EchoStsError` with the code `INVALID_OPTION`. */
export interface EchoStsOptions {
  /**
   * Processing time of each fragment, milliseconds, 0–600000: a number, `{ min, max }` evenly spread, `{ p50, p99 }`
   * log-normal, or a function of the fragment (PROTOCOL §6.2).
   * @default 0
   */
  delayMs?: DelayPlan;
  /**
   * How many fragments of a stream are processed at once; the others wait, first come, first served.
   * @default Infinity
   */
  capacity?: number;
  /**
   * Simulated backpressure: `true` for the levels of PROTOCOL §6.6, or levels of your own as in flight / `max_inflight`.
   * @default false
   */
  backpressure?: BackpressureOption;
  /**
   * What goes wrong with which fragments; more can be added while the fixture runs.
   * @default []
   */
  errorRules?: readonly ErrorRule[];
  /**
   * What chance is drawn from: the same seed and the same worker behaviour give the same faults. The environment
   * variable `ECHO_STS_SEED` overrides it.
   * @default a random one, shown as `seed` of the handle
   */
  seed?: string | number;
  /**
   * Refuses connections without this token in `auth.token`, or those for which the function does not answer true.
   * @default every connection is accepted
   */
  auth?: AuthOption;
  /**
   * More connections than this are refused with `RATE_LIMIT`.
   * @default Infinity
   */
  maxConnections?: number;
  /**
   * More fragments of a stream than this in any minute get `RATE_LIMIT`.
   * @default Infinity
   */
  maxFragmentsPerMinute?: number;
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
   * Serves TLS with this key and certificate, for workers that speak `wss:` alone: `url` and `controlUrl` begin with `https:`.
   * The certificate has to name the host of `url`.
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
   * Largest message, bytes; a larger one ends its connection (PROTOCOL §6.15), and is the violation `oversized-message`.
   * @default 52428800
   */
  maxMessageBytes?: number;
  /**
   * So many bytes may wait for a worker that does not read. One that lets more wait, and reads nothing for a second, is
   * disconnected; the `disconnect` note of the timeline says so, and the violation `unread-backlog`.
   * @default the larger of 67108864 and the largest result × the `max_inflight` agreed with the worker
   */
  maxUnreadBytes?: number;
  /**
   * Which web pages may connect: `true` for any, or the origins by name. Node workers need none.
   * @default false
   */
  cors?: boolean | string | readonly string[];
  /**
   * The mock text of each result, without the mark `[ECHO]` that is put before it (PROTOCOL §3). A function that
   * throws, or answers with something else such as a promise, makes the fragment fail with `MODEL_ERROR`, and so does one for
   * `delayMs` or `when`.
   * @default fragment => `fragment ${fragment.sequenceNumber}`
   */
  transcript?: string | ((fragment: Fragment) => string);
  /**
   * Which time delays, gap timeouts, the linger and rate windows follow: `'real'`, also while the runner's timers are
   * faked; `'global'`, the global timers with whatever a runner puts in their place; or a `manualClock()` that the test
   * moves. Sockets, heartbeats and the timeouts of waits keep real time.
   * @default 'real'
   */
  clock?: 'real' | 'global' | ManualClock;
  /**
   * How long a wait takes at most, milliseconds of real time, 0–2147483647, or `Infinity` for ever: `waitFor`, `waitForSession`
   * and `idle` without a `timeoutMs` of their own. The environment variable `ECHO_STS_WAIT_TIMEOUT_MS` overrides it.
   * @default 4000
   */
  waitTimeoutMs?: number;
  /**
   * How many entries the timeline keeps, and whether with the audio itself rather than its size and hash.
   * @default { limit: 5000, audio: false }
   */
  timeline?: TimelineOption;
  /**
   * With `'strict'`, `verify()` fails on any violation of the worker's.
   * @default 'lenient'
   */
  conduct?: 'lenient' | 'strict';
  /**
   * Kinds of violations that are excused, as if they had not been.
   * @default []
   */
  allow?: readonly ViolationKind[];
  /**
   * With `'fail'`, `verify()` fails on what has proved nothing: a rule or a cut that hit, and less often than its `times`, and a
   * `pause` or `slow_down` after which no fragment came. Without, it is listed where `verify()` fails anyway, and by the runners.
   * @default 'report'
   */
  vacuous?: 'report' | 'fail';
  /**
   * Whether audio has to be what its fields say: by its first bytes of the `format`, and samples as long as `duration_ms`, to
   * 2 % or 2 ms. What is not is taken all the same, and is the violation `unfit-audio`.
   * @default false
   */
  audioCheck?: boolean;
  /**
   * Whether other processes of this machine may hold the same handle, with `connectEchoSts(sts.controlUrl)`: `true` for
   * any of them, `{ token }` for those that know it. Never a web page, and never another machine.
   * @default false
   */
  control?: ControlOption;
}

/** Off, for every process of this machine, or for those that know the token. */
export type ControlOption = boolean | { token: string };

/** What the timeline keeps. */
export interface TimelineOption {
  /**
   * At most so many entries, the newest; 0 keeps none.
   * @default 5000
   */
  limit?: number;
  /**
   * Whether payloads keep their `data_base64`; memory is then bounded by `limit` alone.
   * @default false
   */
  audio?: boolean;
}

/** How a connection may carry messages. */
export type Transport = 'polling' | 'websocket';

/** Off, the levels of PROTOCOL §6.6, or levels of your own: each a share of `max_inflight` that is in flight. */
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
       * Milliseconds, told with every action but `none`.
       * @default 500 with `slow_down`, 1000 with `pause`
       */
      recommendedDelayMs?: number;
    };

/** A token that the client has to send as `auth: { token }`, or a function that looks at all it sends: true lets it in. */
export type AuthOption =
  | { token: string }
  | ((
      auth: Readonly<Record<string, unknown>>,
      headers: Readonly<Record<string, unknown>>,
    ) => boolean | Promise<boolean>);
