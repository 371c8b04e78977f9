/** One test among many on the same server: the sessions that it claims, and what is its own. */

import * as v from 'valibot';
import { checked } from '../checks/checked.js';
import { EchoStsError } from '../checks/errors.js';
import { closedRecord, field, nonEmptyText, oneOf } from '../checks/fields.js';
import type { Merged, Same } from '../checks/same.js';
import { call, TRUE_OR_FALSE } from '../core/callers-function.js';
import { RuleBook } from '../core/rules.js';
import { show } from '../core/show.js';
import { compose } from './compose.js';
import { asyncDispose } from './disposal-symbols.js';
import type { FixtureState } from './fixture-state.js';
import { connectionsOf, type Group } from './group.js';
import type { Claim, StreamNames } from './scopes.js';
import { sessionsOf } from './session-functions.js';
import type { Scope, ScopeOptions } from './sessions.js';
import { clear, createSetup } from './setup.js';
import { disposal } from './verification.js';

const scopeOptions = v.pipe(
  closedRecord({
    streamId: v.optional(
      field<string | ((streamId: string) => boolean)>(
        'the beginning of stream ids, or a function',
        (value) => typeof value === 'function' || v.is(nonEmptyText, value),
      ),
    ),
    workerId: v.optional(nonEmptyText),
    conduct: v.optional(oneOf('lenient', 'strict')),
  }),
  v.check(
    ({ streamId, workerId }) => streamId !== undefined || workerId !== undefined,
    'expected `streamId` or `workerId`, got neither; they say which sessions the scope claims',
  ),
);

true satisfies Same<Merged<ScopeOptions>, v.InferInput<typeof scopeOptions>>;

/** `beneficiary` is on whose behalf it is used, if anybody's. Throws an `EchoStsError` (`INVALID_OPTION`). */
export function openScope(state: FixtureState, options: ScopeOptions, beneficiary?: object): Scope {
  const criteria = checked('options', scopeOptions, options) as ScopeOptions;
  // Its own seed: each book numbers its rules, and the first rules of two books must not draw the same.
  const setup = createSetup(new RuleBook(`${state.seed}, scope`));
  let closing: Promise<void> | undefined;
  let number = Number.POSITIVE_INFINITY;
  const close = () => {
    closing ??= shutDown(group, claim);
    return closing;
  };
  const judge = new Judge(criteria);
  const claim: Claim = {
    precision: typeof criteria.streamId === 'string' ? criteria.streamId.length : 0,
    get description() {
      return judge.description;
    },
    claims: (names) => judge.claims(names),
    get settings() {
      return { owner: claim, rules: setup.rules, actions: setup.actions, ...setup.overrides };
    },
    close,
    abandon: () => {
      clear(setup);
      return close();
    },
  };
  const requireOpen = (method: string) => {
    state.requireOpen(method);
    if (closing !== undefined) throw closedError(method);
  };
  const group: Group = {
    ...ownGroup(state, claim, judge, () => number),
    setup,
    isStrict: criteria.conduct === undefined ? state.isStrict : criteria.conduct === 'strict',
    beneficiary,
    requireOpen,
    get absence() {
      return `nothing: no session of this scope, which claims ${judge.description}`;
    },
  };
  number = state.scopes.add(claim);
  return compose(sessionsOf(group), { close, [asyncDispose]: disposal(group, close) });
}

/** The sessions that have come to the claim. */
function ownGroup(
  state: FixtureState,
  claim: Claim,
  judge: Judge,
  numberOf: () => number,
): Pick<Group, 'state' | 'isMine' | 'concerned' | 'owner' | 'level' | 'verified'> {
  const isMine: Group['isMine'] = (participant) =>
    participant?.scope === claim || (participant?.scopesUpTo ?? 0) >= numberOf();
  return {
    state,
    isMine,
    concerned: () => ({ sessionId: '', streamId: '', scope: claim }),
    owner: claim,
    level: 'scope',
    verified: {
      violations: (excused, until) => {
        const violations = state.violations.read(isMine, excused, until);
        // The fixture need not report what the test of the scope has been shown, or has excused.
        state.violations.dealWith(isMine);
        return violations;
      },
      unclaimed: () => [],
      troubles: () => judge.troubles,
      hasComplained: () => state.complaints.isBy(claim),
    },
  };
}

/** Whether sessions match, by their names; it keeps the first thing that a caller's function did wrong. */
class Judge {
  readonly #criteria: ScopeOptions;
  #trouble: string | undefined;

  constructor(criteria: ScopeOptions) {
    this.#criteria = criteria;
  }

  /** A caller's function that throws, or returns neither true nor false, means no. */
  claims({ streamId, workerId }: StreamNames): boolean {
    const { streamId: expected, workerId: worker } = this.#criteria;
    if (worker !== undefined && worker !== workerId) return false;
    if (expected === undefined) return true;
    // A handshake may name only the worker: a function is not called without a stream.
    if (streamId === '') return false;
    return typeof expected === 'string' ? streamId.startsWith(expected) : this.#saysYes(expected, streamId);
  }

  /** In words; what a function claims may be nothing, for it has failed. */
  get description(): string {
    const trouble = this.#trouble === undefined ? '' : `: ${this.#trouble}`;
    return `${describe(this.#criteria)}${trouble}`;
  }

  get troubles(): string[] {
    return this.#trouble === undefined
      ? []
      : [`${this.#trouble}; make it a synchronous function that returns true or false for every stream id`];
  }

  #saysYes(judge: (streamId: string) => boolean, streamId: string): boolean {
    try {
      return call('streamId', () => judge(streamId), TRUE_OR_FALSE);
    } catch (error) {
      // It is asked while the worker is served, who is not to suffer from it.
      this.#trouble ??= `${(error as Error).message} for stream ${show(streamId)}`;
      return false;
    }
  }
}

function describe({ streamId, workerId }: ScopeOptions): string {
  const streams = typeof streamId === 'string' ? `"${streamId}…"` : streamId && 'streams that a function says yes to';
  return [streams, workerId && `worker ${show(workerId)}`].filter((part) => part !== undefined).join(' of ');
}

/** It can be verified all the same: what it has recorded stays. */
async function shutDown(group: Group, claim: Claim): Promise<void> {
  const { state, setup } = group;
  state.waits.end('CLOSED', 'the scope was closed', claim);
  setup.expectations.stop();
  state.scopes.remove(claim);
  await state.disconnect(connectionsOf(group));
}

function closedError(method: string): EchoStsError {
  const message = `\`${method}\` was called after the scope was closed; make a new one with \`sts.scope()\`.`;
  return new EchoStsError('CLOSED', message);
}
