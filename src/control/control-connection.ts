/**
 * The connection to a fixture in another process: sends calls, and resends those whose replies were lost with a
 * connection.
 */

import { randomUUID } from 'node:crypto';
import type { io as Io, Socket } from 'socket.io-client';
import { type CallSite, EchoStsError, type EchoStsErrorCode } from '../checks/errors.js';
import { isRecord } from '../checks/fields.js';
import { realClock } from '../clock/clock.js';
import { CONTROL_NAMESPACE, CONTROL_PATH } from '../options/paths.js';
import { type Answer, CONTROL_VERSION } from './messages.js';

/** How long the fixture may be unreachable, as during a `restart()`, in addition to the requested downtime. */
const RECONNECT_TIMEOUT_MS = 10_000;
/** Initial and maximum delay between two attempts to reconnect. */
const RECONNECT_DELAY_MS = 10;
const MAX_RECONNECT_DELAY_MS = 200;

/** The address of the fixture, and how to connect to it. */
export interface Address {
  readonly url: string;
  readonly token: string | undefined;
  /** The trusted certificates; undefined: those that Node trusts. */
  readonly ca: string[] | undefined;
  /** The default timeout of this client's waits, milliseconds; undefined: that of the fixture. */
  readonly waitTimeoutMs?: number | undefined;
}

interface Pending {
  readonly message: {
    readonly number: number;
    readonly on: string;
    readonly name: string;
    readonly args: unknown[];
    readonly seen: number[];
  };
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: EchoStsError) => void;
}

export class ControlConnection {
  readonly #socket: Socket;
  readonly #address: Address;
  /** Calls without a reply, in the order of their numbers. */
  readonly #pending = new Set<Pending>();
  #calls = 0;
  /** Numbers of calls answered since the last call. The fixture need not keep their replies. */
  readonly #seen: number[] = [];
  #stopTimer = () => {};
  /** Why the connection has ended. */
  #cause: { readonly code: EchoStsErrorCode; readonly message: string } | undefined;

  /** Resolves once connected. Rejects with an `EchoStsError`: `CONTROL_REFUSED` or `DISCONNECTED`. */
  static async connect(io: typeof Io, address: Address): Promise<ControlConnection> {
    const connection = new ControlConnection(io, address);
    const socket = connection.#socket;
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('connect_error', (error) => {
        socket.disconnect();
        reject(toConnectError(error, address));
      });
    });
    // Later connections have other listeners.
    socket.off();
    socket.on('connect', () => connection.#resend());
    socket.on('disconnect', (reason) => {
      if (reason === 'io server disconnect') connection.#end('CLOSED', 'The fixture in the other process was closed.');
      else connection.#startTimeout();
    });
    socket.on('connect_error', (error) => connection.#endIfRefused(error));
    return connection;
  }

  private constructor(io: typeof Io, address: Address) {
    this.#address = address;
    const client = randomUUID();
    let isBack = false;
    this.#socket = io(address.url + CONTROL_NAMESPACE, {
      path: CONTROL_PATH,
      transports: ['websocket'],
      ...(address.ca !== undefined && { ca: address.ca }),
      forceNew: true,
      reconnectionDelay: RECONNECT_DELAY_MS,
      reconnectionDelayMax: MAX_RECONNECT_DELAY_MS,
      // The test may fake the global timers.
      useNativeTimers: true,
      auth: (send) => {
        send({
          version: CONTROL_VERSION,
          client,
          isBack,
          ...(address.token !== undefined && { token: address.token }),
        });
      },
    });
    this.#socket.once('connect', () => {
      isBack = true;
    });
  }

  /** As in the address. */
  get waitTimeoutMs(): number | undefined {
    return this.#address.waitTimeoutMs;
  }

  /** Resolves with the reply. Rejects with an `EchoStsError` that points to the call site. */
  call(on: string, name: string, args: unknown[], site: CallSite): Promise<Answer> {
    return new Promise((resolve, rejectUnmarked) => {
      const reject = (error: EchoStsError) => rejectUnmarked(site.mark(error));
      if (this.#cause !== undefined) return reject(new EchoStsError(this.#cause.code, this.#cause.message));
      this.#calls += 1;
      const pending = { message: { number: this.#calls, on, name, args, seen: this.#seen.splice(0) }, resolve, reject };
      this.#pending.add(pending);
      if (this.#socket.connected) this.#send(pending);
    });
  }

  /** Ends the connection. Pending calls reject with `CLOSED`. */
  close(): void {
    this.#end('CLOSED', 'The handle was closed; connect again with `connectEchoSts()`.');
  }

  #send(pending: Pending): void {
    this.#socket.emit('call', pending.message, (answer: Answer) => this.#settle(pending, answer));
  }

  #settle(pending: Pending, { error, ...answer }: Answer): void {
    // Each call is settled once.
    if (!this.#pending.delete(pending)) return;
    this.#seen.push(pending.message.number);
    if (error === undefined) pending.resolve(answer);
    else pending.reject(new EchoStsError(error.code, error.message));
  }

  #resend(): void {
    this.#stopTimer();
    for (const pending of this.#pending) this.#send(pending);
  }

  #startTimeout(): void {
    if (this.#cause !== undefined) return;
    const downForMs = [...this.#pending].map(({ message }) => downtimeMs(message));
    const { url } = this.#address;
    const giveUp = () =>
      this.#end(
        'DISCONNECTED',
        `The connection to the fixture at ${url} was lost, and the fixture did not come back in time.`,
      );
    this.#stopTimer = realClock.startTimer({ wake: giveUp }, RECONNECT_TIMEOUT_MS + Math.max(0, ...downForMs));
  }

  #endIfRefused(error: Error): void {
    const { code, message } = toConnectError(error, this.#address);
    // A refusal by the fixture is final. If it cannot be reached, Socket.IO retries.
    if (code !== 'DISCONNECTED' || 'data' in error) this.#end(code, message);
  }

  #end(code: EchoStsErrorCode, message: string): void {
    this.#cause ??= { code, message };
    this.#stopTimer();
    this.#socket.disconnect();
    const pending = [...this.#pending];
    this.#pending.clear();
    for (const { message: call, reject } of pending) {
      reject(new EchoStsError(code, `${message} \`${call.name}\` was still pending.`));
    }
  }
}

/** The downtime that the call causes. */
function downtimeMs({ name, args: [options] }: Pending['message']): number {
  const downForMs: unknown = name === 'restart' && isRecord(options) ? Reflect.get(options, 'downForMs') : 0;
  return typeof downForMs === 'number' ? downForMs : 0;
}

/** Socket.IO's error of a failed connection: the payload of a refusal, or the error of the transport. */
interface ConnectError extends Error {
  readonly data?: { readonly code?: EchoStsErrorCode };
  readonly description?: { readonly message?: string };
}

function toConnectError({ message, data, description }: ConnectError, { url }: Address): EchoStsError {
  if (data?.code !== undefined) return new EchoStsError(data.code, message);
  const cause = description?.message ?? message;
  // The HTTP status is all that a client gets that may not control the fixture.
  if (/\b403\b/.test(cause)) {
    const advice = `connect from a process of that machine, to the address 127.0.0.1 in place of ${url}`;
    return new EchoStsError('CONTROL_REFUSED', `The fixture can be controlled only from its own machine; ${advice}.`);
  }
  const certificate = url.startsWith('https:') ? ', pass its certificate as the option `ca`' : '';
  const advice = `check the address${certificate}, and start the fixture with the option \`control: true\``;
  return new EchoStsError('DISCONNECTED', `No fixture with \`control\` replies at ${url} (${cause}); ${advice}.`);
}
