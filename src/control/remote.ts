/** The handle as another process holds it: objects whose members are made of the table, and ask the fixture. */

import { CallSite, EchoStsError } from '../checks/errors.js';
import { atMost } from '../clock/clock.js';
import { freeze } from '../core/snapshot.js';
import { LARGEST_CALL } from '../options/paths.js';
import type { RemoteEchoSts } from './any-handle.js';
import type { Caller } from './caller.js';
import { KEYS, type Kind, MEMBERS, type Member } from './members.js';
import type { Answer, Reference } from './messages.js';
import { fromJson, toJson } from './values.js';

/** Room for what a message holds besides its arguments, bytes. */
const ENVELOPE = 64 * 1024;
/** A fixture that does not answer is left all the same. */
const FAREWELL_MS = 1000;

type Called = (...values: unknown[]) => unknown;

/** The handle of the fixture that the caller is connected to. */
export function remoteHandle(caller: Caller): RemoteEchoSts {
  return remote({ caller, kind: 'fixture', id: 'fixture' }) as RemoteEchoSts;
}

/** An object of the fixture. One that is still being made is known by the promise of its id. */
interface Subject {
  readonly caller: Caller;
  readonly kind: Kind;
  readonly id: string | Promise<string>;
}

function remote(subject: Subject, data: object = {}): object {
  const rows = Object.entries(MEMBERS[subject.kind]);
  const members = rows.map(([name, member]) => [KEYS.get(name) ?? name, property(subject, name, member)] as const);
  const object: object = Object.defineProperties({ ...data }, Object.fromEntries(members));
  return Object.freeze(Object.defineProperties(object, EXTRAS[subject.kind]?.(object, subject.caller) ?? {}));
}

function property(subject: Subject, name: string, member: Member): PropertyDescriptor {
  const { caller } = subject;
  if (member.answers === 'clock') return { value: remote({ caller, kind: 'clock', id: 'clock' }) };
  if (member.use === 'get') {
    const get = (): unknown => ask(subject, name, [], new CallSite(get));
    return { get };
  }
  const value: Called = (...values) => {
    const answer = ask(subject, name, values, new CallSite(value));
    return member.answers === 'entries' ? iteration(caller, answer) : answer;
  };
  return { value, configurable: true };
}

async function ask({ caller, id }: Subject, name: string, values: unknown[], site: CallSite): Promise<unknown> {
  const args = sendable(name, values, site);
  // Not to be awaited where it is known: calls go out in the order in which they are made.
  const on = typeof id === 'string' ? id : await id;
  return understood(caller, await caller.call(on, name, args, site));
}

function sendable(name: string, values: unknown[], site: CallSite): unknown[] {
  try {
    const args = values.map((value, index) => toJson(name, value, index));
    const bytes = Buffer.byteLength(JSON.stringify(args));
    if (bytes < LARGEST_CALL - ENVELOPE) return args;
    const message = `\`${name}\` got ${bytes} bytes of arguments, and fewer than ${LARGEST_CALL} can cross; pass less.`;
    throw new EchoStsError('NOT_SERIALIZABLE', message);
  } catch (error) {
    throw error instanceof EchoStsError ? site.mark(error) : error;
  }
}

function understood(caller: Caller, { value, ref, refs }: Answer): unknown {
  const objectOf = ({ kind, id, value: data }: Reference) => {
    const subject = { caller, kind, id };
    return kind === 'entries' ? id : remote(subject, freeze(fromJson(data)) as object | undefined);
  };
  if (refs !== undefined) return Object.freeze(refs.map(objectOf));
  return ref === undefined ? freeze(fromJson(value)) : objectOf(ref);
}

/** It can be used at once: its first step waits until the fixture has begun it. */
function iteration(caller: Caller, id: Promise<unknown>): object {
  // Whoever takes a step is told of it.
  id.catch(() => {});
  return remote({ caller, kind: 'entries', id: id as Promise<string> });
}

/** What a kind of object has besides its rows. */
const EXTRAS: Readonly<Partial<Record<Kind, (object: object, caller: Caller) => PropertyDescriptorMap>>> = {
  fixture: withEnd,
  rule: withDisposal,
  cut: withDisposal,
  expectation: withDisposal,
  entries: withSteps,
};

/** A block with `await using` ends with taking it back. */
function withDisposal(object: object): PropertyDescriptorMap {
  return { [Symbol.asyncDispose]: { value: Reflect.get(object, 'remove') } };
}

/** It ends with the handle, and with the fixture. */
function withSteps(object: object): PropertyDescriptorMap {
  const untilClosed = (name: string): PropertyDescriptor => {
    const step: Called = Reflect.get(object, name);
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

/** The fixture goes on when its client ends. */
function withEnd(object: object, caller: Caller): PropertyDescriptorMap {
  const leave: Called = Reflect.get(object, 'close');
  const verify: Called = Reflect.get(object, Symbol.asyncDispose);
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => {
    // One that cannot be reached lets go by itself.
    closing ??= atMost(FAREWELL_MS, Promise.resolve(leave()).catch(noop)).then(() => caller.close());
    return closing;
  };
  const dispose = async (): Promise<void> => {
    try {
      if (closing === undefined) await verify();
    } finally {
      await close();
    }
  };
  return { close: { value: close }, [Symbol.asyncDispose]: { value: dispose } };
}

function noop(): void {}
