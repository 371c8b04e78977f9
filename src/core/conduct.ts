/**
 * Finds the worker's violations. It observes each step of a session and changes nothing. It reports only what is
 * certain: a message that the worker may not have received, or a refusal that was not the worker's fault, never counts
 * against it.
 */

import type { FragmentRecords } from './fragment-records.js';
import { LazySet } from './lazy-tables.js';
import type { Spoilt } from './outlet.js';
import { Pace } from './pace.js';
import type { Effect, ErrorReport, Input, Message, Refusal, ViolationNote } from './protocol.js';
import { gapClosed, gapGivenUp } from './refusals.js';
import { didYouMean, show } from './show.js';
import type { Fragment, SessionState } from './vocabulary.js';

/** The violations of a worker that resends a fragment although it knows the outcome. */
const SENT_AGAIN: readonly ViolationNote['violation'][] = [
  'reused-sequence-number',
  'resent-success',
  'retried-final-failure',
];
/** Maximum number of excused numbers that are remembered: as many as the widest window. */
const EXCUSED_LIMIT = 10_000;

/** The situation of a session before or after a step. */
export interface Standing {
  readonly state: SessionState;
  readonly expected: number;
  readonly inflight: number;
  /** Number of fragments without a result for the worker. To the worker they are all in flight. */
  readonly unanswered: number;
  /** The worker gets no messages. */
  readonly isSilent: boolean;
  /** The service has interfered with the connection, which may be the reason why it is lost. */
  readonly isDisturbed: boolean;
}

/** One step of a session: an input, or the passing of time, and its effects. */
export interface Step {
  /** Undefined for the passing of time. */
  readonly input: Input | undefined;
  /** Why the input was not carried out; undefined when it was. */
  readonly refusal: Refusal | undefined;
  /** As they are before rules, silence and cuts: a message counts as sent even if it is then withheld. */
  readonly effects: readonly Effect[];
  readonly before: Standing;
  readonly after: Standing;
  readonly now: number;
}

type StepOf<Kind extends Input['kind']> = Step & { readonly input: Input & { readonly kind: Kind } };

export class Conduct {
  readonly #fragments: FragmentRecords;
  readonly #isRenewal: boolean;
  #found: ViolationNote[] = [];
  #maxInflight = Number.POSITIVE_INFINITY;
  #timeoutMs = 0;
  readonly #pace = new Pace();
  /** Numbers that were refused by a full queue or the rate limit: the worker must resend them. */
  readonly #turnedAway = new LazySet<number>();
  /** Numbers with a withheld or damaged reply: the worker may not know their outcome and may resend them. */
  readonly #uncertain = new LazySet<number>();
  /** Events whose reply the worker may not have received: it may resend them. At most one of each kind. */
  readonly #repeatable: Input['kind'][] = [];
  /** Numbers that were given up in the last step. */
  #givenUp: readonly number[] = [];
  /** Since when the worker gets no messages. */
  #silentSince: number | undefined;
  /** Numbers given up while the worker had to wait: it may still send them until its stream ends. */
  readonly #owed = new LazySet<number>();

  /** `isRenewal`: an earlier session on the same connection may still get late acknowledgements. */
  constructor(fragments: FragmentRecords, isRenewal: boolean) {
    this.#fragments = fragments;
    this.#isRenewal = isRenewal;
  }

  /** Returns the worker's violations in this step. */
  observe(step: Step): ViolationNote[] {
    this.#found = [];
    this.#givenUp = missingIn(step.effects);
    if (step.after.isSilent) this.#silentSince ??= step.now;
    if (step.input === undefined) this.#timePassed(step);
    else this.#came(step as StepOf<Input['kind']>);
    for (const effect of step.effects) this.#followed(effect, step);
    return this.#found;
  }

  /** Remembers which messages of the last step the worker may not have received or understood. */
  excuse(spoilt: readonly Spoilt[]): void {
    for (const { message, isDamaged } of spoilt) {
      if ('sequenceNumber' in message) remember(this.#uncertain, message.sequenceNumber);
      else if (message.kind === 'stream:ready') this.#repeatable.push('stream:init');
      else if (message.kind === 'stream:complete') this.#repeatable.push('stream:end');
      else if (message.kind === 'backpressure' && isDamaged) this.#pace.garbled();
      else if (message.kind === 'error') this.#errorSpoilt(message);
    }
  }

  /** A `backpressure` is sent after a newer one: it is the newest for the worker, which cannot comply with a damaged one. */
  resent(signal: Message & { readonly kind: 'backpressure' }, now: number): void {
    this.#pace.told(signal, now);
    if (signal.damage !== undefined) this.#pace.garbled();
  }

  #came(step: StepOf<Input['kind']>): void {
    const { input, refusal, after } = step;
    if (input.kind === 'fragment:data') this.#fragmentCame(step as StepOf<'fragment:data'>);
    else if (refusal !== undefined) this.#refusedUnlessRepeated(input, refusal);
    else if (input.kind === 'stream:init') this.#timeoutMs = input.timeoutMs;
    else if (input.kind === 'heard') this.#pace.heard(input.signal);
    else if (input.kind === 'fragment:ack') this.#acknowledged(input.fragmentId);
    else if (input.kind === 'stream:end' && !after.isSilent) this.#ended(missingIn(step.effects));
    else if (input.kind === 'disconnect') this.#left(step as StepOf<'disconnect'>);
    else if (input.kind === 'unknown') this.#unknownEvent(input);
    else if (input.kind === 'rejected') this.#rejected(input.answer);
  }

  #followed(effect: Effect, { after, now }: Step): void {
    if (effect.kind === 'stream:ready') this.#maxInflight = effect.maxInflight;
    if (effect.kind === 'backpressure' && !after.isSilent) this.#pace.told(effect, now);
  }

  #fragmentCame({ input: { fragment, lateMs }, refusal, before, after, now }: StepOf<'fragment:data'>): void {
    const isForeign = refusal?.violation === 'foreign-stream';
    if (before.state === 'active' && !isForeign && !before.isSilent) this.#checkPace(fragment, now);
    if (!isForeign) this.#pace.fragmentCame(now, lateMs);
    if (refusal !== undefined) this.#fragmentRefused(fragment, refusal, after);
    else this.#fragmentTaken(fragment, after);
  }

  #fragmentTaken(fragment: Fragment, { inflight }: Standing): void {
    // Resending the number that holds up the rest is correct, even when the queue is full.
    const wasTurnedAway = this.#turnedAway.size > 0 && this.#turnedAway.delete(fragment.sequenceNumber);
    if (inflight > this.#maxInflight && !wasTurnedAway) this.#exceeded(fragment, inflight - 1);
    const { audioFault } = fragment;
    if (audioFault === undefined) return;
    this.#accuse('unfit-audio', `${subject(fragment)} has unfit audio: ${audioFault}.`, identity(fragment));
  }

  /** Checks a fragment on an active stream, accepted or not, against the last `backpressure`. */
  #checkPace(fragment: Fragment, now: number): void {
    const offence = this.#pace.judge(() => subject(fragment), now);
    if (offence === undefined) return;
    this.#accuse(offence.violation, offence.message, { ...identity(fragment), since: 'backpressure' });
  }

  /** Reports the refusal, unless the worker resends an event that it may believe to be lost. */
  #refusedUnlessRepeated({ kind }: Input, refusal: Refusal): void {
    const isUnheard = kind === 'stream:end' && this.#silentSince !== undefined;
    const isRepeated = this.#repeatable.includes(kind) || isUnheard;
    if (!isRepeated || refusal.violation === 'foreign-stream') this.#refused(refusal);
  }

  /** Only an error in place of a result, or one that lists given-up numbers, is final for a fragment. */
  #errorSpoilt({ because, fragmentId = '' }: ErrorReport): void {
    const record = because === undefined ? undefined : this.#fragments.get(fragmentId);
    const numbers = record === undefined ? this.#givenUp : [record.sequenceNumber];
    for (const number of numbers) remember(this.#uncertain, number);
  }

  /** Reports the violation that the refusal names, if any. */
  #refused({ violation, message, fragmentId, since }: Refusal, fragment?: Fragment): void {
    if (violation === undefined) return;
    this.#accuse(violation, message, {
      ...(fragmentId !== undefined && { fragmentId }),
      ...(fragment !== undefined && identity(fragment)),
      ...(since !== undefined && { since }),
    });
  }

  #fragmentRefused(fragment: Fragment, refusal: Refusal, { expected, inflight }: Standing): void {
    const { violation } = refusal;
    if (violation === undefined) this.#turnAway(fragment, refusal, inflight);
    else if (!this.#isExcused(violation, fragment, expected)) this.#refused(refusal, fragment);
  }

  /** A test-only event did not decode. */
  #rejected({ kind, message }: { readonly kind: string; readonly message?: string }): void {
    this.#accuse(
      'invalid-payload',
      message ?? `A payload was rejected, see \`${kind}\`; send it as PROTOCOL §2 specifies.`,
    );
  }

  #unknownEvent({ event, meant }: Input & { kind: 'unknown' }): void {
    const hint = meant === undefined ? '' : `${didYouMean(meant)} `;
    const advice = meant === undefined ? '; check how its name is spelt' : '';
    const message = `${hint}Expected an event of the protocol, got ${show(event)}, which was ignored${advice}.`;
    this.#accuse('unknown-event', message);
  }

  #acknowledged(fragmentId: string): void {
    if (this.#isRenewal || this.#fragments.mayHaveTaken(fragmentId)) return;
    const message =
      `\`fragment:ack\` names fragment_id ${show(fragmentId)}, but this stream accepted no such fragment; ` +
      'acknowledge the fragment_id of each `fragment:processed`, unchanged.';
    this.#accuse('acked-unknown-fragment', message, { fragmentId });
  }

  /** The wait for missing numbers may have timed out (PROTOCOL §6.3). */
  #timePassed({ effects, before, now }: Step): void {
    const missing = missingIn(effects);
    if (missing.length === 0 || before.isSilent) return;
    const mayNotSend =
      before.unanswered >= this.#maxInflight || this.#turnedAway.size > 0 || this.#pace.isToldToWait(now);
    if (mayNotSend) for (const number of missing) remember(this.#owed, number);
    else this.#leftOut(missing, (guilty) => gapGivenUp(guilty, this.#timeoutMs).message);
  }

  /** The stream has ended without these numbers (PROTOCOL §6.8). */
  #ended(missing: readonly number[]): void {
    this.#leftOut([...this.#owed, ...missing], gapClosed);
  }

  /** A worker that the service has silenced or disturbed may disconnect. */
  #left({ input: { reason, by, offence }, before }: StepOf<'disconnect'>): void {
    if (offence !== undefined) this.#accuse(offence.violation, offence.message);
    const { state, inflight, isSilent, isDisturbed } = before;
    const isAmidStream = state === 'active' || state === 'paused';
    if (!isAmidStream || inflight === 0 || by !== 'worker' || isSilent || isDisturbed) return;
    const fragments = inflight === 1 ? '1 fragment' : `${inflight} fragments`;
    const message =
      `The connection was lost (${show(reason)}) with ${fragments} in flight and without \`stream:end\`; ` +
      'send `stream:end` and wait for `stream:complete` before disconnecting.';
    this.#accuse('left-unanswered', message, { since: 'fragment:data' });
  }

  /** A refusal that is not a violation: the queue is full or the rate limit is reached (PROTOCOL §6.5). */
  #turnAway(fragment: Fragment, { code }: Refusal, inflight: number): void {
    const { sequenceNumber } = fragment;
    if (code === 'QUEUE_FULL' && inflight >= this.#maxInflight && !this.#turnedAway.has(sequenceNumber)) {
      this.#exceeded(fragment, inflight);
    } else remember(this.#turnedAway, sequenceNumber);
  }

  /** Numbers may run ahead of one that was turned away. They may arrive late if the worker had to wait before. */
  #isExcused(violation: ViolationNote['violation'], fragment: Fragment, expected: number): boolean {
    const { sequenceNumber } = fragment;
    if (SENT_AGAIN.includes(violation) && this.#mayNotKnow(fragment)) return true;
    if (violation === 'skipped-sequence-number' && this.#turnedAway.has(expected)) {
      remember(this.#turnedAway, sequenceNumber);
      return true;
    }
    if (violation !== 'reused-sequence-number') return false;
    return this.#owed.delete(sequenceNumber) || this.#turnedAway.has(sequenceNumber);
  }

  /** Whether the worker may not know the outcome of a fragment, because replies were withheld or damaged. */
  #mayNotKnow({ fragmentId, sequenceNumber }: Fragment): boolean {
    if (this.#uncertain.has(sequenceNumber)) return true;
    if (this.#silentSince === undefined) return false;
    const { processedAt } = this.#fragments.get(fragmentId) ?? {};
    return processedAt === undefined || processedAt >= this.#silentSince;
  }

  #leftOut(missing: readonly number[], describe: (guilty: readonly number[]) => string): void {
    const guilty = missing.filter((number) => !this.#turnedAway.has(number));
    const [sequenceNumber] = guilty;
    if (sequenceNumber === undefined) return;
    this.#accuse('skipped-sequence-number', describe(guilty), { sequenceNumber, since: 'fragment:data' });
  }

  #exceeded(fragment: Fragment, inflight: number): void {
    const message =
      `${subject(fragment)} brought the number in flight to ${inflight + 1}, and \`max_inflight\` is ${this.#maxInflight}. ` +
      'Send a fragment only while fewer than `max_inflight` are in flight.';
    this.#accuse('exceeded-max-inflight', message, { ...identity(fragment), since: 'stream:ready' });
  }

  #accuse(
    violation: ViolationNote['violation'],
    message: string,
    facts: Pick<ViolationNote, 'fragmentId' | 'sequenceNumber' | 'since'> = {},
  ): void {
    this.#found.push({ kind: 'violation', violation, message, ...facts });
  }
}

function missingIn(effects: readonly Effect[]): readonly number[] {
  return effects.flatMap((effect) => (effect.kind === 'gap' ? effect.missingSequenceNumbers : []));
}

function remember(numbers: LazySet<number>, number: number): void {
  if (numbers.size < EXCUSED_LIMIT) numbers.add(number);
}

function identity({ fragmentId, sequenceNumber }: Fragment) {
  return { fragmentId, sequenceNumber };
}

function subject({ fragmentId, sequenceNumber }: Fragment): string {
  return `Fragment ${show(fragmentId)} (sequence_number ${sequenceNumber})`;
}
