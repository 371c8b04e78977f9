/**
 * The state of a fixture that all its sessions and scopes share, and its connections. It knows nothing of servers: a
 * connection is made of any peer.
 */

import { EchoStsError } from '../checks/errors.js';
import { type Clock, nextTurn } from '../clock/clock.js';
import { type ClockMove, MovedClock } from '../clock/manual-clock.js';
import { RuleBook } from '../core/rules.js';
import type { SessionSettings } from '../core/settings.js';
import type { ViolationKind } from '../core/violations.js';
import type { Scene } from '../failures/scene.js';
import { unclaimedConnections, unclaimedStream } from '../failures/unclaimed.js';
import type { Settings } from '../options/settings.js';
import { Arrivals } from '../record/arrivals.js';
import { SessionList } from '../record/session-list.js';
import { type Records, SessionRecorder } from '../record/session-recorder.js';
import { Tally } from '../record/tally.js';
import { ViolationLog } from '../record/violation-log.js';
import { Connection, type Surroundings } from '../server/connection.js';
import { closeGracefully } from '../server/graceful-close.js';
import type { Peer } from '../server/peer.js';
import type { NotePayloads } from '../timeline/entry.js';
import type { Participant } from '../timeline/stored-entry.js';
import { Timeline } from '../timeline/timeline.js';
import { ClockMoves } from './clock-moves.js';
import { Complaints } from './complaints.js';
import { Scopes, type StreamNames } from './scopes.js';
import { addPlan, clear, createSetup, type PlannedEntries, type Setup } from './setup.js';
import { Waits } from './waits.js';

/** Maximum number of rounds: a worker may reply to every reply. */
const MOST_ROUNDS = 10;

/** A restart as the timeline has it. */
export type RestartNote = NotePayloads['restart'];

/** The server of a fixture, as far as its state knows it. */
export interface FixtureServer {
  /** Where workers connect to, as soon as that is known. */
  url(): string;
  /** Resolves once the workers whose connections were ended from here have noticed that. */
  closesNoticed(): Promise<void>;
  /** Restarts by plan, in that phase of a stream; nothing is done after `close()`. */
  restart(restart: RestartNote): void;
}

export class FixtureState implements Records {
  readonly seed: string;
  readonly clock: Clock;
  readonly timeline: Timeline;
  readonly sessions = new SessionList();
  readonly violations: ViolationLog;
  readonly tally = new Tally();
  readonly arrivals: Arrivals;
  readonly waits = new Waits();
  readonly complaints = new Complaints();
  readonly scopes = new Scopes();
  readonly connections = new Set<Connection>();
  /** What the test has set up for all sessions. */
  readonly setup: Setup;
  /** What the options plan, in their order, with how often it has happened. */
  planned: PlannedEntries;
  /** How long a wait takes at most whose call does not say. */
  readonly waitTimeoutMs: number;
  /** Whether violations make `verify` fail. */
  readonly isStrict: boolean;
  /** Whether what has proved nothing makes `verify` fail. */
  readonly failsOnVacuous: boolean;
  /** Violations that are excused everywhere. */
  readonly excused: readonly ViolationKind[];
  readonly #settings: Settings;
  readonly #server: FixtureServer;
  readonly #surroundings: Surroundings;
  readonly #moves = new ClockMoves();
  /** The settings of new sessions, and what they were made of. */
  #current: (Pick<Setup, 'rules' | 'overrides'> & { readonly settings: SessionSettings }) | undefined;
  #isClosed = false;

  constructor(settings: Settings, server: FixtureServer) {
    this.#settings = settings;
    this.#server = server;
    this.seed = settings.seed;
    this.clock = settings.clock;
    this.waitTimeoutMs = settings.waitTimeoutMs;
    this.isStrict = settings.conduct === 'strict';
    this.failsOnVacuous = settings.vacuous === 'fail';
    this.excused = settings.allow;
    this.timeline = new Timeline(settings.timeline);
    this.violations = new ViolationLog(this.timeline);
    this.arrivals = new Arrivals({ timeline: this.timeline, tally: this.tally, now: () => this.clock.now() });
    this.setup = createSetup(new RuleBook(settings.seed));
    this.planned = this.#plan();
    this.#surroundings = this.#makeSurroundings();
    this.timeline.precedeBy(() => this.#tellMoves());
  }

  get url(): string {
    return this.#server.url();
  }

  /** A worker is there. */
  connect(peer: Peer): Connection {
    const connection = new Connection(peer, this.#surroundings);
    this.connections.add(connection);
    connection.open();
    return connection;
  }

  /** What a failure text says of the fixture as a whole. */
  readonly scene = (): Omit<Scene, 'sessions' | 'entries'> => ({
    seed: this.seed,
    nowMs: this.clock.now(),
    clock: this.clock instanceof MovedClock ? this.clock.describe() : undefined,
    unclaimed: this.describeUnclaimed(),
  });

  /** A stream was begun that no scope claims; returns whether there has been one that could. */
  readonly unclaimed = (names: StreamNames): boolean => {
    if (this.scopes.areUsed) this.scopes.addUnclaimed(names);
    return this.scopes.areUsed;
  };

  /** What belongs to no scope, in words: streams, and connections that got no further than an error. */
  describeUnclaimed(): string[] {
    if (!this.scopes.areUsed) return [];
    const isNobodys = ({ scope, streamId }: Participant) => scope === undefined && streamId === '';
    const streams = this.scopes.unclaimed.map(unclaimedStream);
    return [...streams, ...unclaimedConnections(this.sessions.snapshots(isNobodys))];
  }

  /**
   * Resolves once everything that was sent on these connections, in either direction, has been received, and the replies to it:
   * with true, or with false when there is no end to them.
   */
  async settle(connections: Iterable<Connection>): Promise<boolean> {
    for (let rounds = 0; rounds < MOST_ROUNDS; rounds += 1) {
      const before = eventsOf(connections);
      await Promise.all([this.#server.closesNoticed(), ...Array.from(connections, ({ peer }) => peer.heardSoon())]);
      await nextTurn();
      if (eventsOf(connections) === before) return true;
    }
    return false;
  }

  /** Closes them gracefully; resolves when the workers have heard it, or soon. */
  async disconnect(connections: readonly Connection[]): Promise<void> {
    await closeGracefully(connections.map(({ peer }) => peer));
  }

  /** What ends now is not the workers' doing. */
  abandonAll(): void {
    this.arrivals.abandonPending();
    for (const { peer } of this.connections) peer.abandon();
  }

  /** Of no session: of the fixture alone, unless a participant is given. */
  note<Name extends keyof NotePayloads>(name: Name, payload: NotePayloads[Name], participant?: Participant): void {
    this.timeline.record('note', name, payload, this.clock.now(), participant);
    this.timeline.tell();
  }

  /** The test moves the clock. */
  readonly clockMoved = (move: ClockMove): void => this.#moves.add(move, this.clock.now());

  /** Who is concerned by what the test does to the fixture: every scope that has been opened. */
  get everybody(): Participant {
    return { sessionId: '', streamId: '', scopesUpTo: this.scopes.opened };
  }

  /** Between tests. */
  async reset(): Promise<void> {
    this.waits.end('RESET', '`reset()` was called');
    this.complaints.clear();
    clear(this.setup);
    this.setup.rules = new RuleBook(this.#settings.seed);
    await Promise.all(this.scopes.clear().map((scope) => scope.abandon()));
    await this.disconnect([...this.connections]);
    // Only now: the workers of the test that has ended must not use up what is planned for the next.
    this.planned = this.#plan();
    this.sessions.forgetEnded();
    this.timeline.clear();
    this.arrivals.clear();
    this.#forgetMoves();
    this.violations.clear();
  }

  /** From now on only what has been recorded can be read. */
  close(): void {
    this.#isClosed = true;
    this.waits.end('CLOSED', '`close()` was called');
  }

  /** Throws an `EchoStsError` (`CLOSED`) after `close()`. */
  readonly requireOpen = (method: string): void => {
    if (!this.#isClosed) return;
    const message = `\`${method}\` was called after \`close()\`; create a new fixture with \`createEchoSts()\`.`;
    throw new EchoStsError('CLOSED', message);
  };

  /** How the clock was moved stands before what happened then. */
  #tellMoves(): void {
    const fakeMs = this.clock.takeMoveMs?.() ?? 0;
    const now = this.clock.now();
    const fake = fakeMs === 0 ? undefined : { did: `fake timers moved by ${fakeMs} ms`, sinceMs: now - fakeMs };
    const move = fake ?? this.#moves.take();
    if (move !== undefined) this.timeline.record('note', 'test', { did: move.did }, move.sinceMs, this.everybody);
  }

  #makeSurroundings(): Surroundings {
    return {
      clock: this.clock,
      checksAudio: this.#settings.audioCheck,
      observerOf: (session) => {
        const recorder = new SessionRecorder(session, this);
        return (step) => recorder.observe(step);
      },
      settings: () => this.#sessionSettings,
      restart: ({ downForMs, at }, streamId) =>
        this.#server.restart({ downForMs, at, ...(streamId !== '' && { streamId }) }),
      ended: (gone) => this.connections.delete(gone),
    };
  }

  #plan(): PlannedEntries {
    return addPlan(this.setup, this.#settings);
  }

  #forgetMoves(): void {
    this.clock.takeMoveMs?.();
    this.#moves.clear();
  }

  /** What new sessions start with. They share one object until something else is set. */
  get #sessionSettings(): SessionSettings {
    const { rules, overrides } = this.setup;
    if (this.#current?.rules !== rules || this.#current.overrides !== overrides) {
      this.#current = { rules, overrides, settings: Object.freeze(this.#makeSettings()) };
    }
    return this.#current.settings;
  }

  /** The options, and what has been set since. */
  #makeSettings(): SessionSettings {
    const { setup } = this;
    const { rules, actions, overrides } = setup;
    const settings = this.#settings;
    return {
      ...settings,
      ...overrides,
      // Read when the stream begins, which may be long after the connection has opened.
      get capacity() {
        return setup.overrides.capacity ?? settings.capacity;
      },
      rules,
      actions,
      rulesOf: (streamId) => this.sessions.rulesOf(streamId),
      scopeOf: (names) => this.scopes.find(names)?.settings,
    };
  }
}

/** Changes whenever one of them comes, goes, or has something to say. */
function eventsOf(connections: Iterable<Connection>): number {
  let sum = 0;
  for (const { events } of connections) sum += 1 + events;
  return sum;
}
