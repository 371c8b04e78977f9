/** Tells a timeline for the tests of its formats, as a fixture would record it. */

import type { EventName, TimelineEntry } from '../../src/timeline/entry.js';

type Extras = Partial<Pick<TimelineEntry, 'sequenceNumber' | 'cause' | 'streamId' | 'sessionId'>>;

const START_MS = 1_760_000_000_000;

/** One stream on one session; `entries` collects what several tellers tell. */
export class Teller {
  constructor(
    readonly entries: TimelineEntry[],
    readonly streamId = 'news',
    readonly sessionId = 'session-1',
    readonly workerId = 'w-1',
  ) {}

  /** The number of the newest entry. */
  get n(): number {
    return this.entries.length;
  }

  tell<Name extends EventName>(
    atMs: number,
    direction: TimelineEntry<Name>['direction'],
    event: Name,
    payload: TimelineEntry<Name>['payload'],
    extras: Extras = {},
  ): number {
    const { streamId, sessionId } = this;
    const entry = { n: this.n + 1, atMs: START_MS + atMs, direction, event, streamId, sessionId, ...extras, payload };
    this.entries.push(entry as unknown as TimelineEntry);
    return this.n;
  }

  begins(atMs: number, maxInflight = 3): void {
    const { streamId, sessionId, workerId } = this;
    this.tell(atMs, 'note', 'connect', { workerId }, { streamId: '' });
    const init = { stream_id: streamId, worker_id: workerId, config: {}, max_inflight: maxInflight };
    const entry = this.tell(atMs + 2, 'in', 'stream:init', init);
    const capabilities = { batch_processing: false, async_delivery: true };
    const ready = { stream_id: streamId, session_id: sessionId, max_inflight: maxInflight, capabilities };
    this.tell(atMs + 3, 'out', 'stream:ready', ready, { cause: { entry } });
  }

  sends(atMs: number, sequenceNumber: number, fragmentId = `f-${sequenceNumber}`): number {
    const hash = (0x1f2e3d4c + sequenceNumber * 7919).toString(16);
    const audio = { sample_rate_hz: 48_000, channels: 2, duration_ms: 6000, bytes: 4180 + sequenceNumber * 97, hash };
    const ids = { fragment_id: fragmentId, stream_id: this.streamId, sequence_number: sequenceNumber };
    return this.tell(atMs, 'in', 'fragment:data', { ...ids, timestamp: START_MS, audio }, { sequenceNumber });
  }

  hearsAck(atMs: number, sequenceNumber: number, entry: number, position = 0): void {
    const ack = { fragment_id: `f-${sequenceNumber}`, status: 'queued', queue_position: position } as const;
    const payload = { ...ack, estimated_completion_ms: 40 };
    this.tell(atMs, 'out', 'fragment:ack', payload, { sequenceNumber, cause: { entry } });
  }

  hearsResult(
    atMs: number,
    sequenceNumber: number,
    cause: NonNullable<TimelineEntry['cause']>,
    failure?: TimelineEntry<'fragment:processed'>['payload']['error'],
  ): number {
    const outcome =
      failure === undefined ? ({ status: 'success' } as const) : { status: 'failed' as const, error: failure };
    const payload = {
      fragment_id: `f-${sequenceNumber}`,
      stream_id: this.streamId,
      sequence_number: sequenceNumber,
      ...outcome,
      processing_time_ms: 40,
      stage_timings: { asr_ms: 16, translation_ms: 8, tts_ms: 16 },
      metadata: { asr_model: 'echo-mock', translation_model: 'echo-mock', tts_model: 'echo-mock' },
    };
    return this.tell(atMs, 'out', 'fragment:processed', payload, { sequenceNumber, cause });
  }

  hearsPace(atMs: number, action: 'pause' | 'slow_down' | 'none', inflight: number, entry: number): void {
    const severity = ({ pause: 'high', slow_down: 'medium', none: 'low' } as const)[action];
    const wait = { pause: { recommended_delay_ms: 1000 }, slow_down: { recommended_delay_ms: 500 }, none: {} }[action];
    const payload = { stream_id: this.streamId, severity, action, current_inflight: inflight, queue_depth: 0, ...wait };
    this.tell(atMs, 'out', 'backpressure', payload, { cause: { entry } });
  }

  ends(atMs: number, counts: { total: number; success: number; failed: number }): void {
    const entry = this.tell(atMs, 'in', 'stream:end', { stream_id: this.streamId });
    const statistics = {
      success_count: counts.success,
      partial_count: 0,
      failed_count: counts.failed,
      avg_processing_time_ms: 40,
      p95_processing_time_ms: 40,
    };
    const payload = { stream_id: this.streamId, total_fragments: counts.total, total_duration_ms: atMs, statistics };
    this.tell(atMs + 1, 'out', 'stream:complete', payload, { cause: { entry } });
  }
}

const TIMEOUT = { code: 'TIMEOUT', message: 'Simulated error', retryable: true, stage: 'asr' } as const;

/** A stream as it should be, except for a TIMEOUT that is retried, a pause that is not heeded, and a gap too wide. */
export function streamWithTrouble(): TimelineEntry[] {
  const worker = new Teller([]);
  worker.begins(0, 2);
  const sent = [0, 1].map((number) => {
    const entry = worker.sends(5 + number, number);
    worker.hearsAck(5 + number, number, entry, number);
    return entry;
  });
  const rule = 'rule 2 ({ sequenceNumber: 2 } → TIMEOUT)';
  const third = worker.sends(8, 2);
  worker.tell(
    8,
    'note',
    'rule',
    { rule, fragmentId: 'f-2', sequenceNumber: 2 },
    { sequenceNumber: 2, cause: { entry: third } },
  );
  const message =
    'Fragment 2 came while 2 were in flight, the `max_inflight` of this stream; wait for a `fragment:processed` first.';
  worker.tell(
    8,
    'note',
    'violation',
    { kind: 'exceeded-max-inflight', message },
    { sequenceNumber: 2, cause: { entry: third } },
  );
  worker.hearsAck(8, 2, third, 2);
  worker.hearsPace(8, 'pause', 3, third);
  const first = worker.hearsResult(45, 0, { entry: sent[0] ?? 0, delayMs: 40 });
  worker.hearsPace(45, 'none', 2, first);
  worker.hearsResult(46, 1, { entry: sent[1] ?? 0, delayMs: 40 });
  worker.hearsResult(48, 2, { entry: third, rule, delayMs: 40 }, TIMEOUT);
  worker.tell(49, 'in', 'fragment:ack', { fragment_id: 'f-0', status: 'applied', timestamp: START_MS + 49 });
  const retry = worker.sends(150, 2);
  worker.hearsAck(150, 2, retry);
  worker.hearsResult(190, 2, { entry: retry, delayMs: 40 });
  const ahead = worker.sends(191, 7);
  worker.tell(
    191,
    'note',
    'violation',
    { kind: 'skipped-sequence-number', message: 'Expected number 3, got 7.' },
    { sequenceNumber: 7, cause: { entry: ahead } },
  );
  const error = {
    error_id: 'session-1/1',
    stream_id: 'news',
    fragment_id: 'f-7',
    code: 'INVALID_SEQUENCE',
    message: 'sequence_number 7 is too far ahead: expected 3 to 4; send the missing fragments first.',
    severity: 'error',
    retryable: false,
  } as const;
  worker.tell(191, 'out', 'error', error, { sequenceNumber: 7, cause: { entry: ahead } });
  worker.ends(195, { total: 3, success: 3, failed: 1 });
  worker.tell(5196, 'note', 'hang-up', { reason: 'the stream is complete' });
  worker.tell(5197, 'note', 'disconnect', { reason: 'server namespace disconnect', by: 'fixture' });
  return worker.entries;
}

/** A connection that is reset in mid-stream, and the worker that comes back with the same stream. */
export function cutAndReconnect(): TimelineEntry[] {
  const entries: TimelineEntry[] = [];
  const before = new Teller(entries);
  before.begins(0);
  const sent = before.sends(5, 0);
  before.hearsAck(5, 0, sent);
  before.tell(
    5,
    'note',
    'cut',
    { at: 'after-ack', how: 'reset' },
    { sequenceNumber: 0, cause: { entry: sent, cut: 'after-ack' } },
  );
  before.tell(6, 'note', 'disconnect', { reason: 'transport error', by: 'fixture' });
  const after = new Teller(entries, 'news', 'session-2');
  after.begins(1020);
  const again = after.sends(1030, 0);
  after.hearsAck(1030, 0, again);
  after.hearsResult(1080, 0, { entry: again, fault: 'late', delayMs: 50 });
  after.ends(1085, { total: 1, success: 1, failed: 0 });
  after.tell(1086, 'note', 'disconnect', { reason: 'transport close', by: 'worker' });
  return entries;
}

/** Two streams at the same time, a restart and a connection that never begins one. */
export function twoStreams(): TimelineEntry[] {
  const entries: TimelineEntry[] = [];
  const news = new Teller(entries, 'channel-4f1c77aa-news-evening-en', 'session-1', 'w-1');
  const sports = new Teller(entries, 'channel-4f1c77aa-sports-evening-en', 'session-2', 'w-2');
  news.begins(0);
  sports.begins(3, 1);
  const [first, second] = [news.sends(6, 0), sports.sends(7, 0)];
  news.hearsAck(7, 0, first);
  sports.hearsAck(7, 0, second);
  const malformed = sports.tell(9, 'in', 'malformed', { event: 'fragment:data', payload: { fragment_id: 7 } });
  const message = '`fragment_id`: expected a non-empty string, got 7.';
  sports.tell(9, 'note', 'violation', { kind: 'invalid-payload', message }, { cause: { entry: malformed } });
  news.tell(12, 'in', 'unknown', { event: 'fragment:date', payload: {} });
  news.hearsResult(47, 0, { entry: first, delayMs: 40 });
  sports.hearsResult(47, 0, { entry: second, rule: 'rule 1 ({ streamId: "sports" } → malformed)', fault: 'malformed' });
  new Teller(entries, '', 'session-3').tell(50, 'note', 'connect', {});
  news.ends(60, { total: 1, success: 1, failed: 0 });
  const restart = {
    n: entries.length + 1,
    atMs: START_MS + 70,
    direction: 'note',
    event: 'restart',
    streamId: '',
  } as const;
  return [...entries, { ...restart, payload: { downForMs: 500 } }];
}

/** Ids that are wide, long, or do something to a terminal or to mermaid. */
export function strangeIds(): TimelineEntry[] {
  const entries: TimelineEntry[] = [];
  const ids = [
    'end',
    'ニュース・イブニング・東京チャンネル',
    '📺🏳️‍🌈',
    'two\nlines',
    '\u001b[31mred',
    'a;b#c<d>"e"%%{f}\\n',
    'x'.repeat(100),
  ];
  ids.forEach((id, at) => {
    const worker = new Teller(entries, id, `session-${at}`, `w-${id}`);
    worker.begins(at * 10);
    const entry = worker.tell(at * 10 + 5, 'in', 'unknown', { event: id, payload: {} });
    const message = `No event is called ${JSON.stringify(id)}; classDef style: wrap: #1;`;
    worker.tell(at * 10 + 5, 'note', 'violation', { kind: 'unknown-event', message }, { cause: { entry } });
    worker.tell(at * 10 + 6, 'in', 'fragment:ack', { fragment_id: id, status: 'received', timestamp: 0 });
  });
  return entries;
}
