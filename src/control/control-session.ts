/** The state of one control client in the fixture: its objects, waits, scopes and calls, across all its connections. */

import { checked } from '../checks/checked.js';
import { EchoStsError, type EchoStsErrorCode } from '../checks/errors.js';
import { oneOfThese, withHint } from '../checks/finding.js';
import { show } from '../core/show.js';
import type { EchoSts } from '../handle/handle.js';
import type { Waits } from '../handle/waits.js';
import { KEYS, type Kind, type Kinds, MEMBERS, type Member } from './members.js';
import { type Answer, type Call, callSchema, type Reference } from './messages.js';
import { NumberedCalls } from './numbered-calls.js';
import { fromJson, toJson } from './values.js';

/** Maximum number of remembered objects of a client, those used last; open scopes do not count. */
const MAX_OBJECTS = 10_000;
/**
 * After a reply with one of these codes the test has most likely failed. A call of one of these members shows that it
 * goes on.
 */
const FAILURE_CODES: readonly EchoStsErrorCode[] = ['WAIT_TIMEOUT', 'VERIFY_FAILED'];
const CONTINUING_MEMBERS: readonly string[] = ['waitFor', 'waitForSession', 'idle', 'expectEvent', 'expect'];

/** The fixture for control clients. */
export interface ControlledFixture {
  /** Returns the fixture for a client: its waits end with the client. */
  readonly fixtureFor: (client: object) => EchoSts;
  readonly waits: Waits;
  /** Verifies as at the end of an `await using` block. `hasComplained`: the test has already failed. */
  readonly verifyAtEnd: (hasComplained: boolean) => Promise<void>;
}

interface Target {
  readonly kind: Kind;
  readonly object: object;
}

export class ControlSession {
  readonly #options: ControlledFixture;
  readonly #objects = new Map<string, Target>();
  /** Never forgotten: the fixture itself, its clock, and open scopes. */
  readonly #pinned = new Map<string, Target>();
  readonly #calls = new NumberedCalls();
  #created = 0;
  #hasComplained = false;

  constructor(options: ControlledFixture) {
    this.#options = options;
    const fixture = options.fixtureFor(this);
    this.#pinned.set('fixture', { kind: 'fixture', object: fixture });
    this.#pinned.set('clock', { kind: 'clock', object: fixture.clock });
  }

  /** Carries out a call. Never rejects, whatever the message is. */
  async answer(message: unknown): Promise<Answer> {
    try {
      const call = checked('call', callSchema, message);
      return await this.#calls.once(call, () => this.#carryOut(call));
    } catch (error) {
      return toErrorAnswer(error);
    }
  }

  /** Ends the waits, iterations and scopes of the client without verification. */
  async close(): Promise<void> {
    this.#options.waits.end('CLOSED', 'the control client was closed', this);
    const targets = [...this.#pinned.values(), ...this.#objects.values()];
    this.#pinned.clear();
    this.#objects.clear();
    await Promise.all(targets.map(closeObject));
  }

  async #carryOut({ on, name, args }: Call): Promise<Answer> {
    try {
      const { kind, object } = this.#find(on);
      const member = memberOf(kind, name);
      const values = args.map((value) => fromJson(value));
      if (CONTINUING_MEMBERS.includes(name)) this.#hasComplained = false;
      const result = await this.#access(kind, object, name, member, values);
      this.#unpin(on, name);
      return this.#encode(name, member, result);
    } catch (error) {
      const answer = toErrorAnswer(error);
      this.#hasComplained ||= FAILURE_CODES.some((code) => code === answer.error?.code);
      return answer;
    }
  }

  #access(kind: Kind, object: object, name: string, { use }: Member, values: unknown[]): unknown {
    if (kind === 'fixture' && name === 'close') return this.close();
    if (kind === 'fixture' && name === 'dispose') return this.#options.verifyAtEnd(this.#hasComplained);
    const value: unknown = Reflect.get(object, keyOf(name));
    return use === 'get' ? value : Reflect.apply(value as () => unknown, object, values);
  }

  #find(id: string): Target {
    const pinned = this.#pinned.get(id);
    if (pinned !== undefined) return pinned;
    const target = this.#objects.get(id);
    if (target === undefined) {
      const message =
        `\`on\` expected an object of this client, got ${show(id)}, which was released, or is not among the newest ` +
        `${MAX_OBJECTS}; request it again.`;
      throw new EchoStsError('INVALID_OPTION', message);
    }
    // Move it to the end of the map: the least recently used object is forgotten first.
    this.#objects.delete(id);
    this.#objects.set(id, target);
    return target;
  }

  #encode(name: string, { answers }: Member, result: unknown): Answer {
    if (result === undefined) return {};
    if (answers === 'value') return { value: toJson(name, result, 'answer') };
    if (answers === 'list of rules') return { refs: (result as object[]).map((rule) => this.#register('rule', rule)) };
    return { ref: this.#register(answers, result as object) };
  }

  #register(kind: Kind, object: object): Reference {
    if (kind === 'clock') return { kind, id: 'clock' };
    this.#created += 1;
    const id = `${kind}-${this.#created}`;
    const isSession = kind === 'session';
    const target = { kind, object: isSession ? functionsOf(object) : object };
    if (kind === 'scope') this.#pinned.set(id, target);
    else this.#remember(id, target);
    // The functions of a view are not enumerable: the copy is its snapshot.
    return isSession ? { kind, id, value: toJson(kind, { ...object }, 'answer') } : { kind, id };
  }

  /** A closed scope can still be read until it is forgotten. */
  #unpin(id: string, name: string): void {
    const target = this.#pinned.get(id);
    if (target?.kind !== 'scope' || (name !== 'close' && name !== 'dispose')) return;
    this.#pinned.delete(id);
    this.#remember(id, target);
  }

  /** Forgets the oldest object if there are too many. */
  #remember(id: string, target: Target): void {
    this.#objects.set(id, target);
    const [oldest] = this.#objects.keys();
    if (this.#objects.size > MAX_OBJECTS && oldest !== undefined) this.#objects.delete(oldest);
  }
}

function keyOf(name: string): string | symbol {
  return KEYS.get(name) ?? name;
}

function memberOf(kind: Kind, name: string): Member {
  const members = MEMBERS[kind];
  const member = Object.hasOwn(members, name) ? members[name] : undefined;
  if (member !== undefined) return member;
  const names = Object.keys(members);
  const finding = `\`name\` expected a member of a ${kind}, ${oneOfThese(names)}, got ${show(name)}.`;
  throw new EchoStsError('INVALID_OPTION', withHint(name, names, finding));
}

/** The functions of a view without its snapshot, which may be large. */
function functionsOf(view: object): object {
  const names = Object.keys(MEMBERS.session).map(keyOf);
  return Object.fromEntries(names.map((name) => [name, Reflect.get(view, name)]));
}

async function closeObject({ kind, object }: Target): Promise<void> {
  if (kind === 'scope') await (object as Kinds['scope']).close();
  if (kind === 'entries') await (object as Kinds['entries']).return?.();
}

function toErrorAnswer(error: unknown): Answer {
  if (error instanceof EchoStsError) return { error: { code: error.code, message: error.message } };
  const message = `The fixture failed: ${error instanceof Error ? `${error.name}: ${error.message}` : show(error)}.`;
  return { error: { code: 'CONTROL_FAILED', message } };
}
