/** The handle in another process: objects with the members of the table, which call the fixture. */

import { CallSite, EchoStsError } from '../checks/errors.js';
import { atMost } from '../clock/deadline.js';
import { freeze } from '../core/snapshot.js';
import { asyncDispose } from '../handle/disposal-symbols.js';
import { LARGEST_CALL } from '../options/paths.js';
import type { RemoteEchoSts } from './any-handle.js';
import { toSent } from './call-options.js';
import type { ControlConnection } from './control-connection.js';
import { KEYS, type Kind, MEMBERS, type Member } from './members.js';
import type { Answer, Reference } from './messages.js';
import { fromJson, toJson } from './values.js';

/** Maximum size of a message without its arguments. */
const ENVELOPE_BYTES = 64 * 1024;
/** How long `close()` waits for an unresponsive fixture. */
const CLOSE_TIMEOUT_MS = 1000;

type AnyFunction = (...values: unknown[]) => unknown;

/** The handle of the fixture at the other end of the connection. */
export function remoteHandle(connection: ControlConnection): RemoteEchoSts {
  return toObject({ connection, kind: 'fixture', id: 'fixture' }) as RemoteEchoSts;
}

/** An object of the fixture. Its id is a promise while the fixture creates it. */
interface RemoteObject {
  readonly connection: ControlConnection;
  readonly kind: Kind;
  readonly id: string | Promise<string>;
}

function toObject(target: RemoteObject, data: object = {}): object {
  const rows = Object.entries(MEMBERS[target.kind]);
  const members = rows.map(([name, member]) => [KEYS.get(name) ?? name, toProperty(target, name, member)] as const);
  const object: object = Object.defineProperties({ ...data }, Object.fromEntries(members));
  return Object.freeze(Object.defineProperties(object, EXTRA_MEMBERS[target.kind]?.(object, target.connection) ?? {}));
}

function toProperty(target: RemoteObject, name: string, member: Member): PropertyDescriptor {
  const { connection } = target;
  if (member.answers === 'clock') return { value: toObject({ connection, kind: 'clock', id: 'clock' }) };
  if (member.use === 'get') {
    const get = (): unknown => callMember(target, name, [], new CallSite(get));
    return { get };
  }
  const value: AnyFunction = (...values) => {
    const answer = callMember(target, name, values, new CallSite(value));
    return member.answers === 'entries' ? toIterator(connection, answer) : answer;
  };
  return { value, configurable: true };
}

async function callMember(
  { connection, id }: RemoteObject,
  name: string,
  values: unknown[],
  site: CallSite,
): Promise<unknown> {
  const args = encodeArguments(name, toSent(name, values, connection.waitTimeoutMs), site);
  // A known id is not awaited, so that calls are sent in the order in which they are made.
  const on = typeof id === 'string' ? id : await id;
  return decodeAnswer(connection, await connection.call(on, name, args, site));
}

function encodeArguments(name: string, values: unknown[], site: CallSite): unknown[] {
  try {
    const args = values.map((value, index) => toJson(name, value, index));
    const bytes = Buffer.byteLength(JSON.stringify(args));
    if (bytes < LARGEST_CALL - ENVELOPE_BYTES) return args;
    const message = `\`${name}\` got ${bytes} bytes of arguments, and the limit is ${LARGEST_CALL}; pass less.`;
    throw new EchoStsError('NOT_SERIALIZABLE', message);
  } catch (error) {
    throw error instanceof EchoStsError ? site.mark(error) : error;
  }
}

function decodeAnswer(connection: ControlConnection, { value, ref, refs }: Answer): unknown {
  const objectOf = ({ kind, id, value: data }: Reference) => {
    const target = { connection, kind, id };
    return kind === 'entries' ? id : toObject(target, freeze(fromJson(data)) as object | undefined);
  };
  if (refs !== undefined) return Object.freeze(refs.map(objectOf));
  return ref === undefined ? freeze(fromJson(value)) : objectOf(ref);
}

/** Usable at once: its first step waits until the fixture has created the iterator. */
function toIterator(connection: ControlConnection, id: Promise<unknown>): object {
  // The first step reports the rejection.
  id.catch(() => {});
  return toObject({ connection, kind: 'entries', id: id as Promise<string> });
}

/** The members of each kind of object that are not in the table. */
const EXTRA_MEMBERS: Readonly<
  Partial<Record<Kind, (object: object, connection: ControlConnection) => PropertyDescriptorMap>>
> = {
  fixture: defineClose,
  rule: defineDisposal,
  cut: defineDisposal,
  expectation: defineDisposal,
  entries: defineIteration,
};

/** An `await using` block ends with `remove()`. */
function defineDisposal(object: object): PropertyDescriptorMap {
  return { [asyncDispose]: { value: Reflect.get(object, 'remove') } };
}

/** An iteration ends when the handle or the fixture is closed. */
function defineIteration(object: object): PropertyDescriptorMap {
  const untilClosed = (name: string): PropertyDescriptor => {
    const step: AnyFunction = Reflect.get(object, name);
    const value = async () => {
      try {
        return await step();
      } catch (error) {
        if (error instanceof EchoStsError && error.code === 'CLOSED') return { value: undefined, done: true };
        throw error;
      }
    };
    return { value };
  };
  return {
    next: untilClosed('next'),
    return: untilClosed('return'),
    [Symbol.asyncIterator]: { value: () => object },
  };
}

/** `close()` ends this client. The fixture keeps running. */
function defineClose(object: object, connection: ControlConnection): PropertyDescriptorMap {
  const closeRemotely: AnyFunction = Reflect.get(object, 'close');
  const verify: AnyFunction = Reflect.get(object, asyncDispose);
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => {
    // An unreachable fixture ends the session of this client by itself.
    closing ??= atMost(CLOSE_TIMEOUT_MS, Promise.resolve(closeRemotely()).catch(noop)).then(() => connection.close());
    return closing;
  };
  const dispose = async (): Promise<void> => {
    try {
      if (closing === undefined) await verify();
    } finally {
      await close();
    }
  };
  return { close: { value: close }, [asyncDispose]: { value: dispose } };
}

function noop(): void {}
