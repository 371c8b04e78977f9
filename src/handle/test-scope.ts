/** One test among many on the same server: the sessions that it claims, and what is its own. */

import * as v from 'valibot';
import { checked } from '../checks/checked.js';
import { CallSite, EchoStsError } from '../checks/errors.js';
import { closedRecord, field, nonEmptyText } from '../checks/fields.js';
import { RuleBook } from '../core/rules.js';
import type { ScopeSettings } from '../core/settings.js';
import { show } from '../core/show.js';
import type { ViolationKind } from '../core/violations.js';
import type { Failure, Scene } from '../failures/failure-text.js';
import type { Participant } from '../timeline/stored-entry.js';
import type { Claim, Scopes, StreamNames } from './scopes.js';
import { SessionGroup } from './session-group.js';
import type { Scope, ScopeOptions } from './sessions.js';
import type { World } from './world.js';

const scopeOptions = v.pipe(
  closedRecord({
    streamId: v.optional(
      field<string | ((streamId: string) => boolean)>(
        'the beginning of stream ids, or a function',
        (value) => typeof value === 'function' || v.is(nonEmptyText, value),
      ),
    ),
    workerId: v.optional(nonEmptyText),
  }),
  v.check(
    ({ streamId, workerId }) => streamId !== undefined || workerId !== undefined,
    'expected `streamId` or `workerId`, got neither: say which sessions are this scope’s',
  ),
);

export class TestScope extends SessionGroup implements Scope, Claim {
  readonly #options: ScopeOptions;
  readonly #scopes: Scopes;
  #closing: Promise<void> | undefined;

  constructor(world: World, scopes: Scopes, options: ScopeOptions) {
    // A seed of its own: rules are numbered in each book, and the first of two books must not draw the same.
    super(world, new RuleBook(`${world.seed}, scope`));
    this.#options = checked('options', scopeOptions, options) as ScopeOptions;
    this.#scopes = scopes;
    scopes.add(this);
  }

  override isMine(participant: Participant | undefined): boolean {
    return participant?.scope === this;
  }

  /** How much of a stream's name it knows. */
  get precision(): number {
    const { streamId } = this.#options;
    return typeof streamId === 'string' ? streamId.length : 0;
  }

  get description(): string {
    const { streamId, workerId } = this.#options;
    const streams = typeof streamId === 'string' ? `"${streamId}…"` : streamId && 'streams that a function says yes to';
    return [streams, workerId && `worker ${show(workerId)}`].filter((part) => part !== undefined).join(' of ');
  }

  /** Whether sessions of these names are its own. A function of the caller's that throws says no. */
  claims({ streamId, workerId }: StreamNames): boolean {
    const { streamId: expected, workerId: worker } = this.#options;
    if (worker !== undefined && worker !== workerId) return false;
    if (expected === undefined) return true;
    // A handshake may name the worker alone: no stream is what a function is to be asked of.
    if (streamId === '') return false;
    if (typeof expected === 'string') return streamId.startsWith(expected);
    try {
      return expected(streamId) === true;
    } catch {
      return false;
    }
  }

  /** What its sessions go by, instead of what all others do. */
  get settings(): ScopeSettings {
    return { rules: this.rules, cuts: this.cuts, ...this.overrides };
  }

  readonly close = (): Promise<void> => {
    this.#closing ??= this.#shutDown();
    return this.#closing;
  };

  readonly abandon = (): Promise<void> => {
    this.forgetPlans();
    return this.close();
  };

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      await this.verifyAtEnd(new CallSite(this[Symbol.asyncDispose]));
    } finally {
      await this.close();
    }
  }

  protected override scene(): Scene {
    return { ...super.scene(), nobody: `nothing: no session of this scope, which claims ${this.description}` };
  }

  protected override requireOpen(method: string): void {
    super.requireOpen(method);
    if (this.#closing === undefined) return;
    const message = `\`${method}\` was called after the scope was closed; make a new one with \`sts.scope()\`.`;
    throw new EchoStsError('CLOSED', message);
  }

  protected override complaints(allow: readonly ViolationKind[]): Failure['sections'] {
    const complaints = super.complaints(allow);
    this.world.violations.dealWith((participant) => this.isMine(participant));
    return complaints;
  }

  /** It can be verified all the same: what it has recorded stays. */
  async #shutDown(): Promise<void> {
    this.world.waits.end('CLOSED', 'the scope was closed', this);
    this.endExpectations();
    this.#scopes.remove(this);
    await this.world.disconnect(this.ownConnections);
  }
}
