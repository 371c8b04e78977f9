/** What a session records for inspection. Each list is bounded. It decides nothing. */

import { FragmentRecords } from './fragment-records.js';
import { History } from './history.js';
import type { ErrorReport, StreamInput } from './protocol.js';
import { abbreviate } from './show.js';
import type { AckRecord, ErrorRecord, SessionSnapshot } from './snapshot.js';

/** The times and reasons in a snapshot. */
export type Milestones = Partial<
  Pick<
    SessionSnapshot,
    'readyAt' | 'endedAt' | 'completedAt' | 'closedAt' | 'pauseReason' | 'endReason' | 'closeReason'
  >
>;

export class Journal {
  readonly fragments = new FragmentRecords();
  readonly #acks = new History<AckRecord>(1000);
  readonly #errors = new History<ErrorRecord>(1000);
  readonly #unknownEvents = new History<string>(100);
  #milestones: Milestones = {};

  /** A milestone that is undefined stays unchanged. */
  mark(milestones: { [Name in keyof Milestones]: Milestones[Name] | undefined }): void {
    const known = Object.entries(milestones).filter(([, value]) => value !== undefined);
    this.#milestones = { ...this.#milestones, ...Object.fromEntries(known) };
  }

  /** When `stream:ready` was sent. */
  get readyAt(): number | undefined {
    return this.#milestones.readyAt;
  }

  ackReceived({ fragmentId, status, timestamp }: StreamInput & { kind: 'fragment:ack' }, receivedAt: number): void {
    this.fragments.update(fragmentId, { ack: status });
    this.#acks.record({ fragmentId: abbreviate(fragmentId), status, timestamp, receivedAt });
  }

  errorSent({ errorId, code, message, fragmentId }: ErrorReport, sentAt: number): void {
    const about = fragmentId === undefined ? {} : { fragmentId: abbreviate(fragmentId) };
    this.#errors.record({ errorId, code, message, ...about, sentAt });
  }

  unknownEventReceived(event: string): void {
    this.#unknownEvents.record(abbreviate(event));
  }

  snapshot() {
    return {
      totalFragments: this.fragments.taken,
      fragments: this.fragments.all(),
      acks: this.#acks.entries,
      errors: this.#errors.entries,
      unknownEvents: this.#unknownEvents.entries,
      forgotten: {
        fragments: this.fragments.forgotten,
        acks: this.#acks.forgotten,
        errors: this.#errors.forgotten,
        unknownEvents: this.#unknownEvents.forgotten,
      },
      ...this.#milestones,
    } satisfies Partial<SessionSnapshot>;
  }
}
