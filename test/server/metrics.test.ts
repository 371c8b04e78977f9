/** What is counted, and how it is told in the format of Prometheus. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Message } from '../../src/core/protocol.js';
import { PROCESSING_BOUNDS_MS, Tally } from '../../src/record/tally.js';
import { Exposition } from '../../src/server/metrics.js';

const IDLE = { connections: 0, streams: 0, inflight: 0, queueDepth: 0 };

const processed = (processingTimeMs: number, more: object = {}) =>
  ({ kind: 'fragment:processed', status: 'success', processingTimeMs, ...more }) as Message;

/** Each line that is no comment: name → value. */
function valuesOf(text: string): Record<string, number> {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return Object.fromEntries(
    lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ')))]),
  );
}

describe('the metrics', () => {
  it('tell all, with their types, before anything has happened', async () => {
    const text = await new Exposition().text(new Tally().take(), IDLE);
    const types = [...text.matchAll(/^# TYPE (\w+) (\w+)$/gm)].map(([, name, type]) => `${name} ${type}`);
    expect(types.sort()).toEqual([
      'ws_active_connections gauge',
      'ws_active_streams gauge',
      'ws_connections_refused_total counter',
      'ws_errors_total counter',
      'ws_fragment_processing_ms histogram',
      'ws_fragments_inflight gauge',
      'ws_fragments_processed_total counter',
      'ws_queue_depth gauge',
    ]);
    expect(valuesOf(text)).toMatchObject({
      'ws_fragments_processed_total{status="success"}': 0,
      'ws_fragments_processed_total{status="partial"}': 0,
      'ws_fragments_processed_total{status="failed"}': 0,
      ws_fragment_processing_ms_count: 0,
    });
  });

  it('tell how things stand', async () => {
    const load = { connections: 4, streams: 3, inflight: 2, queueDepth: 1 };
    const exposition = new Exposition();
    await exposition.text(new Tally().take(), { connections: 9, streams: 9, inflight: 9, queueDepth: 9 });
    expect(valuesOf(await exposition.text(new Tally().take(), load))).toMatchObject({
      ws_active_connections: 4,
      ws_active_streams: 3,
      ws_fragments_inflight: 2,
      ws_queue_depth: 1,
    });
  });

  it('go on counting from one look to the next', async () => {
    const [tally, exposition] = [new Tally(), new Exposition()];
    tally.said(processed(3));
    tally.said(processed(40, { status: 'failed', error: { code: 'TIMEOUT' } }));
    await exposition.text(tally.take(), IDLE);
    tally.said(processed(40, { status: 'partial', error: { code: 'GPU_OOM' } }));
    tally.said({ kind: 'error', code: 'TIMEOUT' } as Message);
    tally.said({ kind: 'fragment:ack' } as Message);
    tally.failed('a "code" of\nsomebody’s');
    expect(valuesOf(await exposition.text(tally.take(), IDLE))).toMatchObject({
      'ws_fragments_processed_total{status="success"}': 1,
      'ws_fragments_processed_total{status="partial"}': 1,
      'ws_fragments_processed_total{status="failed"}': 1,
      'ws_errors_total{error_code="TIMEOUT"}': 2,
      'ws_errors_total{error_code="GPU_OOM"}': 1,
      'ws_errors_total{error_code="a \\"code\\" of\\nsomebody’s"}': 1,
      'ws_fragment_processing_ms_bucket{le="1"}': 0,
      'ws_fragment_processing_ms_bucket{le="5"}': 1,
      'ws_fragment_processing_ms_bucket{le="50"}': 3,
      ws_fragment_processing_ms_sum: 83,
      ws_fragment_processing_ms_count: 3,
    });
  });

  it('have every processing time in its class, and their exact sum', () =>
    fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(fc.nat(40), fc.nat(700_000))), async (times) => {
        const tally = new Tally();
        for (const time of times) tally.said(processed(time));
        const values = valuesOf(await new Exposition().text(tally.take(), IDLE));
        const classes = PROCESSING_BOUNDS_MS.map((bound) => [
          `ws_fragment_processing_ms_bucket{le="${bound}"}`,
          times.filter((time) => time <= bound).length,
        ]);
        expect(values).toMatchObject({
          ...Object.fromEntries(classes),
          'ws_fragment_processing_ms_bucket{le="+Inf"}': times.length,
          ws_fragment_processing_ms_sum: times.reduce((sum, time) => sum + time, 0),
          ws_fragment_processing_ms_count: times.length,
        });
      }),
    ));
});

describe('a tally', () => {
  it('takes no more room the more it counts', () => {
    const tally = new Tally();
    for (let time = 0; time < 10_000; time += 1) tally.said(processed(time));
    expect(tally.take().times).toHaveLength(PROCESSING_BOUNDS_MS.length + 1);
  });
});
