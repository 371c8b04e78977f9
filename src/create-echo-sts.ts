/** The fixture as a test holds it: the scope of all sessions, and what is done to the server as a whole. */

import { checked } from './checked.js';
import type { Connection } from './connection.js';
import { CONTROL_NAMESPACE } from './control-address.js';
import { RuleBook } from './core/rules.js';
import type { SessionSettings } from './core/settings.js';
import type { ViolationKind } from './core/violations.js';
import { CallSite } from './errors.js';
import type { Failure } from './failure-text.js';
import type { EchoSts } from './handle.js';
import {
  closeOptions,
  type RefuseOptions,
  type RestartOptions,
  refuseOptions,
  restartOptions,
} from './handle-options.js';
import { Host } from './host.js';
import { type FixtureClock, MovedClock, readOnly } from './manual-clock.js';
import type { EchoStsOptions } from './options.js';
import { TestScope } from './scope.js';
import type { Scope, ScopeOptions } from './scope-handle.js';
import { SessionGroup } from './session-group.js';
import { type Settings, toSettings } from './settings.js';
import { strays } from './verdict.js';
import type { Violation } from './violation-log.js';

/**
 * Starts an STS server in this process, on a free port of the loopback address.
 * Rejects with an `EchoStsError`: `INVALID_OPTION`, `PORT_IN_USE` or `LISTEN_FAILED`.
 *
 * @example
 * const sts = await createEchoSts({ delayMs: 40 });
 * await runMyWorker({ url: sts.url, streamId: 'stream-1' });
 * const session = await sts.waitForSession({ streamId: 'stream-1', state: 'completed' });
 * console.log(session.statistics.successCount);
 * await sts.close();
 */
export async function createEchoSts(options: EchoStsOptions = {}): Promise<EchoSts> {
  const settings = toSettings(options);
  const host = new Host(settings);
  const fixture = new Fixture(host, settings);
  if (settings.control !== false) {
    const { serveControl } = await import('./control/index.js');
    const verifyAtEnd = (hasComplained: boolean) => fixture.verifyFor(hasComplained);
    const { listener, waits } = host;
    const server = serveControl({ fixture, listener, waits, verifyAtEnd, token: settings.control.token });
    host.beforeEnd(() => server.close());
  }
  await host.open(() => fixture.sessionSettings);
  return fixture;
}

/** Its functions are bound, so that `afterAll(sts.close)` works. */
class Fixture extends SessionGroup implements EchoSts {
  readonly host: string;
  readonly clock: FixtureClock;
  readonly #host: Host;
  readonly #options: Settings;

  constructor(host: Host, options: Settings) {
    super(host, initialRules(options));
    this.#host = host;
    this.#options = options;
    this.host = options.host;
    this.clock = host.clock instanceof MovedClock ? host.clock : readOnly(host.clock);
  }

  /** What new sessions start with: the options, and what has been set since. */
  get sessionSettings(): SessionSettings {
    const { sessions, scopes } = this.#host;
    return {
      ...this.#options,
      ...this.overrides,
      rules: this.rules,
      cuts: this.cuts,
      rulesOf: (streamId) => sessions.rulesOf(streamId),
      scopeOf: (names) => scopes.find(names)?.settings,
    };
  }

  get port(): number {
    return this.#host.port;
  }

  get controlUrl(): string | undefined {
    const { control } = this.#options;
    if (control === false) return undefined;
    return `${this.url}${CONTROL_NAMESPACE}${control.token === undefined ? '' : `?token=${encodeURIComponent(control.token)}`}`;
  }

  get connections(): number {
    return this.#host.connections.size;
  }

  readonly scope = (options: ScopeOptions): Scope => {
    this.requireOpen('scope');
    return new TestScope(this.#host, this.#host.scopes, options);
  };

  readonly refuse = (options: RefuseOptions = {}): void => {
    this.requireOpen('refuse');
    const { times, status } = checked('options', refuseOptions, options);
    this.#host.listener.refuse(times, status);
  };

  readonly restart = async (options: RestartOptions = {}): Promise<void> => {
    this.requireOpen('restart');
    const { downForMs } = checked('options', restartOptions, options);
    await this.#host.restart(downForMs);
  };

  readonly reset = async (): Promise<void> => {
    this.requireOpen('reset');
    this.#host.waits.end('RESET', '`reset()` was called');
    this.forgetPlans();
    this.#host.waits.forgetComplaints();
    this.#host.listener.refuse(0, 503);
    this.rules = initialRules(this.#options);
    await Promise.all(this.#host.scopes.clear().map((scope) => scope.abandon()));
    await this.#host.disconnect([...this.#host.connections]);
    this.#host.sessions.forgetEnded();
    this.#host.timeline.clear();
    this.#host.violations.clear();
  };

  /** Bound rather than an arrow: runners read the parameters of a hook such as `afterAll(sts.close)` in its source. */
  readonly close = this.#close.bind(this);

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      await this.verifyAtEnd(new CallSite(this[Symbol.asyncDispose]));
    } finally {
      await this.close();
    }
  }

  /** The end of a control client, which is not the end of the fixture. */
  async verifyFor(hasComplained: boolean): Promise<void> {
    await this.verifyAtEnd(new CallSite(this.verifyFor), hasComplained);
  }

  /** A scope may be of the same test. */
  protected override hasComplained(): boolean {
    return this.#host.waits.hasComplained();
  }

  protected override complaints(allow: readonly ViolationKind[]): Failure['sections'] {
    return [...super.complaints(allow), ...strays(this.#host.unclaimed)];
  }

  protected override openViolations(allow: readonly ViolationKind[]): Violation[] {
    return this.#host.violations.readOpen([...this.#host.excused, ...allow]);
  }

  /** What a scope has set for its sessions stays. */
  protected override governs({ recorder }: Connection, what: 'delayMs' | 'backpressure'): boolean {
    return this.#host.scopes.settingsOf(recorder.participant.scope)?.[what] === undefined;
  }

  /** What a runner passes to its hooks is no option. */
  #close(...[options]: readonly unknown[]): Promise<void> {
    const isOption = typeof options === 'object' && options !== null && 'abrupt' in options;
    const { abrupt } = checked('options', closeOptions, isOption ? options : {});
    this.endExpectations();
    return this.#host.close(abrupt);
  }
}

function initialRules({ seed, errorRules }: Settings): RuleBook {
  const book = new RuleBook(seed);
  for (const rule of errorRules) book.add(rule);
  return book;
}
