/** The line to a fixture in another process: sends calls, and sends those again whose answers were lost with a connection. */

import { randomUUID } from 'node:crypto';
import type { io as Io, Socket } from 'socket.io-client';
import { type CallSite, EchoStsError, type EchoStsErrorCode } from '../checks/errors.js';
import { isRecord } from '../checks/fields.js';
import { realClock } from '../clock/clock.js';
import { CONTROL_NAMESPACE, CONTROL_PATH } from '../options/paths.js';
import { type Answer, CONTROL_VERSION } from './messages.js';

/** So long the fixture may be away, as during a `restart()`; longer by what that was asked to take. */
const AWAY_MS = 10_000;
/** Between two attempts to connect again, milliseconds, at first and at most. */
const AGAIN_AFTER_MS = 10;
const AGAIN_AFTER_AT_MOST_MS = 200;

/** Where the fixture is. */
export interface Address {
  readonly url: string;
  readonly token: string | undefined;
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

export class Caller {
  readonly #socket: Socket;
  readonly #address: Address;
  /** In the order of their numbers. */
  readonly #pending = new Set<Pending>();
  #calls = 0;
  /** Calls that have been answered since the last one was made: their answers need not be kept for them. */
  readonly #seen: number[] = [];
  #stopTimer = () => {};
  /** Why nothing can be asked any more. */
  #end: { readonly code: EchoStsErrorCode; readonly message: string } | undefined;

  /** Resolves once it is connected. Rejects with an `EchoStsError`: `CONTROL_REFUSED` or `DISCONNECTED`. */
  static async connect(io: typeof Io, address: Address): Promise<Caller> {
    const caller = new Caller(io, address);
    const socket = caller.#socket;
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('connect_error', (error) => {
        socket.disconnect();
        reject(refused(error, address));
      });
    });
    // What was for the first attempt is not for later ones.
    socket.off();
    socket.on('connect', () => caller.#reconnected());
    socket.on('disconnect', (reason) => caller.#lost(reason));
    socket.on('connect_error', (error) => caller.#failed(error));
    return caller;
  }

  private constructor(io: typeof Io, address: Address) {
    this.#address = address;
    const client = randomUUID();
    let isBack = false;
    this.#socket = io(address.url + CONTROL_NAMESPACE, {
      path: CONTROL_PATH,
      transports: ['websocket'],
      forceNew: true,
      reconnectionDelay: AGAIN_AFTER_MS,
      reconnectionDelayMax: AGAIN_AFTER_AT_MOST_MS,
      // The test may have faked the others.
      useNativeTimers: true,
      auth: (give) => {
        give({
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

  /** Resolves with the answer. Rejects with an `EchoStsError` that points to the site. */
  call(on: string, name: string, args: unknown[], site: CallSite): Promise<Answer> {
    return new Promise((resolve, rejectWith) => {
      const reject = (error: EchoStsError) => rejectWith(site.mark(error));
      if (this.#end !== undefined) return reject(new EchoStsError(this.#end.code, this.#end.message));
      this.#calls += 1;
      const pending = { message: { number: this.#calls, on, name, args, seen: this.#seen.splice(0) }, resolve, reject };
      this.#pending.add(pending);
      if (this.#socket.connected) this.#send(pending);
    });
  }

  /** Lets go of the fixture. */
  close(): void {
    this.#finish('CLOSED', 'The handle was closed; connect anew with `connectEchoSts()`.');
  }

  #send(pending: Pending): void {
    this.#socket.emit('call', pending.message, (answer: Answer) => this.#settle(pending, answer));
  }

  #settle(pending: Pending, { error, ...answer }: Answer): void {
    // An answer that comes twice is one.
    if (!this.#pending.delete(pending)) return;
    this.#seen.push(pending.message.number);
    if (error === undefined) pending.resolve(answer);
    else pending.reject(new EchoStsError(error.code, error.message));
  }

  #reconnected(): void {
    this.#stopTimer();
    for (const pending of this.#pending) this.#send(pending);
  }

  #lost(reason: Socket.DisconnectReason): void {
    if (this.#end !== undefined) return;
    if (reason === 'io server disconnect') {
      this.#finish('CLOSED', 'The fixture in the other process was closed.');
      return;
    }
    const downForMs = [...this.#pending].map(({ message }) => downtime(message));
    const { url } = this.#address;
    const giveUp = () => this.#finish('DISCONNECTED', `The fixture at ${url} has gone, and has not come back in time.`);
    this.#stopTimer = realClock.startTimer(giveUp, AWAY_MS + Math.max(0, ...downForMs));
  }

  #failed(error: Error): void {
    const { code, message } = refused(error, this.#address);
    // Only what the fixture itself has said is final.
    if ('data' in error) this.#finish(code, message);
  }

  #finish(code: EchoStsErrorCode, message: string): void {
    this.#end ??= { code, message };
    this.#stopTimer();
    this.#socket.disconnect();
    const pending = [...this.#pending];
    this.#pending.clear();
    for (const { message: call, reject } of pending) {
      reject(new EchoStsError(code, `${message} \`${call.name}\` was still to be answered.`));
    }
  }
}

/** How long the fixture will be away because of that call. */
function downtime({ name, args: [options] }: Pending['message']): number {
  const downForMs: unknown = name === 'restart' && isRecord(options) ? Reflect.get(options, 'downForMs') : 0;
  return typeof downForMs === 'number' ? downForMs : 0;
}

function refused(error: Error & { data?: { code?: EchoStsErrorCode } }, { url }: Address): EchoStsError {
  const { message, data } = error;
  if (data?.code !== undefined) return new EchoStsError(data.code, message);
  const advice = 'check the address, and start the fixture with the option `control: true`';
  return new EchoStsError(
    'DISCONNECTED',
    `No fixture that can be controlled answers at ${url} (${message}); ${advice}.`,
  );
}
