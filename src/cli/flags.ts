/** The flags of the options: what each sets, its syntax, its purpose, and its default. A table. */

import { DEFAULT_LEVELS, DEFAULT_OPTIONS } from '../options/defaults.js';
import type { EchoStsOptions } from '../options/options.js';
import { type Flag, file, onOff, planned, row, shown } from './flag.js';
import { clock, delay, entries, list, number, origins, pairs, plainText, port } from './text-values.js';

/** The port of a server without a command: known before it starts, so that a worker can be configured with it. */
export const STANDALONE_PORT = 8000;

/** The flags of each option. */
export const OPTION_FLAGS: { readonly [Option in keyof Required<EchoStsOptions>]: readonly Flag[] } = {
  host: [
    row('host', 'ADDRESS', plainText, 'The address to listen on; 0.0.0.0 for every interface.', DEFAULT_OPTIONS.host),
  ],
  port: [
    {
      ...row(
        'port',
        'PORT[,PORT…] | FROM-TO',
        port,
        '0 for a free port; several to try first; FROM-TO for a free port of a range.',
        `${STANDALONE_PORT}; ${DEFAULT_OPTIONS.port} before a command`,
      ),
      short: 'p',
    },
  ],
  tls: [
    file('tls-key', 'key', 'Serve TLS: the private key, PEM; requires --tls-cert.'),
    file('tls-cert', 'cert', 'The certificate for --tls-key, PEM.'),
  ],
  delayMs: [
    row(
      'delay-ms',
      'MS | MIN..MAX | p50=MS,p99=MS',
      delay,
      'Processing time of each fragment, such as 40 or 20..60.',
      shown(DEFAULT_OPTIONS.delayMs),
    ),
  ],
  capacity: [
    row(
      'capacity',
      'N',
      number,
      'Maximum number of fragments of a stream that are processed at once.',
      shown(DEFAULT_OPTIONS.capacity),
    ),
  ],
  backpressure: [
    onOff(
      'backpressure',
      'Signal backpressure by the number of fragments in flight.',
      shown(DEFAULT_OPTIONS.backpressure),
    ),
    {
      ...row(
        'backpressure-levels',
        'low=SHARE,medium=SHARE,high=SHARE,recommendedDelayMs=MS',
        pairs('low', 'medium', 'high', 'recommendedDelayMs'),
        'The same, with your own levels; each is optional.',
        shown(DEFAULT_LEVELS),
      ),
      part: 'levels',
    },
  ],
  errorRules: [
    {
      ...row(
        'error-rule',
        'JSON',
        entries('error rule'),
        'A fault, such as {"when":{"sequenceNumber":5},"code":"TIMEOUT"}. May be repeated.',
        shown(DEFAULT_OPTIONS.errorRules),
      ),
      isRepeated: true,
    },
  ],
  cuts: [planned('cut', 'Where a connection breaks, such as {"at":"after-ack","how":"reset"}. May be repeated.')],
  refusals: [planned('refusal', 'Which attempts to connect are refused, such as {"times":2}. May be repeated.')],
  restarts: [planned('restart', 'Where the server restarts, such as {"at":"after-ready"}. May be repeated.')],
  signals: [
    planned('signal', 'A backpressure: {"at":"after-ack","severity":"high","action":"pause"}. May be repeated.'),
  ],
  seed: [row('seed', 'TEXT', plainText, 'The seed of all chance; ECHO_STS_SEED overrides it.', 'a random one')],
  transcript: [row('transcript', 'TEXT', plainText, 'The mock text of each result.', 'fragment N')],
  maxInflight: [
    row('max-inflight', 'N', number, 'Maximum of max_inflight, 1 to 10.', shown(DEFAULT_OPTIONS.maxInflight)),
  ],
  queueLimit: [
    row(
      'queue-limit',
      'N',
      number,
      'Maximum number of fragments in flight per stream; further ones get QUEUE_FULL.',
      shown(DEFAULT_OPTIONS.queueLimit),
    ),
  ],
  queueFullLimit: [
    row(
      'queue-full-limit',
      'N',
      number,
      'Maximum number of consecutive QUEUE_FULL; then the worker is disconnected.',
      shown(DEFAULT_OPTIONS.queueFullLimit),
    ),
  ],
  reorderWindow: [
    row(
      'reorder-window',
      'N',
      number,
      'How many sequence numbers are accepted out of order; 0 for none.',
      'max_inflight of the stream',
    ),
  ],
  maxFragmentsPerMinute: [
    row(
      'max-fragments-per-minute',
      'N',
      number,
      'Maximum number of fragments of a stream per minute; further ones get RATE_LIMIT.',
      shown(DEFAULT_OPTIONS.maxFragmentsPerMinute),
    ),
  ],
  autoCloseMs: [
    row(
      'auto-close-ms',
      'MS',
      number,
      'Time from stream:complete to the disconnect.',
      shown(DEFAULT_OPTIONS.autoCloseMs),
    ),
  ],
  auth: [
    {
      ...row('auth-token', 'TOKEN', plainText, 'Refuse connections without this token in auth.token.', 'none'),
      part: 'token',
    },
  ],
  maxConnections: [
    row(
      'max-connections',
      'N',
      number,
      'Maximum number of connections; further ones are refused with RATE_LIMIT.',
      shown(DEFAULT_OPTIONS.maxConnections),
    ),
  ],
  paths: [row('paths', 'PATH,…', list, 'Where Socket.IO is served.', shown(DEFAULT_OPTIONS.paths))],
  transports: [
    row(
      'transports',
      'NAME,…',
      list,
      'Permitted transports; websocket refuses polling.',
      shown(DEFAULT_OPTIONS.transports),
    ),
  ],
  pingIntervalMs: [
    row(
      'ping-interval-ms',
      'MS',
      number,
      'How often each connection is pinged.',
      shown(DEFAULT_OPTIONS.pingIntervalMs),
    ),
  ],
  pingTimeoutMs: [
    row('ping-timeout-ms', 'MS', number, 'Timeout for the reply to a ping.', shown(DEFAULT_OPTIONS.pingTimeoutMs)),
  ],
  maxMessageBytes: [
    row('max-message-bytes', 'BYTES', number, 'Largest message.', shown(DEFAULT_OPTIONS.maxMessageBytes)),
  ],
  maxUnreadBytes: [
    row(
      'max-unread-bytes',
      'BYTES',
      number,
      'Maximum number of bytes that wait for a worker that does not read.',
      '67108864 or max_inflight results',
    ),
  ],
  cors: [row('cors', '* | ORIGIN,…', origins, 'Which web pages may connect.', 'none')],
  clock: [
    row(
      'clock',
      'real | manual',
      clock,
      'The clock of delays and timeouts; manual requires --control.',
      DEFAULT_OPTIONS.clock,
    ),
  ],
  waitTimeoutMs: [
    row(
      'wait-timeout-ms',
      'MS',
      number,
      'Timeout of waits, or Infinity; ECHO_STS_WAIT_TIMEOUT_MS overrides it.',
      shown(DEFAULT_OPTIONS.waitTimeoutMs),
    ),
  ],
  timeline: [
    {
      ...row(
        'timeline-limit',
        'N',
        number,
        'Maximum number of entries in the timeline.',
        shown(DEFAULT_OPTIONS.timeline.limit),
      ),
      part: 'limit',
    },
    {
      ...onOff('timeline-audio', 'Keep the audio in the timeline.', shown(DEFAULT_OPTIONS.timeline.audio)),
      part: 'audio',
    },
  ],
  conduct: [
    row(
      'conduct',
      'lenient | strict',
      plainText,
      'With strict, violations make verify() reject, and a command that passes exit with 1.',
      DEFAULT_OPTIONS.conduct,
    ),
  ],
  allow: [row('allow', 'KIND,…', list, 'Violations that are permitted.', shown(DEFAULT_OPTIONS.allow))],
  vacuous: [
    row(
      'vacuous',
      'report | fail',
      plainText,
      'With fail, what proved nothing makes verify() reject, and a command that passes exit with 1.',
      DEFAULT_OPTIONS.vacuous,
    ),
  ],
  audioCheck: [
    onOff('audio-check', 'Check that audio has its stated format and length.', shown(DEFAULT_OPTIONS.audioCheck)),
  ],
  control: [
    onOff(
      'control',
      'Let programs of this machine control the server, and read /sessions.',
      shown(DEFAULT_OPTIONS.control),
    ),
    {
      ...row(
        'control-token',
        'TOKEN',
        plainText,
        'The same, for programs that know the token.',
        'none; a random one before a command',
      ),
      part: 'token',
    },
  ],
};
