/**
 * What follows from a step of a session leaves here: the worker's violations are added, and it is decided which effects
 * are carried out now and which later. Planned `backpressure` signals join them (PROTOCOL §3).
 */

import type { Signal } from './actions.js';
import type { Conduct, Standing, Step } from './conduct.js';
import { beforeMessages, inReplyTo } from './effects.js';
import type { Journal } from './journal.js';
import type { Outgoing, Outlet, Sending, SentSignal, Signaller } from './outlet.js';
import type { Pipeline } from './pipeline.js';
import type { Effect, Reply } from './protocol.js';
import type { Release, Schedule } from './schedule.js';
import type { BackpressureSignal } from './vocabulary.js';

/** The signal that releases a worker (PROTOCOL §3). */
const RELEASE: BackpressureSignal = { severity: 'low', action: 'none' };

/** The parts of a session that take part. */
interface Parts {
  readonly journal: Journal;
  readonly schedule: Schedule;
  readonly outlet: Outlet;
  readonly pipeline: Pipeline;
  readonly conduct: Conduct;
  /** The session as it is now. */
  readonly standing: () => Standing;
}

export class Dispatch implements Signaller {
  readonly #parts: Parts;
  /** The number of the newest planned signal. */
  #newestPlanned = 0;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Adds the violations, and applies rules. Returns what is sent now; what is sent later goes into the schedule. */
  decide(
    step: Omit<Step, 'after'>,
    id: number | undefined,
    streamId: string,
  ): { prompt: readonly Effect[]; delayed: readonly Outgoing[] } {
    const { schedule, outlet, pipeline, conduct, standing } = this.#parts;
    const found = conduct.observe({ ...step, after: standing() });
    const raw = inReplyTo(id, beforeMessages(found, step.effects));
    const { prompt, delayed, spoilt } = outlet.change(raw, streamId, step.now);
    conduct.excuse(spoilt);
    schedule.setStream(pipeline.resultsAt, pipeline.gapAt);
    for (const { at, effect } of delayed) schedule.add(at, effect);
    return { prompt, delayed };
  }

  /** Errors are recorded as sent now, even if a rule withholds them. */
  send(effects: readonly Effect[], streamId: string, now: number): Effect[] {
    const { journal, outlet } = this.#parts;
    for (const effect of effects) if (effect.kind === 'error') journal.errorSent(effect, now);
    return outlet.pass(effects, { streamId, now }, this);
  }

  /** The signals that end planned ones, while the stream is open. */
  release(releases: readonly Release[], now: number): Effect[] {
    const { pipeline, standing } = this.#parts;
    const { state } = standing();
    const isOpen = state === 'active' || state === 'paused' || state === 'ending';
    return isOpen ? releases.flatMap(({ because }) => pipeline.push(RELEASE, now, because)) : [];
  }

  /** A separate step, like that of a pushed signal: rules apply to it, and the worker must comply with it. */
  signal(
    { at, signal, releaseAfterMs }: Signal,
    { inReplyTo: id }: Reply,
    { streamId, now }: Sending,
  ): readonly Effect[] {
    const { schedule, pipeline, standing } = this.#parts;
    const before = standing();
    const effects = pipeline.push(signal, now, { plan: at });
    this.#newestPlanned = effects.at(-1)?.number ?? this.#newestPlanned;
    if (releaseAfterMs !== undefined)
      schedule.add(now + releaseAfterMs, { kind: 'release', because: { plan: at, delayMs: releaseAfterMs } });
    const input = { kind: 'push backpressure', signal } as const;
    return this.decide({ input, refusal: undefined, effects, before, now }, id, streamId).prompt;
  }

  /** A worker goes by the last signal that it gets, which must have the highest number. */
  inOrder(message: SentSignal, { now }: Sending): SentSignal {
    const { pipeline, conduct } = this.#parts;
    if (message.number >= this.#newestPlanned) return message;
    const newest = pipeline.renumber(message);
    conduct.resent(newest, now);
    return newest;
  }
}
