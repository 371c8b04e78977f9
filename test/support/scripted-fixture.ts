/**
 * A fixture without a server, and workers without sockets, with the names of `useServers`: all that a test reads, expects and
 * does is the same, but nothing listens.
 */

import type { EchoSts, EchoStsOptions, Scope, ScopeOptions } from 'echo-sts';
import { afterEach } from 'vitest';
import { MovedClock, readOnly } from '../../src/clock/manual-clock.js';
import { compose } from '../../src/handle/compose.js';
import { fixtureGroup } from '../../src/handle/fixture-group.js';
import { FixtureState } from '../../src/handle/fixture-state.js';
import { sessionsOf } from '../../src/handle/session-functions.js';
import { openScope } from '../../src/handle/test-scope.js';
import { disposal } from '../../src/handle/verification.js';
import { toSettings } from '../../src/options/settings.js';
import { init, type Payload, type Received } from './client.js';
import { ScriptedPeer } from './scripted-peer.js';

/** What a fixture has that needs no server. */
export type ScriptedFixture = Omit<EchoSts, 'port' | 'host' | 'controlUrl' | 'refuse' | 'restart'>;

/** The state behind each fixture. */
const states = new WeakMap<object, FixtureState>();

export function createScriptedFixture(options: EchoStsOptions = {}): ScriptedFixture {
  const settings = toSettings(options);
  const state = new FixtureState(
    settings,
    () => 'http://127.0.0.1:0',
    async () => {},
  );
  const { clock } = settings;
  const detach = clock instanceof MovedClock ? clock.attach(() => state.settle(state.connections)) : () => {};
  const group = fixtureGroup(state);
  const close = async () => {
    state.setup.expectations.stop();
    state.close();
    detach();
    await state.disconnect([...state.connections]);
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
    reset: async () => {
      state.requireOpen('reset');
      await state.reset();
    },
    close,
    [Symbol.asyncDispose]: disposal(group, close),
  });
  states.set(sts, state);
  return sts;
}

/** As `TestWorker`, without a socket. */
export class ScriptedWorker {
  readonly peer: ScriptedPeer;
  /** Everything that came, in order; `disconnect` included, with its reason. */
  readonly received: Received[] = [];
  readonly #waiting: { event: string; resolve: (payload: Payload) => void }[] = [];
  readonly #taken = new Set<Received>();

  /** Its connection is open when it is made. */
  constructor(sts: object, headers: Readonly<Record<string, string>> = {}) {
    const { 'X-Stream-ID': streamId, 'X-Worker-ID': workerId } = headers;
    const handshake = { ...(streamId !== undefined && { streamId }), ...(workerId !== undefined && { workerId }) };
    this.peer = new ScriptedPeer(handshake, (received) => this.#record(received));
    const state = states.get(sts);
    if (state === undefined)
      throw new Error('Expected a scripted fixture; make one with `start` of `useScriptedFixtures`.');
    state.connect(this.peer);
  }

  send(event: string, ...args: unknown[]): void {
    const acknowledge = typeof args.at(-1) === 'function' ? (args.pop() as (payload: object) => void) : undefined;
    this.peer.send(event, args, acknowledge);
  }

  /** The payload of the next event of that name that was not asked for before; may have come already. */
  next(event: string): Promise<Payload> {
    const come = this.received.find((entry) => entry.event === event && !this.#taken.has(entry));
    if (come === undefined) return new Promise((resolve) => this.#waiting.push({ event, resolve }));
    this.#taken.add(come);
    return Promise.resolve(come.payload);
  }

  /** All payloads of that event so far. */
  all(event: string): Payload[] {
    return this.received.filter((entry) => entry.event === event).map((entry) => entry.payload);
  }

  /** `stream:init`, and its `stream:ready`. */
  async init(overrides: object = {}): Promise<Payload> {
    this.send('stream:init', init(overrides));
    return this.next('stream:ready');
  }

  /** Everything sent so far has been dealt with: at once. */
  async settled(): Promise<void> {}

  close(): void {
    this.peer.lose('client namespace disconnect');
  }

  #record(entry: Received): void {
    this.received.push(entry);
    const index = this.#waiting.findIndex((waiting) => waiting.event === entry.event);
    const [waiting] = index === -1 ? [] : this.#waiting.splice(index, 1);
    if (waiting === undefined) return;
    this.#taken.add(entry);
    waiting.resolve(entry.payload);
  }
}

/** To be called once, at the top of a test file. */
export function useScriptedFixtures() {
  const fixtures: ScriptedFixture[] = [];

  afterEach(async () => {
    await Promise.all(fixtures.splice(0).map((sts) => sts.close()));
  });

  async function join(sts: object, options: { extraHeaders?: Record<string, string> } = {}): Promise<ScriptedWorker> {
    return new ScriptedWorker(sts, options.extraHeaders);
  }

  return {
    async start(options?: EchoStsOptions): Promise<ScriptedFixture> {
      const sts = createScriptedFixture(options);
      fixtures.push(sts);
      return sts;
    },
    join,
    /** A worker with an active stream. */
    async begin(sts: object, overrides: object = {}): Promise<ScriptedWorker> {
      const worker = await join(sts);
      await worker.init(overrides);
      return worker;
    },
  };
}
