/** Some sessions, or all: what a test reads of them, expects of them and does to them. */

import type * as v from 'valibot';
import { checked } from '../checks/checked.js';
import { CallSite, EchoStsError } from '../checks/errors.js';
import type { Same } from '../checks/same.js';
import { type Cut, CutBook, type CutEntry } from '../core/cuts.js';
import type { DelayPlan } from '../core/delay.js';
import type { Input } from '../core/protocol.js';
import type { RuleBook, RuleEntry } from '../core/rules.js';
import type { ScopeSettings } from '../core/settings.js';
import type { SessionSnapshot } from '../core/snapshot.js';
import type { ViolationKind } from '../core/violations.js';
import type { BackpressureSignal } from '../core/vocabulary.js';
import {
  awaited,
  type SessionCriteria,
  type WaitForSessionOptions,
  waitForSessionSchema,
} from '../criteria/session-criteria.js';
import { aboutStream, type Failure, failureText } from '../failures/failure-text.js';
import { nearestSession, outcome } from '../failures/session-texts.js';
import { misdeeds, summary, unusedCuts, unusedRules } from '../failures/verdict.js';
import {
  type ActiveCut,
  type CutOptions,
  cutOptions,
  type PushedBackpressure,
  pushedBackpressure,
  verifyOptions,
} from '../options/call-options.js';
import { type ActiveErrorRule, type ErrorRule, errorRule, toErrorRule } from '../options/error-rules.js';
import type { BackpressureOption } from '../options/options.js';
import { toBackpressurePlan, toDelay } from '../options/settings.js';
import type { Violation } from '../record/violation-log.js';
import type { Connection } from '../server/connection.js';
import { Expectations, expectationSchema } from './expectations.js';
import { Observation } from './observation.js';
import { viewOf } from './session-view.js';
import type { Sessions, SessionView, VerifyOptions } from './sessions.js';
import type { World } from './world.js';

true satisfies Same<VerifyOptions, v.InferInput<typeof verifyOptions>>;

/** Who has asked for a verdict, when nobody has called `verify`. */
const BY_DISPOSAL = '`await using`';

const INNER = ['world', 'cuts', 'rules', 'expectations', 'overrides'];

/** What can be set for the sessions of a group. */
type Overrides = Pick<ScopeSettings, 'delayMs' | 'backpressure'>;

/** Its functions are bound, so that `afterAll(sts.close)` works. */
export class SessionGroup extends Observation implements Sessions {
  protected readonly cuts = new CutBook();
  protected rules: RuleBook;
  protected readonly expectations = new Expectations();
  /** What has been set for the group's sessions. */
  protected overrides: Overrides = {};
  #unlisten: (() => void) | undefined;

  constructor(world: World, rules: RuleBook) {
    super(world);
    this.rules = rules;
    // Who prints the handle sees what is public.
    for (const name of INNER) Object.defineProperty(this, name, { enumerable: false });
  }

  get url(): string {
    return this.world.url;
  }

  get seed(): string {
    return this.world.seed;
  }

  get sessions(): readonly SessionSnapshot[] {
    return this.world.sessions.snapshots((participant) => this.isMine(participant));
  }

  get errorRules(): readonly ActiveErrorRule[] {
    return this.rules.entries.map((entry) => activeRule(this.rules, entry));
  }

  readonly session = (streamId: string): SessionView | undefined => {
    const snapshot = this.world.sessions.findBy({ streamId }, (participant) => this.isMine(participant));
    return snapshot && viewOf(this.world, snapshot, this.owner);
  };

  readonly waitForSession = async (options: WaitForSessionOptions = {}): Promise<SessionView> => {
    const { timeoutMs, ...criteria } = checked('waitForSession', waitForSessionSchema, options);
    const { sessions, waits } = this.world;
    const present = sessions.findBy(criteria, (participant) => this.isMine(participant));
    if (present !== undefined) return viewOf(this.world, present, this.owner);
    this.requireOpen('waitForSession');
    const snapshot = await waits.for<SessionSnapshot>({
      owner: this.owner,
      called: this.waitForSession,
      subject: `\`waitForSession\` waited for ${awaited(criteria)}`,
      timeoutMs,
      explain: () => this.#explainSession(criteria, timeoutMs),
      watch: (found) =>
        sessions.listen((session, participant) => {
          if (this.isMine(participant) && sessions.meets(session, criteria)) found(session.snapshot());
        }),
    });
    return viewOf(this.world, snapshot, this.owner);
  };

  readonly expect: Sessions['expect'] = (expectation) => {
    this.requireOpen('expect');
    const checkedOne = checked('expectation', expectationSchema, expectation);
    this.world.waits.goOn(this.owner);
    this.#listen();
    return this.expectations.add(checkedOne, this.read());
  };

  readonly verify = async (options: VerifyOptions = {}): Promise<void> => {
    const { allow } = checked('options', verifyOptions, options);
    await this.#judge('`verify`', new CallSite(this.verify), allow);
  };

  readonly setDelay = (delayMs: DelayPlan): void => {
    this.requireOpen('setDelay');
    this.overrides = { ...this.overrides, delayMs: toDelay(delayMs) };
    this.tell({ kind: 'delay', delayMs }, (connection) => this.governs(connection, 'delayMs'));
  };

  readonly setBackpressure = (backpressure: BackpressureOption): void => {
    this.requireOpen('setBackpressure');
    const plan = toBackpressurePlan(backpressure);
    this.overrides = { ...this.overrides, backpressure: plan };
    this.tell({ kind: 'backpressure', plan }, (connection) => this.governs(connection, 'backpressure'));
  };

  readonly pushBackpressure = (options: PushedBackpressure): void => {
    this.requireOpen('pushBackpressure');
    const { streamId, ...signal } = checked('signal', pushedBackpressure, options);
    this.tell({ kind: 'push backpressure', signal: signal as BackpressureSignal }, isOf(streamId));
  };

  readonly addErrorRule = (rule: ErrorRule): ActiveErrorRule => {
    this.requireOpen('addErrorRule');
    return activeRule(this.rules, this.rules.add(checked('rule', errorRule, rule)));
  };

  readonly clearErrorRules = (): void => this.rules.clear();

  readonly cut = (options: CutOptions): ActiveCut => {
    this.requireOpen('cut');
    const { streamId, ...cut } = checked('cut', cutOptions, options);
    const times = cut.times ?? (cut.at === 'now' ? Number.POSITIVE_INFINITY : 1);
    const entry = this.cuts.add({ ...cut, times, ...(streamId !== undefined && { streamId }) } as Cut);
    if (cut.at === 'now') {
      this.tell({ kind: 'cut now' }, isOf(streamId));
      // Whom it did not meet now it shall not meet later.
      this.cuts.remove(entry);
    }
    return activeCut(this.cuts, entry);
  };

  /** For `await using`: a test that has failed must not be told of a second failure that hides the first. */
  protected async verifyAtEnd(site: CallSite, hasComplained = this.hasComplained()): Promise<void> {
    if (!hasComplained) await this.#judge(BY_DISPOSAL, site, []);
  }

  /** Whether the test has most likely ended with what it was told here already. */
  protected hasComplained(): boolean {
    return this.world.waits.hasComplained(this.owner);
  }

  /** What `verify` has to say; nothing when all is as expected. */
  protected complaints(allow: readonly ViolationKind[]): Failure['sections'] {
    const scene = this.scene();
    return [
      ...this.expectations.missed(scene),
      ...unusedRules(this.rules.entries, this.read({ event: 'fragment:data' })),
      ...unusedCuts(this.cuts.entries, scene.entries),
      ...misdeeds(this.world.isStrict ? this.openViolations(allow) : []),
    ];
  }

  /** Those that this group's `verify` is to tell of. */
  protected openViolations(allow: readonly ViolationKind[]): Violation[] {
    return this.violationsBut(allow);
  }

  /** Whether a connection of the group goes by what is set here. */
  protected governs(_connection: Connection, _what: keyof Overrides): boolean {
    return true;
  }

  /** Every open connection of the group that is meant. */
  protected tell(input: Input, isMeant: (connection: Connection) => boolean): void {
    for (const connection of this.ownConnections.filter(isMeant)) connection.handle(input);
  }

  /** What has come so far counts, and nothing after that. */
  protected endExpectations(): void {
    this.#unlisten?.();
    this.#unlisten = undefined;
  }

  /** Nothing is expected any more, and nothing is planned. */
  protected forgetPlans(): void {
    this.endExpectations();
    this.expectations.clear();
    this.rules.clear();
    this.cuts.clear();
    this.overrides = {};
  }

  async #judge(by: string, site: CallSite, allow: readonly ViolationKind[]): Promise<void> {
    await this.world.settle(this.#concerned());
    const sections = this.complaints(allow);
    if (sections.length === 0) return;
    this.world.waits.complain(this.owner);
    const headline = `${by} found ${summary(sections)}.`;
    const scene = this.scene();
    const isTold = sections.some(([name]) => name === 'unclaimed');
    const text = failureText({ headline, sections }, isTold ? { ...scene, unclaimed: [] } : scene);
    throw site.mark(new EchoStsError('VERIFY_FAILED', text));
  }

  /**
   * The connections of the group, as they are whenever somebody looks; and those without a name, for their `stream:init` may
   * be on its way. These no longer than that, and no new ones: what others do is not to be waited for.
   */
  #concerned(): Iterable<Connection> {
    const isNobodys = ({ recorder: { participant } }: Connection) =>
      participant.scope === undefined && participant.streamId === '';
    const nameless = new Set([...this.world.connections].filter(isNobodys));
    const isConcerned = (connection: Connection) =>
      this.isMine(connection.recorder.participant) || (nameless.has(connection) && isNobodys(connection));
    return { [Symbol.iterator]: () => [...this.world.connections].filter(isConcerned).values() };
  }

  #listen(): void {
    this.#unlisten ??= this.world.timeline.listen(
      (entry) => this.expectations.see(entry),
      (participant) => this.isMine(participant),
    );
  }

  #explainSession(criteria: SessionCriteria, timeoutMs: number): string {
    const scene = aboutStream(criteria.streamId, this.scene());
    const headline = `\`waitForSession\` gave up after ${timeoutMs} ms: ${outcome(criteria, scene)}.`;
    const sections = [
      ['awaited', [awaited(criteria)]],
      ['nearest', nearestSession(criteria, scene)],
    ] as const;
    return failureText({ headline, sections }, scene);
  }
}

function isOf(streamId: string | undefined): (connection: Connection) => boolean {
  return (connection) => streamId === undefined || connection.streamId === streamId;
}

function activeRule(book: RuleBook, entry: RuleEntry): ActiveErrorRule {
  const remove = () => book.remove(entry);
  return {
    rule: toErrorRule(entry.rule),
    get hits() {
      return entry.hits;
    },
    remove,
    [Symbol.dispose]: remove,
  };
}

function activeCut(book: CutBook, entry: CutEntry): ActiveCut {
  const remove = () => book.remove(entry);
  return {
    get hits() {
      return entry.hits;
    },
    remove,
    [Symbol.dispose]: remove,
  };
}
