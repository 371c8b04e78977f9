/**
 * The members of a fixture that another process can use: one row per member of each kind of object. Both the client's
 * objects and what the server accepts derive from it.
 */

import type { FixtureClock } from '../clock/manual-clock.js';
import { SCENE } from '../failures/scene.js';
import { BODY_ENDED } from '../handle/body-end.js';
import { asyncDispose } from '../handle/disposal-symbols.js';
import type { EchoSts } from '../handle/handle.js';
import { PROVED_NOTHING } from '../handle/proved-nothing.js';
import type { ActiveExpectation, Observed, Scope, SessionGroup, SessionView } from '../handle/sessions.js';
import type { ActiveCut } from '../options/call-options.js';
import type { ActiveErrorRule } from '../options/rule-types.js';

/** The kinds of objects of a handle, each with its type in the fixture's own process. */
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

/** How a member is used, and what it returns: a value, an object of some kind or nothing, or a list of such objects. */
export interface Member {
  readonly use: 'get' | 'call';
  readonly answers: 'value' | Kind | 'list of rules';
}

const get = { use: 'get', answers: 'value' } as const;
const call = { use: 'call', answers: 'value' } as const;
const callFor = <const Answer extends Member['answers']>(answers: Answer) => ({ use: 'call', answers }) as const;

const OBSERVED = {
  timeline: call,
  format: call,
  waitFor: call,
  entries: callFor('entries'),
  violations: call,
  idle: call,
} satisfies MembersOf<Observed>;

/** For the matchers; not a member of the handle itself. */
const SCENE_MEMBER = { scene: call } as const;

/** Also for the runners. */
const SYMBOL_MEMBERS = { ...SCENE_MEMBER, provedNothing: call, bodyEnded: call, dispose: call } as const;

const SESSIONS = {
  ...OBSERVED,
  url: get,
  sessions: get,
  session: callFor('session'),
  waitForSession: callFor('session'),
  expectEvent: callFor('expectation'),
  // The former name of `expectEvent`, until 1.0.
  expect: callFor('expectation'),
  verify: call,
  setDelay: call,
  setBackpressure: call,
  pushBackpressure: call,
  pushError: call,
  addErrorRule: callFor('rule'),
  errorRules: { use: 'get', answers: 'list of rules' },
  clearErrorRules: call,
  cut: callFor('cut'),
  seed: get,
} as const satisfies MembersOf<SessionGroup>;

const FIXTURE = {
  ...SESSIONS,
  port: get,
  controlUrl: get,
  host: get,
  connections: get,
  clock: { use: 'get', answers: 'clock' },
  scope: callFor('scope'),
  refuse: call,
  apply: call,
  restart: call,
  reset: call,
  close: call,
} as const satisfies MembersOf<EchoSts>;

const SCOPE = { ...SESSIONS, close: call } as const satisfies MembersOf<Scope>;

/** An `await using` block ends with `dispose`. */
export const MEMBERS: Readonly<Record<Kind, Readonly<Record<string, Member>>>> = {
  fixture: { ...FIXTURE, ...SYMBOL_MEMBERS },
  clock: { now: call, advance: call, runToNext: call, runToIdle: call } satisfies MembersOf<FixtureClock>,
  scope: { ...SCOPE, ...SYMBOL_MEMBERS },
  session: { ...OBSERVED, ...SCENE_MEMBER },
  rule: { rule: get, hits: get, remove: call } satisfies MembersOf<ActiveErrorRule>,
  cut: { hits: get, remove: call } satisfies MembersOf<ActiveCut>,
  expectation: { hits: get, isMet: get, remove: call } satisfies MembersOf<ActiveExpectation>,
  entries: { next: call, return: call },
};

/** Members whose key on the object is a symbol. */
export const KEYS: ReadonlyMap<string, symbol> = new Map<string, symbol>([
  ['dispose', asyncDispose],
  ['scene', SCENE],
  ['provedNothing', PROVED_NOTHING],
  ['bodyEnded', BODY_ENDED],
]);

/** A row for every member, as the compiler checks. */
type MembersOf<Type> = {
  readonly [Name in keyof Type & string]: Member & {
    readonly use: Type[Name] extends (...values: never[]) => unknown ? 'call' : 'get';
  };
};
