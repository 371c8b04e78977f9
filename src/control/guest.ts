/** What one control client has in the fixture: its objects, its waits, and the answers that it may not have got yet. */

import { checked } from '../checks/checked.js';
import { EchoStsError, type EchoStsErrorCode } from '../checks/errors.js';
import { show } from '../core/show.js';
import type { EchoSts } from '../handle/handle.js';
import type { Waits } from '../handle/waits.js';
import { KEYS, type Kind, type Kinds, MEMBERS, type Member } from './members.js';
import { type Answer, type Call, callSchema, type Reference } from './messages.js';
import { NumberedCalls } from './numbered-calls.js';
import { fromJson, toJson } from './values.js';

/** So many objects are remembered, those that were used last; open scopes besides. */
const MOST_OBJECTS = 10_000;
/** After these the test has most likely ended with what it was told; with these it goes on. */
const COMPLAINTS: readonly EchoStsErrorCode[] = ['WAIT_TIMEOUT', 'VERIFY_FAILED'];
const GOING_ON: readonly string[] = ['waitFor', 'waitForSession', 'idle', 'expect'];

/** What is handed to control clients. */
export interface Controlled {
  readonly fixture: EchoSts;
  readonly waits: Waits;
  /** As at the end of a block with `await using`, unless the test has been told of a failure. */
  readonly verifyAtEnd: (hasComplained: boolean) => Promise<void>;
}

interface Target {
  readonly kind: Kind;
  readonly object: object;
}

export class Guest {
  readonly #controlled: Controlled;
  readonly #objects = new Map<string, Target>();
  /** The fixture itself, and the scopes that are open. */
  readonly #kept = new Map<string, Target>();
  readonly #calls = new NumberedCalls();
  #made = 0;
  #hasComplained = false;

  constructor(controlled: Controlled) {
    this.#controlled = controlled;
    const { fixture } = controlled;
    this.#kept.set('fixture', { kind: 'fixture', object: fixture });
    this.#kept.set('clock', { kind: 'clock', object: fixture.clock });
  }

  /** Never rejects, whatever is asked. */
  async answer(message: unknown): Promise<Answer> {
    try {
      const call = checked('call', callSchema, message);
      return await this.#calls.once(call, () => this.#carryOut(call));
    } catch (error) {
      return told(error);
    }
  }

  /** What is its own comes to its end, without a verdict. */
  async leave(): Promise<void> {
    this.#controlled.waits.end('CLOSED', 'the control client was closed', this);
    const targets = [...this.#kept.values(), ...this.#objects.values()];
    this.#kept.clear();
    this.#objects.clear();
    await Promise.all(targets.map(end));
  }

  async #carryOut({ on, name, args }: Call): Promise<Answer> {
    try {
      const { kind, object } = this.#find(on);
      const member = memberOf(kind, name);
      const values = args.map((value) => fromJson(value));
      if (GOING_ON.includes(name)) this.#hasComplained = false;
      const result = await this.#controlled.waits.onBehalfOf(this, () => this.#use(kind, object, name, member, values));
      this.#letGo(on, name);
      return this.#told(name, member, result);
    } catch (error) {
      const answer = told(error);
      this.#hasComplained ||= COMPLAINTS.some((code) => code === answer.error?.code);
      return answer;
    }
  }

  #use(kind: Kind, object: object, name: string, { use }: Member, values: unknown[]): unknown {
    if (kind === 'fixture' && name === 'close') return this.leave();
    if (kind === 'fixture' && name === 'dispose') return this.#controlled.verifyAtEnd(this.#hasComplained);
    const value: unknown = Reflect.get(object, keyOf(name));
    return use === 'get' ? value : Reflect.apply(value as () => unknown, object, values);
  }

  #find(id: string): Target {
    const kept = this.#kept.get(id);
    if (kept !== undefined) return kept;
    const target = this.#objects.get(id);
    if (target === undefined) {
      const message = `${show(id)} is no object of this client: it was let go of, or is not among the newest ${MOST_OBJECTS}; ask for it again.`;
      throw new EchoStsError('INVALID_OPTION', message);
    }
    // To the end: those that were not used for long are forgotten first.
    this.#objects.delete(id);
    this.#objects.set(id, target);
    return target;
  }

  #told(name: string, { answers }: Member, result: unknown): Answer {
    if (result === undefined) return {};
    if (answers === 'value') return { value: toJson(name, result, 'answer') };
    if (answers === 'list of rules') return { refs: (result as object[]).map((rule) => this.#refer('rule', rule)) };
    return { ref: this.#refer(answers, result as object) };
  }

  #refer(kind: Kind, object: object): Reference {
    if (kind === 'clock') return { kind, id: 'clock' };
    this.#made += 1;
    const id = `${kind}-${this.#made}`;
    const isSession = kind === 'session';
    const target = { kind, object: isSession ? functionsOf(object) : object };
    if (kind === 'scope') this.#kept.set(id, target);
    else this.#remember(id, target);
    // Its functions are not enumerable: what is left is the snapshot.
    return isSession ? { kind, id, value: toJson(kind, { ...object }, 'answer') } : { kind, id };
  }

  /** A scope that was closed can still be read, until it is forgotten. */
  #letGo(id: string, name: string): void {
    const target = this.#kept.get(id);
    if (target?.kind !== 'scope' || (name !== 'close' && name !== 'dispose')) return;
    this.#kept.delete(id);
    this.#remember(id, target);
  }

  /** The oldest is forgotten where there would be too many. */
  #remember(id: string, target: Target): void {
    this.#objects.set(id, target);
    const [oldest] = this.#objects.keys();
    if (this.#objects.size > MOST_OBJECTS && oldest !== undefined) this.#objects.delete(oldest);
  }
}

function keyOf(name: string): string | symbol {
  return KEYS.get(name) ?? name;
}

function memberOf(kind: Kind, name: string): Member {
  const members = MEMBERS[kind];
  const member = Object.hasOwn(members, name) ? members[name] : undefined;
  if (member !== undefined) return member;
  const names = Object.keys(members).join(', ');
  throw new EchoStsError(
    'INVALID_OPTION',
    `\`name\` is expected to be one of ${names} for a ${kind}, got ${show(name)}.`,
  );
}

/** Without the snapshot, which may be large. */
function functionsOf(view: object): object {
  const names = Object.keys(MEMBERS.session).map(keyOf);
  return Object.fromEntries(names.map((name) => [name, Reflect.get(view, name)]));
}

async function end({ kind, object }: Target): Promise<void> {
  if (kind === 'scope') await (object as Kinds['scope']).close();
  if (kind === 'entries') await (object as Kinds['entries']).return?.();
}

function told(error: unknown): Answer {
  if (error instanceof EchoStsError) return { error: { code: error.code, message: error.message } };
  const message = `The fixture has failed: ${error instanceof Error ? `${error.name}: ${error.message}` : show(error)}.`;
  return { error: { code: 'CONTROL_FAILED', message } };
}
