/** The server and its connections, and what all scopes of a fixture share. It knows nothing of what is done to sessions. */

import type { Server, Socket } from 'socket.io';
import { atMost, type Clock, nextTurn, realClock } from './clock.js';
import { Connection } from './connection.js';
import { withSlash } from './control-address.js';
import type { Session } from './core/session.js';
import type { SessionSettings } from './core/settings.js';
import { show } from './core/show.js';
import type { SessionSnapshot } from './core/snapshot.js';
import type { ViolationKind } from './core/violations.js';
import { EchoStsError } from './errors.js';
import type { Scene } from './failure-text.js';
import { Farewell } from './farewell.js';
import { type Pages, pagesOf } from './http/pages.js';
import { Line } from './line.js';
import { Listener } from './listener.js';
import { MovedClock } from './manual-clock.js';
import type { Load } from './metrics/exposition.js';
import { Scopes, type StreamNames } from './scopes.js';
import { SessionList } from './session-list.js';
import { SessionRecorder } from './session-recorder.js';
import type { Settings } from './settings.js';
import { attachSocketIo } from './socket-io.js';
import { Tally } from './tally.js';
import type { NotePayloads } from './timeline/entry.js';
import type { Participant } from './timeline/shelf.js';
import { Timeline } from './timeline/timeline.js';
import { ViolationLog } from './violation-log.js';
import { Waits } from './waits.js';
import type { World } from './world.js';

/** A polling worker that does not ask within this time is not told goodbye: `close()` takes less than a second. */
const FAREWELL_MS = 500;
/** Workers that answer every answer are not heard out for ever. */
const MOST_ROUNDS = 10;

export class Host implements World {
  readonly seed: string;
  readonly clock: Clock;
  readonly timeline: Timeline;
  readonly sessions = new SessionList();
  readonly violations: ViolationLog;
  readonly tally = new Tally();
  readonly waits = new Waits();
  readonly scopes = new Scopes();
  readonly connections = new Set<Connection>();
  readonly isStrict: boolean;
  readonly excused: readonly ViolationKind[];
  readonly listener: Listener;
  readonly #io: Server;
  readonly #settings: Settings;
  #port = 0;
  #closing: Promise<void> | undefined;
  #announceClose = () => {};
  readonly #closeCalled = new Promise<void>((resolve) => {
    this.#announceClose = resolve;
  });
  /** The restarts so far, one after the other. */
  #restarting: Promise<unknown> = Promise.resolve();
  #detachClock = () => {};
  /** What follows the workers when the fixture is closed. */
  #closeControl = async () => {};
  /** On a manual clock: those that its last moment has brought about. */
  readonly #farewells = new Set<Farewell>();

  constructor(settings: Settings) {
    this.#settings = settings;
    this.seed = settings.seed;
    this.clock = settings.clock;
    this.isStrict = settings.conduct === 'strict';
    this.excused = settings.allow;
    this.timeline = new Timeline(settings.timeline);
    this.violations = new ViolationLog(this.timeline);
    this.listener = new Listener(settings.paths, this.#pages(), (status) =>
      this.#note('refused', { status, message: 'as the test has asked with `refuse()`' }),
    );
    this.#io = attachSocketIo(this.listener, settings, ({ code, message }) => {
      this.tally.failed(code);
      this.#note('refused', { code, message });
    });
  }

  get port(): number {
    return this.#port;
  }

  get url(): string {
    return `http://${reachable(this.#settings.host)}:${this.port}`;
  }

  /** How much is going on at the moment. */
  get load(): Load {
    const load = { connections: this.connections.size, streams: 0, inflight: 0, queueDepth: 0 };
    for (const { load: each } of this.connections) {
      load.streams += each.isStreaming ? 1 : 0;
      load.inflight += each.inflight;
      load.queueDepth += each.queueDepth;
    }
    return load;
  }

  /** `sessionSettings` is read whenever a session is opened. */
  async open(sessionSettings: () => SessionSettings): Promise<void> {
    const recorderOf = (session: Session) => new SessionRecorder(session, this);
    const surroundings = { clock: this.clock, recorderOf, settings: sessionSettings };
    this.#io.on('connection', (socket) => {
      const line = new Line(socket, () => this.listener.carriersOf(socket.conn), this.#settings);
      const connection = new Connection(socket, line, surroundings);
      this.connections.add(connection);
      socket.once('disconnect', () => {
        this.connections.delete(connection);
        if (line.isEnded) this.#bidFarewell(socket);
      });
      connection.open();
    });
    this.listener.routePaths(this.#settings.transports);
    await this.#listen();
    // A server that could not be started leaves nothing behind on a clock that others go by as well.
    if (this.clock instanceof MovedClock) this.#detachClock = this.clock.attach(() => this.settle(this.connections));
  }

  /** Control clients are told when the fixture is closed: the answers to what they wait for come first. */
  beforeEnd(closeControl: () => Promise<void>): void {
    this.#closeControl = closeControl;
  }

  /** The scope that claims a session of these names; `nobody` when there are scopes, and none does. */
  readonly claimantOf = (names: StreamNames): object | 'nobody' | undefined =>
    this.scopes.find(names) ?? (this.scopes.areUsed ? 'nobody' : undefined);

  readonly scene = (): Omit<Scene, 'sessions' | 'entries'> => ({
    seed: this.seed,
    clock: this.clock instanceof MovedClock ? this.clock.describe() : undefined,
    unclaimed: this.unclaimed,
  });

  readonly strayed = (names: StreamNames): void => this.scopes.addStray(names);

  /** What belongs to no scope, in words: streams, and connections that got no further than an error. */
  get unclaimed(): string[] {
    if (!this.scopes.areUsed) return [];
    const isNobodys = ({ scope, streamId }: Participant) => scope === undefined && streamId === '';
    const failed = this.sessions.snapshots(isNobodys).filter(({ errors }) => errors.length > 0);
    const { strays, claims } = this.scopes;
    return [...strays.map((names) => strayText(names, claims)), ...failed.map(failedText).reverse()];
  }

  readonly settle = async (connections: Iterable<Connection>): Promise<boolean> => {
    for (let rounds = 0; rounds < MOST_ROUNDS; rounds += 1) {
      const before = eventsOf(connections);
      await Promise.all([this.#farewellsAreNoticed(), ...Array.from(connections, ({ line }) => line.heardSoon())]);
      await nextTurn();
      if (eventsOf(connections) === before) return true;
    }
    return false;
  };

  readonly requireOpen = (method: string): void => {
    if (this.#closing === undefined) return;
    const message = `\`${method}\` was called after \`close()\`; create a new fixture with \`createEchoSts()\`.`;
    throw new EchoStsError('CLOSED', message);
  };

  /** Two turns let the farewell reach the workers, which then know not to reconnect; over polling they have to ask. */
  readonly disconnect = async (connections: readonly Connection[]): Promise<void> => {
    const farewells = connections.map(({ line }) => line.hangUp());
    await nextTurn();
    await nextTurn();
    await atMost(FAREWELL_MS, Promise.all(farewells));
    for (const { line } of connections) line.breakOff();
  };

  /** Goes down as a crashed server would, and comes up again. */
  async restart(downForMs: number): Promise<void> {
    const restart = this.#restarting.then(() => this.#goDownAndUp(downForMs));
    // Who waits for its end does so whatever became of it.
    this.#restarting = restart.catch(() => undefined);
    await restart;
  }

  close(isAbrupt: boolean): Promise<void> {
    this.#announceClose();
    this.#closing ??= this.#shutDown(isAbrupt);
    return this.#closing;
  }

  #pages(): Pages {
    return pagesOf({
      paths: this.#settings.paths.map(withSlash),
      control: this.#settings.control,
      tally: this.tally,
      startedAt: realClock.now(),
      now: realClock.now,
      load: () => this.load,
      snapshots: () => this.sessions.snapshots(() => true),
    });
  }

  async #listen(): Promise<void> {
    try {
      this.#port = await this.listener.listen(this.#settings.host, this.#settings.port);
    } catch (error) {
      await this.#io.close();
      throw error;
    }
  }

  async #goDownAndUp(downForMs: number): Promise<void> {
    this.#note('restart', { downForMs });
    this.#abandonAll();
    await this.listener.stop();
    await atMost(downForMs, this.#closeCalled);
    this.requireOpen('restart');
    await this.listener.listen(this.#settings.host, this.#port);
  }

  async #shutDown(isAbrupt: boolean): Promise<void> {
    this.waits.end('CLOSED', '`close()` was called');
    this.#detachClock();
    // A server that is about to listen cannot be closed.
    await this.#restarting;
    if (!isAbrupt) await this.disconnect([...this.connections]);
    await this.#closeControl();
    this.#abandonAll();
    const closed = this.#io.close();
    // A peer that does not answer would keep its socket, and the process, for up to 30 s.
    await this.listener.destroySockets();
    await closed;
  }

  #bidFarewell({ conn }: Socket): void {
    if (!(this.clock instanceof MovedClock) || this.#closing !== undefined) return;
    const farewell = new Farewell(conn, (come) => this.listener.onceRequested(conn, come));
    this.#farewells.add(farewell);
    void farewell.noticed.then(() => this.#farewells.delete(farewell));
  }

  /** A worker is waited for once: it may be gone as well. */
  async #farewellsAreNoticed(): Promise<void> {
    const farewells = [...this.#farewells];
    this.#farewells.clear();
    if (farewells.length === 0) return;
    await atMost(FAREWELL_MS, Promise.all(farewells.map(({ noticed }) => noticed)));
    for (const farewell of farewells) farewell.forget();
  }

  /** Of the fixture as a whole. */
  #note<Name extends keyof NotePayloads>(name: Name, payload: NotePayloads[Name]): void {
    this.timeline.record('note', name, payload, this.clock.now(), undefined);
    this.timeline.tell();
  }

  /** What ends now is not the workers' doing. */
  #abandonAll(): void {
    for (const { line } of this.connections) line.abandon();
  }
}

/** An address that listens on every interface is reached through the loopback one; IPv6 needs brackets in a URL. */
function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}

/** Changes whenever one of them comes, goes, or has something to tell. */
function eventsOf(connections: Iterable<Connection>): number {
  let sum = 0;
  for (const { events } of connections) sum += 1 + events;
  return sum;
}

function strayText({ streamId, workerId }: StreamNames, claims: string): string {
  return (
    `stream ${show(streamId)} of worker ${show(workerId)} was begun when no scope claimed it; ${claims}: ` +
    'begin it with an id that a scope claims, and before that scope is closed'
  );
}

function failedText({ errors }: SessionSnapshot): string {
  const lastError = errors.at(-1);
  return `a connection without a stream belongs to no scope; last error sent ${lastError?.code}: ${lastError?.message}`;
}
