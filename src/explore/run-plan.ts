/** One run: a fixture with a plan, the caller's function, `verify()`, and what has come of it. */

import { EchoStsError } from '../checks/errors.js';
import { isRecord } from '../checks/fields.js';
import { nextTurn } from '../clock/clock.js';
import { atMost, startDeadline } from '../clock/deadline.js';
import { MovedClock, manualClock } from '../clock/manual-clock.js';
import { showFields, wordsOf } from '../core/show.js';
import { type StartedEchoSts, startEchoSts } from '../fixture/create-echo-sts.js';
import type { EchoSts } from '../handle/handle.js';
import { report } from '../handle/report.js';
import type { FaultPlan } from '../options/fault-plan.js';
import type { EchoStsOptions } from '../options/options.js';
import type { TimelineEntry } from '../timeline/entry.js';
import { isList } from './assemble.js';

/** What is explored: it resolves if the worker did what it should, and rejects if not. */
export type ExploreFunction = (sts: EchoSts, details: ExploreDetails) => unknown;

/** What a run is given besides the fixture. */
export interface ExploreDetails {
  /** What goes wrong in this run. */
  readonly plan: FaultPlan;
  /** Aborted when the run is over, also when its time is: stop the worker then. */
  readonly signal: AbortSignal;
}

/** How runs are made. */
export interface RunSettings {
  readonly echoSts: EchoStsOptions;
  readonly timeoutMs: number;
  /** Ends the run when it is aborted, and starts none after that. */
  readonly signal?: AbortSignal | undefined;
  /** Of each fixture, unless its options have one: a failure has the same text each time. */
  readonly seed: number;
  /** How long a run whose time is up may take to end once its fixture is closed, milliseconds; 100 if undefined. */
  readonly aftermathMs?: number;
  /** How long a run may go on after a violation, which some end by themselves, milliseconds; 200 if undefined. */
  readonly afterViolationMs?: number;
}

/** What was seen of a run. */
export interface RunRecord {
  readonly entries: readonly TimelineEntry[];
  /** How often each entry of the lists of the plan has happened. */
  readonly hits: ReturnType<StartedEchoSts['planHits']>;
}

/** Why a run failed. */
export interface RunFailure {
  readonly error: unknown;
  /** Whether its time was up, or that of one of its waits. */
  readonly isHang: boolean;
  /** With everything that the fixture has to say. */
  readonly text: string;
}

export interface Outcome {
  readonly seen: RunRecord;
  readonly failure: RunFailure | undefined;
}

const AFTER_VIOLATION_MS = 200;
/** How long a run whose time is up may take to end once its fixture is closed, milliseconds. */
const AFTERMATH_MS = 100;

/** What a run rejects with whose time was up, where its failure has to say that, too. */
export class LastWords extends Error {
  override readonly name = 'LastWords';
}

/**
 * Runs it once. Rejects only if the fixture cannot be started, or with the reason of the signal. `onSlow` is called when most of its
 * time is over.
 */
export async function runPlan(
  run: ExploreFunction,
  plan: FaultPlan,
  settings: RunSettings,
  onSlow = () => {},
): Promise<Outcome> {
  const { timeoutMs, aftermathMs = AFTERMATH_MS, signal } = settings;
  signal?.throwIfAborted();
  const started = await startEchoSts(optionsOf(plan, settings));
  const { sts } = started;
  const ending = new AbortController();
  const body = Promise.resolve().then(() => run(sts, { plan, signal: ending.signal }));
  // It may reject when nobody waits for it any more.
  body.catch(() => undefined);
  const stopClock = moveClock(sts);
  const stopNotice = startDeadline(onSlow, slowAfterMs(timeoutMs));
  const [aborted, stopListening] = onceAborted(signal);
  let failure: RunFailure | undefined;
  try {
    const result = await withinTime(Promise.race([body, afterViolation(sts, settings), aborted]), timeoutMs);
    if (result === OVERDUE) failure = await hang(sts, timeoutMs);
    else if (signal?.aborted !== true) await sts.verify();
  } catch (error) {
    failure = { error, isHang: isTimeout(error), text: await explain(sts, error) };
  }
  const seen = { entries: sts.timeline(), hits: started.planHits() };
  stopClock();
  stopNotice();
  stopListening();
  ending.abort();
  await sts.close();
  signal?.throwIfAborted();
  if (failure?.isHang !== true) return { seen, failure };
  return { seen, failure: { ...failure, text: failure.text + (await lastWords(body, aftermathMs)) } };
}

/** When most of the time of a run is over, and neither the time of its waits nor that of a test with the same timeout. */
export function slowAfterMs(timeoutMs: number): number {
  return Math.ceil(timeoutMs * SLOW_SHARE);
}

const SLOW_SHARE = 0.8;

/** The options of a fixture with this plan: lists are added to those that it has anyway. */
export function withPlan(echoSts: EchoStsOptions, plan: FaultPlan): EchoStsOptions {
  const added = Object.entries(plan).map(([option, value]) => {
    const own: unknown = Reflect.get(echoSts, option);
    const isAdded = isList(option as keyof FaultPlan) && Array.isArray(own) && Array.isArray(value);
    return [option, isAdded ? [...own, ...value] : value] as const;
  });
  const isBreaking = (plan.cuts ?? []).length + (plan.restarts ?? []).length > 0;
  return { conduct: 'strict', ...(isBreaking && HEARTBEAT), ...echoSts, ...Object.fromEntries(added) };
}

/**
 * While a client of Socket.IO changes from polling to WebSocket, it notices by the heartbeat alone that its connection has
 * broken. With the usual one, that would take longer than a run.
 */
const HEARTBEAT = { pingIntervalMs: 500, pingTimeoutMs: 1000 } as const satisfies EchoStsOptions;

/** Those of one run: a clock is of one fixture, and a wait says more than that the time of the run is up. */
function optionsOf(plan: FaultPlan, { echoSts, timeoutMs, seed }: RunSettings): EchoStsOptions {
  const { clock } = echoSts;
  return {
    ...{ seed, waitTimeoutMs: Math.ceil(timeoutMs * WAIT_SHARE) },
    ...withPlan(echoSts, plan),
    ...(clock instanceof MovedClock && { clock: manualClock() }),
  };
}

/** The part of the time of a run that one of its waits may take. */
const WAIT_SHARE = 0.9;

const OVERDUE = Symbol('overdue');

/** Resolves when the signal is aborted, or is so already, until the returned function is called. */
function onceAborted(signal: AbortSignal | undefined): [aborted: Promise<void>, stopListening: () => void] {
  let resolve = () => {};
  const aborted = new Promise<void>((done) => {
    resolve = done;
  });
  signal?.addEventListener('abort', resolve);
  if (signal?.aborted === true) resolve();
  return [aborted, () => signal?.removeEventListener('abort', resolve)];
}

async function withinTime(body: Promise<unknown>, timeoutMs: number): Promise<unknown> {
  let stop = () => {};
  const overdue = new Promise((resolve) => {
    stop = startDeadline(() => resolve(OVERDUE), timeoutMs);
  });
  return Promise.race([body, overdue]).finally(() => stop());
}

/**
 * Resolves some time after a worker broke the protocol. The run cannot pass any more, and what it waits for may never come.
 * Does not resolve where `verify()` accepts that.
 */
async function afterViolation(sts: EchoSts, { echoSts, afterViolationMs }: RunSettings): Promise<void> {
  if (echoSts.conduct === 'lenient') return NEVER;
  try {
    let since = 0;
    // Permitted ones are in the timeline alone.
    while (sts.violations().length === 0) {
      since = (await sts.waitFor('violation', { since, timeoutMs: Number.POSITIVE_INFINITY })).n;
    }
  } catch {
    // The run has closed or reset its fixture.
    return NEVER;
  }
  return atMost(afterViolationMs ?? AFTER_VIOLATION_MS, NEVER);
}

const NEVER = new Promise<never>(() => {});

async function hang(sts: EchoSts, timeoutMs: number): Promise<RunFailure> {
  const headline = `The run did not end within ${timeoutMs} ms.`;
  return { error: new Error(headline), isHang: true, text: await report(sts, headline) };
}

/** What waits of the run said when the fixture was closed, or what the run itself says. */
async function lastWords(body: Promise<unknown>, aftermathMs: number): Promise<string> {
  const late = await withinTime(
    body.then(
      () => undefined,
      (error: unknown) => error,
    ),
    aftermathMs,
  );
  if (late instanceof LastWords) return `\n\n  ${late.message}`;
  if (!(late instanceof EchoStsError) || late.code !== 'CLOSED') return '';
  const [, waited] = / while (.*?);/.exec(late.message) ?? [];
  return waited === undefined ? '' : `\n\n  When the run was stopped, ${waited}.`;
}

function isTimeout(error: unknown): boolean {
  return error instanceof EchoStsError && error.code === 'WAIT_TIMEOUT';
}

/** An error of the library says all of it. */
async function explain(sts: EchoSts, error: unknown): Promise<string> {
  if (error instanceof EchoStsError && SELF_EXPLAINING.includes(error.code)) return error.message;
  if (error instanceof Error) return report(sts, `${error.name}: ${wordsOf(error)}`);
  return report(sts, `The run rejected with ${isRecord(error) ? showFields(error) : wordsOf(error)}`);
}

const SELF_EXPLAINING: readonly string[] = ['VERIFY_FAILED', 'WAIT_TIMEOUT'];

/** Moves a manual clock to what is due next, as long as the run lasts. Returns what stops that. */
function moveClock({ clock }: EchoSts): () => void {
  let isOver = false;
  const move = async () => {
    while (!isOver) if ((await clock.runToNext()) === undefined) await nextTurn();
  };
  if (clock instanceof MovedClock) void move().catch(() => undefined);
  return () => {
    isOver = true;
  };
}
