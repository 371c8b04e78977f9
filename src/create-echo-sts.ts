/** The fixture: its connections, sessions and rules, and what the functions of the handle do with them. */

import type { Server } from 'socket.io';
import { checked } from './checked.js';
import { atMost, nextTurn } from './clock.js';
import { Connection } from './connection.js';
import { type Cut, CutBook, type CutEntry } from './core/cuts.js';
import type { DelayPlan } from './core/delay.js';
import type { Input } from './core/protocol.js';
import { RuleBook, type RuleEntry } from './core/rules.js';
import type { SessionSettings } from './core/settings.js';
import type { SessionSnapshot } from './core/snapshot.js';
import type { BackpressureSignal } from './core/vocabulary.js';
import { type ActiveErrorRule, type ErrorRule, errorRule, toErrorRule } from './error-rules.js';
import { EchoStsError } from './errors.js';
import type { ActiveCut, CutOptions, EchoSts, PushedBackpressure, RefuseOptions, RestartOptions } from './handle.js';
import { closeOptions, cutOptions, pushedBackpressure, refuseOptions, restartOptions } from './handle-options.js';
import { Line } from './line.js';
import { Listener } from './listener.js';
import type { BackpressureOption, EchoStsOptions } from './options.js';
import { type WaitForSessionOptions, waitForSessionSchema } from './session-criteria.js';
import { SessionList } from './session-list.js';
import { type Settings, toBackpressurePlan, toDelay, toSettings } from './settings.js';
import { attachSocketIo } from './socket-io.js';

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
  const fixture = new Fixture(toSettings(options));
  await fixture.listen();
  return fixture;
}

/** A polling worker that does not ask within this time is not told goodbye: `close()` takes less than a second. */
const FAREWELL_MS = 500;

/** Its functions are bound, so that `afterAll(sts.close)` works. */
class Fixture implements EchoSts {
  readonly host: string;
  readonly seed: string;
  readonly #options: Settings;
  readonly #listener: Listener;
  readonly #io: Server;
  readonly #connections = new Set<Connection>();
  readonly #sessions: SessionList;
  readonly #cuts = new CutBook();
  #rules: RuleBook;
  /** What new sessions start with: the options, and what has been set since. */
  #settings: SessionSettings;
  #port = 0;
  #closing: Promise<void> | undefined;
  #announceClose = () => {};
  readonly #closeCalled = new Promise<void>((resolve) => {
    this.#announceClose = resolve;
  });
  /** The restarts so far, one after the other. */
  #restarting: Promise<unknown> = Promise.resolve();

  constructor(options: Settings) {
    this.host = options.host;
    this.seed = options.seed;
    this.#options = options;
    this.#sessions = new SessionList(options.seed);
    this.#rules = initialRules(options);
    this.#settings = this.#initialSettings();
    this.#listener = new Listener(options.paths);
    this.#io = attachSocketIo(this.#listener, options);
    this.#io.on('connection', (socket) => {
      const line = new Line(socket, () => this.#listener.carriersOf(socket.conn), options);
      const connection = new Connection(socket, line, this.#sessions, () => this.#settings);
      this.#connections.add(connection);
      socket.once('disconnect', () => this.#connections.delete(connection));
      // Last, for it may break the connection at once.
      connection.handle({ kind: 'connect' });
    });
  }

  async listen(): Promise<void> {
    try {
      this.#port = await this.#listener.listen(this.host, this.#options.port);
    } catch (error) {
      await this.#io.close();
      throw error;
    }
  }

  get port(): number {
    return this.#port;
  }

  get url(): string {
    return `http://${reachable(this.host)}:${this.#port}`;
  }

  get connections(): number {
    return this.#connections.size;
  }

  get sessions(): readonly SessionSnapshot[] {
    return this.#sessions.snapshots;
  }

  get errorRules(): readonly ActiveErrorRule[] {
    return this.#rules.entries.map((entry) => activeRule(this.#rules, entry));
  }

  readonly session = (streamId: string): SessionSnapshot | undefined => this.#sessions.findBy({ streamId });

  readonly waitForSession = async (options: WaitForSessionOptions = {}): Promise<SessionSnapshot> => {
    const { timeoutMs, ...criteria } = checked('waitForSession', waitForSessionSchema, options);
    const present = this.#sessions.findBy(criteria);
    if (present !== undefined) return present;
    this.#requireOpen('waitForSession');
    return this.#sessions.waitFor(criteria, timeoutMs);
  };

  readonly setDelay = (delayMs: DelayPlan): void => {
    this.#requireOpen('setDelay');
    this.#settings = { ...this.#settings, delayMs: toDelay(delayMs) };
    this.#tell({ kind: 'delay', delayMs });
  };

  readonly setBackpressure = (backpressure: BackpressureOption): void => {
    this.#requireOpen('setBackpressure');
    const plan = toBackpressurePlan(backpressure);
    this.#settings = { ...this.#settings, backpressure: plan };
    this.#tell({ kind: 'backpressure', plan });
  };

  readonly pushBackpressure = (options: PushedBackpressure): void => {
    this.#requireOpen('pushBackpressure');
    const { streamId, ...signal } = checked('signal', pushedBackpressure, options);
    this.#tell({ kind: 'push backpressure', signal: signal as BackpressureSignal }, streamId);
  };

  readonly addErrorRule = (rule: ErrorRule): ActiveErrorRule => {
    this.#requireOpen('addErrorRule');
    return activeRule(this.#rules, this.#rules.add(checked('rule', errorRule, rule)));
  };

  readonly clearErrorRules = (): void => this.#rules.clear();

  readonly cut = (options: CutOptions): ActiveCut => {
    this.#requireOpen('cut');
    const { streamId, ...cut } = checked('cut', cutOptions, options);
    const times = cut.times ?? (cut.at === 'now' ? Number.POSITIVE_INFINITY : 1);
    const entry = this.#cuts.add({ ...cut, times, ...(streamId !== undefined && { streamId }) } as Cut);
    if (cut.at === 'now') {
      this.#tell({ kind: 'cut now' }, streamId);
      // Whom it did not meet now it shall not meet later.
      this.#cuts.remove(entry);
    }
    return activeCut(this.#cuts, entry);
  };

  readonly refuse = (options: RefuseOptions = {}): void => {
    this.#requireOpen('refuse');
    const { times, status } = checked('options', refuseOptions, options);
    this.#listener.refuse(times, status);
  };

  readonly restart = async (options: RestartOptions = {}): Promise<void> => {
    this.#requireOpen('restart');
    const { downForMs } = checked('options', restartOptions, options);
    const restart = this.#restarting.then(() => this.#goDownAndUp(downForMs));
    // Who waits for its end does so whatever became of it.
    this.#restarting = restart.catch(() => undefined);
    await restart;
  };

  readonly reset = async (): Promise<void> => {
    this.#requireOpen('reset');
    this.#sessions.rejectWaits('RESET', '`reset()` was called');
    this.#cuts.clear();
    this.#listener.refuse(0, 503);
    this.#rules = initialRules(this.#options);
    this.#settings = this.#initialSettings();
    await this.#disconnectWorkers();
    this.#sessions.forgetEnded();
  };

  /** Bound rather than an arrow: runners read the parameters of a hook such as `afterAll(sts.close)` in its source. */
  readonly close = this.#close.bind(this);

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #initialSettings(): SessionSettings {
    const rulesOf = (streamId: string) => this.#sessions.rulesOf(streamId);
    return { ...this.#options, rules: this.#rules, rulesOf, cuts: this.#cuts };
  }

  /** Every open connection, or that of one stream. */
  #tell(input: Input, streamId?: string): void {
    for (const connection of this.#connections) {
      if (streamId === undefined || connection.streamId === streamId) connection.handle(input);
    }
  }

  async #goDownAndUp(downForMs: number): Promise<void> {
    await this.#listener.stop();
    await atMost(downForMs, this.#closeCalled);
    this.#requireOpen('restart');
    await this.#listener.listen(this.host, this.#port);
  }

  /** What a runner passes to its hooks is no option. */
  #close(...[options]: readonly unknown[]): Promise<void> {
    const isOption = typeof options === 'object' && options !== null && 'abrupt' in options;
    const { abrupt } = checked('options', closeOptions, isOption ? options : {});
    this.#announceClose();
    this.#closing ??= this.#shutDown(abrupt);
    return this.#closing;
  }

  async #shutDown(abrupt: boolean): Promise<void> {
    this.#sessions.rejectWaits('CLOSED', '`close()` was called');
    // A server that is about to listen cannot be closed.
    await this.#restarting;
    if (!abrupt) await this.#disconnectWorkers();
    const closed = this.#io.close();
    // A peer that does not answer would keep its socket, and the process, for up to 30 s.
    await this.#listener.destroySockets();
    await closed;
  }

  /** Two turns let the farewell reach the workers, which then know not to reconnect; over polling they have to ask. */
  async #disconnectWorkers(): Promise<void> {
    const farewells = [...this.#connections].map((connection) => connection.hangUp());
    await nextTurn();
    await nextTurn();
    await atMost(FAREWELL_MS, Promise.all(farewells));
  }

  #requireOpen(method: string): void {
    if (this.#closing === undefined) return;
    const message = `\`${method}\` was called after \`close()\`; create a new fixture with \`createEchoSts()\`.`;
    throw new EchoStsError('CLOSED', message);
  }
}

function initialRules({ seed, errorRules }: Settings): RuleBook {
  const book = new RuleBook(seed);
  for (const rule of errorRules) book.add(rule);
  return book;
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

/** An address that listens on every interface is reached through the loopback one; IPv6 needs brackets in a URL. */
function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}
