/** What each option of `createEchoSts` is when it is left out: checks, flags and pages read it here. */

import { DEFAULT_LOAD_LEVELS } from '../core/backpressure.js';
import { DEFAULT_SETTINGS } from '../core/settings.js';
import type { BackpressureOption, EchoStsOptions } from './options.js';

/** Those of a session are the core's. Five have none: `seed`, `auth`, `tls`, `reorderWindow` and `maxUnreadBytes`. */
export const DEFAULT_OPTIONS = {
  delayMs: DEFAULT_SETTINGS.delayMs,
  capacity: DEFAULT_SETTINGS.capacity,
  backpressure: false,
  errorRules: [],
  cuts: [],
  refusals: [],
  restarts: [],
  signals: [],
  maxConnections: Number.POSITIVE_INFINITY,
  maxFragmentsPerMinute: DEFAULT_SETTINGS.maxFragmentsPerMinute,
  host: '127.0.0.1',
  port: 0,
  paths: ['/socket.io/', '/ws/sts'],
  transports: ['polling', 'websocket'],
  maxInflight: DEFAULT_SETTINGS.maxInflight,
  queueLimit: DEFAULT_SETTINGS.queueLimit,
  queueFullLimit: DEFAULT_SETTINGS.queueFullLimit,
  autoCloseMs: DEFAULT_SETTINGS.autoCloseMs,
  pingIntervalMs: 25_000,
  pingTimeoutMs: 10_000,
  maxMessageBytes: 52_428_800,
  cors: false,
  transcript: DEFAULT_SETTINGS.transcript,
  clock: 'real',
  // Below the 5 s that test runners give a test by default.
  waitTimeoutMs: 4000,
  timeline: { limit: 5000, audio: false },
  conduct: 'lenient',
  allow: [],
  vacuous: 'report',
  audioCheck: false,
  control: false,
} as const satisfies Omit<Required<EchoStsOptions>, 'seed' | 'auth' | 'tls' | 'reorderWindow' | 'maxUnreadBytes'>;

/** Of `backpressure: {}`; each delay that is recommended is that of its level. */
export const DEFAULT_LEVELS = {
  low: DEFAULT_LOAD_LEVELS.low,
  medium: DEFAULT_LOAD_LEVELS.medium,
  high: DEFAULT_LOAD_LEVELS.high,
} as const satisfies BackpressureOption;
