/** The counts of a fixture in the text format of Prometheus. Loaded only when `/metrics` is requested. */
/// <reference path="./prom-client.d.ts" />

import Counter from 'prom-client/lib/counter.js';
import Gauge from 'prom-client/lib/gauge.js';
import Histogram from 'prom-client/lib/histogram.js';
import Registry from 'prom-client/lib/registry.js';
import { type Counts, PROCESSING_BOUNDS_MS, type ProcessingTimes } from '../record/tally.js';

/** The current load. */
export interface Load {
  readonly connections: number;
  /** Open streams: started and not completed. */
  readonly streams: number;
  /** Accepted fragments whose result has not been sent yet (PROTOCOL §6.1). */
  readonly inflight: number;
  /** Those of them that wait for capacity or for their turn: the sum of every stream's `queue_depth`. */
  readonly queueDepth: number;
}

/** The metrics of one fixture. Counters only increase. */
export class Exposition {
  readonly #registry = new Registry();
  readonly #results = new Counter({ ...this.#named('ws_fragments_processed_total'), labelNames: ['status'] });
  readonly #errors = new Counter({ ...this.#named('ws_errors_total'), labelNames: ['error_code'] });
  readonly #refusals = new Counter({ ...this.#named('ws_connections_refused_total'), labelNames: ['reason'] });
  readonly #times = new Histogram({
    ...this.#named('ws_fragment_processing_ms'),
    buckets: [...PROCESSING_BOUNDS_MS],
  });
  readonly #gauges: Readonly<Record<keyof Load, Gauge>> = {
    connections: new Gauge(this.#named('ws_active_connections')),
    streams: new Gauge(this.#named('ws_active_streams')),
    inflight: new Gauge(this.#named('ws_fragments_inflight')),
    queueDepth: new Gauge(this.#named('ws_queue_depth')),
  };

  get contentType(): string {
    return this.#registry.contentType;
  }

  /** `news` are the counts since the last call. */
  text(news: Counts, load: Load): Promise<string> {
    for (const [status, count] of Object.entries(news.results)) this.#results.inc({ status }, count);
    for (const [code, count] of news.errors) this.#errors.inc({ error_code: code }, count);
    for (const [reason, count] of news.refusals) this.#refusals.inc({ reason }, count);
    for (const times of news.times) this.#observe(times);
    for (const [name, gauge] of Object.entries(this.#gauges)) gauge.set(load[name as keyof Load]);
    return this.#registry.metrics();
  }

  /** Only the sum of a class of times is known: equal times with the same sum belong to the same class. */
  #observe({ count, totalMs }: ProcessingTimes): void {
    const even = Math.floor(totalMs / count);
    const longer = totalMs - even * count;
    for (let index = 0; index < count; index += 1) this.#times.observe(index < longer ? even + 1 : even);
  }

  #named(name: keyof typeof HELP) {
    return { name, help: HELP[name], registers: [this.#registry] };
  }
}

const HELP = {
  ws_active_connections: 'Open connections.',
  ws_active_streams: 'Streams that have started and are neither completed nor disconnected.',
  ws_fragments_inflight: 'Accepted fragments whose result has not been sent yet.',
  ws_queue_depth: 'Fragments in flight that wait for capacity or for their turn.',
  ws_fragments_processed_total: 'Results sent, by status.',
  ws_errors_total: 'Errors sent to workers, by code: error events, errors of results, and refused connections.',
  ws_connections_refused_total: 'Connections turned away before they had a session, by reason.',
  ws_fragment_processing_ms: 'From the receipt of a fragment to its result, milliseconds.',
};
