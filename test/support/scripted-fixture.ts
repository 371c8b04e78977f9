/**
 * A fixture without a server, and workers without sockets, with the names of `useServers`: all that a test reads, expects and
 * does is the same, but nothing listens.
 */

import { setImmediate } from 'node:timers';
import {
  type EchoSts,
  type EchoStsOptions,
  type FaultPlan,
  manualClock,
  type Scope,
  type ScopeOptions,
} from 'echo-sts';
import { afterEach } from 'vitest';
import { MovedClock, readOnly } from '../../src/clock/manual-clock.js';
import { compose } from '../../src/handle/compose.js';
import { fixtureGroup } from '../../src/handle/fixture-group.js';
import { FixtureState } from '../../src/handle/fixture-state.js';
import { applyPlan } from '../../src/handle/plan.js';
import { sessionsOf } from '../../src/handle/session-functions.js';
import { openScope } from '../../src/handle/test-scope.js';
import { disposal } from '../../src/handle/verification.js';
import { toSettings } from '../../src/options/settings.js';
import { ScriptedPeer } from './scripted-peer.js';
import { type Payload, Worker } from './worker.js';

/** What a fixture has that needs no server. */
export type ScriptedFixture = Omit<EchoSts, 'port' | 'host' | 'controlUrl' | 'refuse' | 'restart'>;

/** A fixture or a scope. */
type Addressed = Pick<ScriptedFixture, 'url'>;

/** The state behind each open fixture, by its URL. */
const states = new Map<string, FixtureState>();
let fixtures = 0;

export function createScriptedFixture(options: EchoStsOptions = {}): ScriptedFixture {
  const settings = toSettings(options);
  const url = `http://127.0.0.1:${++fixtures}`;
  const state: FixtureState = new FixtureState(settings, {
    url: () => url,
    closesNoticed: async () => {},
    restart: (restart) => {
      state.note('restart', restart, state.everybody);
      state.abandonAll();
      for (const { peer } of state.connections) peer.destroy();
    },
  });
  const { clock } = settings;
  const detach =
    clock instanceof MovedClock ? clock.attach(() => state.settle(state.connections), state.clockMoved) : () => {};
  const group = fixtureGroup(state);
  const close = async (closeOptions: { abrupt?: boolean } = {}) => {
    group.setup.expectations.stop();
    state.close();
    states.delete(url);
    detach();
    if (closeOptions.abrupt !== true) await state.disconnect([...state.connections]);
    state.abandonAll();
    for (const { peer } of state.connections) peer.destroy();
  };
  const sts = compose(sessionsOf(group), {
    clock: clock instanceof MovedClock ? clock : readOnly(clock),
    get connections() {
      return state.connections.size;
    },
    scope: (scopeOptions: ScopeOptions): Scope => {
      state.requireOpen('scope');
      return openScope(state, scopeOptions);
    },
    apply: (plan: FaultPlan) => applyPlan(group, plan),
    reset: async () => {
      state.requireOpen('reset');
      await state.reset();
    },
    close,
    [Symbol.asyncDispose]: disposal(group, close),
  });
  states.set(url, state);
  return sts;
}

/** As `TestWorker`, without a socket; its connection is open when it is made. */
export class ScriptedWorker extends Worker {
  readonly peer: ScriptedPeer;
  readonly #callbacks: { event: string; callback: (payload: Payload) => void }[] = [];

  constructor(url: string, headers: Readonly<Record<string, string>> = {}) {
    super();
    const { 'X-Stream-ID': streamId, 'X-Worker-ID': workerId } = headers;
    const handshake = { ...(streamId !== undefined && { streamId }), ...(workerId !== undefined && { workerId }) };
    this.peer = new ScriptedPeer(handshake, {
      said: ({ event, payload }) => this.#take(event, payload),
      gone: (reason) => this.#take('disconnect', reason),
    });
    const state = states.get(url);
    if (state === undefined) throw new Error(`No scripted fixture is open at ${url}.`);
    this.record({ event: 'connect', payload: undefined });
    state.connect(this.peer);
  }

  get isConnected(): boolean {
    return this.peer.isOpen;
  }

  /** The last argument may be a callback. */
  send(event: string, ...args: unknown[]): void {
    const acknowledge = typeof args.at(-1) === 'function' ? (args.pop() as (payload: object) => void) : undefined;
    this.peer.send(event, args, acknowledge);
  }

  /** The callback runs after the service has finished what it is doing, as it would in another process. */
  on(event: string, callback: (payload: Payload) => void): void {
    this.#callbacks.push({ event, callback });
  }

  /** What is sent so arrives only when the service waits until it has heard everything. */
  sendSlowly(event: string, ...args: unknown[]): void {
    this.peer.sendSlowly(event, args);
  }

  /** Sends what a text in JSON says: a list of the event and its arguments, of any depth. */
  sendText(text: string): void {
    const [event, ...args] = JSON.parse(text);
    this.peer.arrive(event, args);
  }

  ask(event: string, ...args: unknown[]): Promise<Payload> {
    return new Promise((resolve) => this.peer.send(event, args, resolve));
  }

  drop(): void {
    this.peer.lose({ here: 'transport close', there: 'transport close' });
  }

  close(): void {
    this.peer.lose({ here: 'client namespace disconnect', there: 'io client disconnect' });
  }

  #take(event: string, payload: Payload): void {
    this.record({ event, payload });
    for (const { event: awaited, callback } of this.#callbacks)
      if (awaited === event) setImmediate(() => callback(payload));
  }
}

/** To be called once, at the top of a test file. */
export function useScriptedFixtures() {
  const fixtures: ScriptedFixture[] = [];

  afterEach(async () => {
    await Promise.all(fixtures.splice(0).map((sts) => sts.close()));
  });

  async function join(
    sts: Addressed,
    options: { extraHeaders?: Record<string, string> } = {},
  ): Promise<ScriptedWorker> {
    return new ScriptedWorker(sts.url, options.extraHeaders);
  }

  async function start(options?: EchoStsOptions): Promise<ScriptedFixture> {
    const sts = createScriptedFixture(options);
    fixtures.push(sts);
    return sts;
  }

  /** A worker with an active stream. */
  async function begin(sts: Addressed, overrides: object = {}): Promise<ScriptedWorker> {
    const worker = await join(sts);
    await worker.init(overrides);
    return worker;
  }

  return {
    start,
    join,
    begin,
    /** A fixture on a clock that stands still, and a worker with an active stream. */
    async still(options: EchoStsOptions = {}, overrides: object = {}) {
      const sts = await start({ clock: manualClock(), ...options });
      const worker = await begin(sts, overrides);
      worker.received.length = 0;
      return { sts, worker };
    },
  };
}
