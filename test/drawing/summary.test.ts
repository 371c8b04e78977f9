/** An entry of a timeline in a few words. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { visible } from '../../src/drawing/cells.js';
import { summarize } from '../../src/drawing/summary.js';
import type { EventName, TimelineEntry } from '../../src/timeline/entry.js';
import { junkEntry } from './junk.js';

describe('the summary of an entry', () => {
  it.each<[EventName, 'in' | 'out' | 'note', object, string]>([
    ['stream:init', 'in', { worker_id: 'w-1', max_inflight: 3 }, 'stream:init  worker w-1, max_inflight 3'],
    ['stream:init', 'in', { worker_id: 'w-1', config: {} }, 'stream:init  worker w-1'],
    [
      'fragment:data',
      'in',
      { sequence_number: 0, audio: { bytes: 4198, hash: '1f2e3d4c' } },
      'fragment:data  #0  4.1 KB 1f2e3d4c',
    ],
    [
      'fragment:data',
      'in',
      { sequence_number: 1, audio: { bytes: 812, hash: '00000000' } },
      'fragment:data  #1  812 B 00000000',
    ],
    [
      'fragment:data',
      'in',
      { sequence_number: 2, audio: { bytes: 5 * 2 ** 20, hash: 'ab12cd34' } },
      'fragment:data  #2  5.0 MB ab12cd34',
    ],
    ['fragment:ack', 'in', { fragment_id: 'f-0', status: 'applied' }, 'fragment:ack  f-0 applied'],
    [
      'fragment:ack',
      'out',
      { fragment_id: 'f-0', status: 'queued', queue_position: 2 },
      'fragment:ack  f-0 queued at 2',
    ],
    ['stream:pause', 'in', { stream_id: 'news', reason: 'too much' }, 'stream:pause  too much'],
    ['stream:resume', 'in', { stream_id: 'news' }, 'stream:resume'],
    ['stream:end', 'in', { stream_id: 'news', reason: '' }, 'stream:end'],
    [
      'config:error_simulation',
      'in',
      { enabled: true, rules: [{}], scope: 'server' },
      'config:error_simulation  on, 1 rule, scope server',
    ],
    [
      'config:error_simulation',
      'in',
      { enabled: false, stream_id: 'news' },
      'config:error_simulation  off, stream news',
    ],
    ['config:processing_delay', 'in', { delay_ms: 40 }, 'config:processing_delay  40 ms'],
    [
      'config:backpressure',
      'in',
      { enabled: true, threshold: 2, severity: 'high', action: 'pause' },
      'config:backpressure  on, high/pause, at 2 in flight',
    ],
    ['config:backpressure', 'in', { enabled: false }, 'config:backpressure  off'],
    ['simulate:disconnect', 'in', { delay_ms: 5, reason: 'test' }, 'simulate:disconnect  in 5 ms, reason test'],
    ['malformed', 'in', { event: 'fragment:data', payload: 7 }, 'fragment:data  malformed 7'],
    ['malformed', 'in', { event: 'stream:end', payload: { stream_id: 7 } }, 'stream:end  malformed { stream_id: 7 }'],
    ['malformed', 'in', { event: 'fragment:data', payload: {} }, 'fragment:data  malformed {}'],
    ['malformed', 'in', { event: 'fragment:data', payload: 'f-0\n' }, 'fragment:data  malformed f-0\\n'],
    [
      'malformed',
      'in',
      {
        event: 'fragment:ack',
        payload: { fragment_id: 'f-0', stream_id: 'news', status: 7, timestamp: '\u0007', a: {} },
      },
      "fragment:ack  malformed { fragment_id: 'f-0', status: 7, timestamp: '\\u0007', a: an object }",
    ],
    ['unknown', 'in', { event: 'fragment:\ndate', payload: 7 }, 'fragment:\\ndate  unknown'],
    ['stream:ready', 'out', { max_inflight: 3 }, 'stream:ready  max_inflight 3'],
    [
      'fragment:processed',
      'out',
      { sequence_number: 0, status: 'success', processing_time_ms: 40 },
      'fragment:processed  #0 success 40 ms',
    ],
    [
      'fragment:processed',
      'out',
      { sequence_number: 5, status: 'failed', error: { code: 'TIMEOUT', retryable: true } },
      'fragment:processed  #5 failed TIMEOUT (retryable)',
    ],
    [
      'fragment:processed',
      'out',
      { sequence_number: 5, status: 'partial', error: { code: 'MODEL_ERROR', retryable: false, stage: 'tts' } },
      'fragment:processed  #5 partial MODEL_ERROR in tts (final)',
    ],
    [
      'fragment:processed',
      'out',
      { sequence_number: '5', processing_time_ms: 40 },
      'fragment:processed  #5 no status 40 ms',
    ],
    [
      'stream:complete',
      'out',
      { total_fragments: 3, statistics: { success_count: 2, partial_count: 1, failed_count: 0 } },
      'stream:complete  3 fragments (2 success, 1 partial)',
    ],
    [
      'stream:complete',
      'out',
      { total_fragments: 0, statistics: { success_count: 0 } },
      'stream:complete  0 fragments',
    ],
    [
      'backpressure',
      'out',
      { severity: 'high', action: 'pause', current_inflight: 4 },
      'backpressure  high/pause, 4 in flight',
    ],
    [
      'backpressure',
      'out',
      { severity: 'medium', action: 'slow_down', current_inflight: 4, recommended_delay_ms: 500 },
      'backpressure  medium/slow_down, 4 in flight, wait 500 ms',
    ],
    [
      'error',
      'out',
      { code: 'INVALID_SEQUENCE', message: 'sequence_number 7 is too far ahead', severity: 'error' },
      'error  INVALID_SEQUENCE: sequence_number 7 is too far ahead',
    ],
    ['error', 'out', { code: 'AUTH_FAILED', message: 'no', severity: 'fatal' }, 'error  AUTH_FAILED (fatal): no'],
    [
      'config:error_simulation:ack',
      'out',
      { status: 'accepted', rules_count: 2 },
      'config:error_simulation:ack  accepted, 2 rules',
    ],
    [
      'config:processing_delay:ack',
      'out',
      { status: 'accepted', delay_ms: 40 },
      'config:processing_delay:ack  accepted, 40 ms',
    ],
    [
      'config:backpressure:ack',
      'out',
      { status: 'rejected', message: '`threshold`: too low' },
      'config:backpressure:ack  rejected, `threshold`: too low',
    ],
    [
      'simulate:disconnect:ack',
      'out',
      { status: 'scheduled', message: 'in 5 ms' },
      'simulate:disconnect:ack  scheduled, in 5 ms',
    ],
    ['connect', 'note', {}, 'connect'],
    ['connect', 'note', { workerId: 'w-1', streamId: 'news' }, 'connect  worker w-1, stream news'],
    ['disconnect', 'note', { by: 'worker', reason: 'transport close' }, 'disconnect  by the worker: transport close'],
    ['hang-up', 'note', { reason: 'the stream is complete' }, 'hang-up  the stream is complete'],
    ['cut', 'note', { at: 'after-ack', how: 'reset' }, 'cut  after-ack, reset'],
    [
      'rule',
      'note',
      { rule: 'rule 2 ({ sequenceNumber: 5 } → TIMEOUT)', sequenceNumber: 5 },
      'rule  #5 rule 2 ({ sequenceNumber: 5 } → TIMEOUT)',
    ],
    ['gap', 'note', { missingSequenceNumbers: [3, 4] }, 'gap  #3, #4 never arrived'],
    [
      'gap',
      'note',
      { missingSequenceNumbers: Array.from({ length: 100 }, (_, at) => at) },
      'gap  #0, #1, #2, #3, #4, #5, #6, #7, 92 more never arrived',
    ],
    [
      'violation',
      'note',
      { kind: 'resent-success', message: 'Fragment 1 came again.' },
      'violation  resent-success: Fragment 1 came again.',
    ],
    ['unclaimed', 'note', { workerId: 'w-1' }, 'unclaimed  worker w-1: no scope claims its stream'],
    ['restart', 'note', { downForMs: 500 }, 'restart  down for 500 ms'],
  ])('%s (%s) of %j', (event, direction, payload, expected) => {
    expect(summarize(entryOf(event, direction, payload))).toBe(expected);
  });

  it('names the fragment by the number that the fixture knows', () => {
    const entry = { ...entryOf('fragment:ack', 'in', { fragment_id: 'f-0', status: 'received' }), sequenceNumber: 4 };
    expect(summarize(entry)).toBe('fragment:ack  #4 received');
  });

  it('says of damaged payloads what is missing', () => {
    const shown = (event: EventName, payload: unknown) => summarize(entryOf(event, 'in', payload));
    expect(shown('fragment:data', { sequence_number: null, audio: 'none' })).toBe('fragment:data  ?  ? B ?');
    expect(shown('fragment:data', undefined)).toBe('fragment:data  ?  ? B ?');
    expect(shown('stream:init', { worker_id: '', max_inflight: [3] })).toBe(
      'stream:init  worker an empty string, max_inflight a list',
    );
    expect(shown('malformed', { event: {} })).toBe('an object  malformed');
    const huge = Object.fromEntries(Array.from({ length: 50 }, (_, at) => [`${'x'.repeat(40)}${at}`, 'y'.repeat(40)]));
    expect(shown('malformed', { event: 'stream:init', payload: huge }).length).toBeLessThan(200);
    expect(shown('error', { code: 'x'.repeat(1e6), message: 'y'.repeat(1e6) }).length).toBeLessThan(400);
  });

  it('is one visible line, whatever the payload is', () => {
    fc.assert(
      fc.property(junkEntry, (entry) => {
        const said = summarize(entry);
        expect(visible(said)).toBe(said);
        expect(said).not.toBe('');
      }),
      { numRuns: 2000 },
    );
  });
});

function entryOf(event: EventName, direction: TimelineEntry['direction'], payload: unknown): TimelineEntry {
  return { n: 1, atMs: 0, direction, event, streamId: 'news', payload } as unknown as TimelineEntry;
}
