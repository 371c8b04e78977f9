/**
 * What can be asked of a fixture from another process: one row per member of each kind of object. The client's objects and
 * what the server takes are both made of it.
 */

import type { FixtureClock } from '../clock/manual-clock.js';
import { SCENE } from '../failures/failure-text.js';
import type { EchoSts } from '../handle/handle.js';
import type { ActiveExpectation, Observed, Scope, Sessions, SessionView } from '../handle/sessions.js';
import type { ActiveCut } from '../options/call-options.js';
import type { ActiveErrorRule } from '../options/error-rules.js';

/** The objects that a handle consists of, each with the type that it has in the fixture's own process. */
export interface Kinds {
  fixture: EchoSts;
  clock: FixtureClock;
  scope: Scope;
  session: SessionView;
  rule: ActiveErrorRule;
  cut: ActiveCut;
  expectation: ActiveExpectation;
  entries: AsyncIterator<unknown>;
}

export type Kind = keyof Kinds;

/** How a member is used, and what it answers: a value, an object of some kind or nothing, or a list of such objects. */
export interface Member {
  readonly use: 'get' | 'call';
  readonly answers: 'value' | Kind | 'list of rules';
}

const get = { use: 'get', answers: 'value' } as const;
const call = { use: 'call', answers: 'value' } as const;
const making = <const Answer extends Member['answers']>(answers: Answer) => ({ use: 'call', answers }) as const;

const OBSERVED = {
  timeline: call,
  format: call,
  waitFor: call,
  entries: making('entries'),
  violations: call,
  idle: call,
} satisfies MembersOf<Observed>;

/** What the matchers look at; not of the handle itself. */
const LOOKED_AT = { scene: call } as const;

const SESSIONS = {
  ...OBSERVED,
  url: get,
  sessions: get,
  session: making('session'),
  waitForSession: making('session'),
  expect: making('expectation'),
  verify: call,
  setDelay: call,
  setBackpressure: call,
  pushBackpressure: call,
  addErrorRule: making('rule'),
  errorRules: { use: 'get', answers: 'list of rules' },
  clearErrorRules: call,
  cut: making('cut'),
  seed: get,
} as const satisfies MembersOf<Sessions>;

const FIXTURE = {
  ...SESSIONS,
  port: get,
  controlUrl: get,
  host: get,
  connections: get,
  clock: { use: 'get', answers: 'clock' },
  scope: making('scope'),
  refuse: call,
  restart: call,
  reset: call,
  close: call,
} as const satisfies MembersOf<EchoSts>;

const SCOPE = { ...SESSIONS, close: call } as const satisfies MembersOf<Scope>;

/** `dispose` is what a block with `await using` ends with. */
export const MEMBERS: Readonly<Record<Kind, Readonly<Record<string, Member>>>> = {
  fixture: { ...FIXTURE, ...LOOKED_AT, dispose: call },
  clock: { now: call, advance: call, runToNext: call, runToIdle: call } satisfies MembersOf<FixtureClock>,
  scope: { ...SCOPE, ...LOOKED_AT, dispose: call },
  session: { ...OBSERVED, ...LOOKED_AT },
  rule: { rule: get, hits: get, remove: call } satisfies MembersOf<ActiveErrorRule>,
  cut: { hits: get, remove: call } satisfies MembersOf<ActiveCut>,
  expectation: { hits: get, isMet: get, remove: call } satisfies MembersOf<ActiveExpectation>,
  entries: { next: call, return: call },
};

/** What is not called by its own name. */
export const KEYS: ReadonlyMap<string, symbol> = new Map<string, symbol>([
  ['dispose', Symbol.asyncDispose],
  ['scene', SCENE],
]);

/** A row for every member: none is forgotten. */
type MembersOf<Type> = {
  readonly [Name in keyof Type & string]: Member & {
    readonly use: Type[Name] extends (...values: never[]) => unknown ? 'call' : 'get';
  };
};
