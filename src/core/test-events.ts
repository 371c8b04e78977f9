/** What the test-only events do to a session, its server and other sessions (PROTOCOL §2, §6.13). */

import type { HangUp } from './hang-up.js';
import type { Pipeline } from './pipeline.js';
import type { ControlInput, Effect, Refusal } from './protocol.js';
import { noSuchStream } from './refusals.js';
import type { RuleBook } from './rules.js';
import type { SessionSettings } from './settings.js';

export class Control {
  readonly #settings: SessionSettings;
  readonly #pipeline: Pipeline;
  readonly #hangUp: HangUp;

  constructor(settings: SessionSettings, pipeline: Pipeline, hangUp: HangUp) {
    this.#settings = settings;
    this.#pipeline = pipeline;
    this.#hangUp = hangUp;
  }

  /** The answer and what follows at once, or why it is not done. `streamId` is that of the connection, or empty. */
  carryOut(input: ControlInput, streamId: string, now: number): Effect[] | Refusal {
    switch (input.kind) {
      case 'config:error_simulation':
        return this.#simulateErrors(input, streamId);
      case 'config:processing_delay':
        this.#pipeline.setDelay(input.delayMs);
        return [{ kind: 'config:processing_delay:ack', status: 'accepted', delayMs: input.delayMs }];
      case 'config:backpressure':
        return [
          { kind: 'config:backpressure:ack', status: 'accepted' },
          ...this.#pipeline.setBackpressure(input.plan, now),
        ];
      case 'simulate:disconnect':
        return this.#scheduleHangUp(input, now);
    }
  }

  /** PROTOCOL §6.13. */
  #simulateErrors(
    { rules, scope, streamId }: ControlInput & { kind: 'config:error_simulation' },
    ownStreamId: string,
  ): Effect[] | Refusal {
    const book = scope === 'server' ? this.#settings.rules : this.#rulesOf(streamId, ownStreamId);
    if (book === undefined) return noSuchStream(streamId);
    book.clear();
    // Whoever sent them is not the one who asks in the end whether all rules have hit.
    for (const rule of rules) book.add({ ...rule, optional: true });
    return [{ kind: 'config:error_simulation:ack', status: 'accepted', rulesCount: rules.length }];
  }

  #rulesOf(streamId: string | undefined, ownStreamId: string): RuleBook | undefined {
    if (streamId !== undefined && streamId !== ownStreamId) return this.#settings.rulesOf(streamId);
    return ownStreamId === '' ? undefined : this.#pipeline.rules;
  }

  /** PROTOCOL §2, `simulate:disconnect`. */
  #scheduleHangUp({ delayMs, reason }: ControlInput & { kind: 'simulate:disconnect' }, now: number): Effect[] {
    const disconnectAtMs = now + delayMs;
    this.#hangUp.schedule(disconnectAtMs, reason ?? 'simulated disconnect');
    const message = `This connection is closed by the server in ${delayMs} ms.`;
    return [{ kind: 'simulate:disconnect:ack', status: 'scheduled', disconnectAtMs, message }];
  }
}
