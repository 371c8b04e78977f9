/** What workers do wrong: each kind with its evidence, and what `verify()` makes of it. */

import type { EchoStsOptions, ErrorRule, ViolationKind } from 'echo-sts';
import { VIOLATIONS } from 'echo-sts/core';
import { describe, expect, it } from 'vitest';
import type { Offence as LineOffence } from '../../src/core/protocol.js';
import { watchHost } from '../support/host.js';
import { rejection, unwrapped } from '../support/rejection.js';
import { type ScriptedFixture, type ScriptedWorker, useScriptedFixtures } from '../support/scripted-fixture.js';
import { fragment, init } from '../support/worker.js';

watchHost();
const { start, join } = useScriptedFixtures();

interface Offence {
  options?: EchoStsOptions;
  /** Before the worker begins its stream. */
  early?: (worker: ScriptedWorker) => void;
  act: (worker: ScriptedWorker, sts: ScriptedFixture) => void | Promise<void>;
  /** The events of the evidence, in their order; a fragment with its number. */
  evidence: string[];
  message: RegExp;
}

const failing = (retryable: boolean): EchoStsOptions => ({
  errorRules: [{ when: {}, code: 'OWN', retryable, times: 1 } satisfies ErrorRule],
});
const send = (worker: ScriptedWorker, ...numbers: number[]) => {
  for (const number of numbers) worker.send('fragment:data', fragment(number));
};
/** Sends a fragment and waits for its result. */
const complete = async (worker: ScriptedWorker, number: number) => {
  send(worker, number);
  await worker.next('fragment:processed');
};
/** The worker has certainly heard the signal, and the fixture knows. */
const signalled = async (worker: ScriptedWorker, sts: ScriptedFixture, action: 'pause' | 'slow_down') => {
  sts.pushBackpressure({ severity: 'high', action, recommendedDelayMs: 60_000 });
  await worker.next('backpressure');
  await sts.idle();
};

/** The service ends the connection for it, with two fragments in flight. */
function endedFor(violation: LineOffence['violation']): Offence {
  return {
    options: { delayMs: 600_000 },
    act: async (worker) => {
      send(worker, 0, 1);
      for (const _ of [0, 1]) await worker.next('fragment:ack');
      worker.peer.cutOff({ violation, message: 'It did this; do that.' });
    },
    evidence: ['disconnect'],
    message: /It did this; do that\./,
  };
}

/** Every kind once. */
const OFFENCES: Record<ViolationKind, Offence> = {
  'exceeded-max-inflight': {
    options: { delayMs: 600_000 },
    act: (worker) => send(worker, 0, 1, 2, 3),
    evidence: ['stream:ready', 'fragment:data 3'],
    message: /"fragment-3" .* brought the number in flight to 4, and `max_inflight` is 3\./,
  },
  'sent-while-told-to-pause': {
    act: async (worker, sts) => {
      await signalled(worker, sts, 'pause');
      send(worker, 0);
    },
    evidence: ['backpressure', 'fragment:data 0'],
    message: /arrived \d+ ms after a `backpressure` with action "pause", which the worker had received/,
  },
  'ignored-recommended-delay': {
    act: async (worker, sts) => {
      await signalled(worker, sts, 'slow_down');
      send(worker, 0);
    },
    evidence: ['backpressure', 'fragment:data 0'],
    message: /arrived \d+ ms after a `backpressure` with action "slow_down" and recommended_delay_ms 60000/,
  },
  'reused-sequence-number': {
    act: (worker) => {
      send(worker, 0);
      worker.send('fragment:data', fragment(0, { fragment_id: 'another' }));
    },
    evidence: ['fragment:data 0'],
    message: /sequence_number 0 was already accepted or given up/,
  },
  'skipped-sequence-number': {
    act: (worker) => send(worker, 7),
    evidence: ['fragment:data 7'],
    message: /sequence_number 7 is too far ahead: 0 is missing/,
  },
  'retried-final-failure': {
    options: failing(false),
    act: async (worker) => {
      await complete(worker, 0);
      send(worker, 0);
    },
    evidence: ['fragment:data 0', 'fragment:processed 0', 'fragment:data 0'],
    message: /"fragment-0" was already accepted .* and is failed \(not retryable\)/,
  },
  'resent-success': {
    act: async (worker) => {
      await complete(worker, 0);
      send(worker, 0);
    },
    evidence: ['fragment:data 0', 'fragment:processed 0', 'fragment:data 0'],
    message: /"fragment-0" was already accepted .* and is done \(success\)/,
  },
  'sent-after-end': {
    act: (worker) => {
      worker.send('stream:end', { stream_id: 'stream-1' });
      send(worker, 0);
    },
    evidence: ['stream:end', 'fragment:data 0'],
    message: /`fragment:data` arrived while the stream is completed/,
  },
  'acked-unknown-fragment': {
    act: (worker) => worker.send('fragment:ack', { fragment_id: 'nobody', status: 'applied', timestamp: 1 }),
    evidence: ['fragment:ack'],
    message: /names fragment_id "nobody", but this stream accepted no such fragment/,
  },
  'invalid-payload': {
    act: (worker) => worker.send('fragment:data', { stream_id: 'stream-1' }),
    evidence: ['malformed'],
    message: /`fragment_id` is required, but missing/,
  },
  'unfit-audio': {
    options: { audioCheck: true },
    act: (worker) => send(worker, 0),
    evidence: ['fragment:data 0'],
    message:
      /has unfit audio: `format` is "m4a", which begins with `ftyp` at byte 4, but the audio begins with 41 42 43 44; send/,
  },
  'left-unanswered': {
    options: { delayMs: 600_000 },
    act: async (worker) => {
      send(worker, 0, 1);
      for (const _ of [0, 1]) await worker.next('fragment:ack');
      worker.close();
    },
    evidence: ['fragment:data 1', 'disconnect'],
    message: /The connection was lost \("client namespace disconnect"\) with 2 fragments in flight/,
  },
  'out-of-place': {
    early: (worker) => worker.send('stream:pause', { stream_id: 'stream-1' }),
    act: () => {},
    evidence: ['stream:pause'],
    message: /`stream:pause` arrived before any stream was started/,
  },
  'foreign-stream': {
    act: (worker) => worker.send('fragment:data', fragment(0, { stream_id: 'stream-2' })),
    evidence: ['stream:ready', 'fragment:data 0'],
    message: /names stream_id "stream-2", but this connection has "stream-1"/,
  },
  'oversized-message': endedFor('oversized-message'),
  'unreadable-packet': endedFor('unreadable-packet'),
  'unread-backlog': endedFor('unread-backlog'),
  'unknown-event': {
    act: (worker) => worker.send('fragment:dta', {}),
    evidence: ['unknown'],
    message: /got "fragment:dta", which was ignored/,
  },
};

const KINDS = Object.keys(VIOLATIONS) as ViolationKind[];

/** A fixture, and a worker that has committed the offence. */
async function commit(kind: ViolationKind, options: EchoStsOptions = {}) {
  const { options: own, early, act } = OFFENCES[kind];
  const sts = await start({ ...own, ...options });
  const worker = await join(sts);
  early?.(worker);
  await worker.init();
  const violation = sts.waitFor('violation');
  await act(worker, sts);
  await violation;
  return { sts, worker };
}

describe('violations() of the fixture and of the session', () => {
  it.each(KINDS)('report `%s`, with what it is about and the entries that prove it', async (kind) => {
    const { sts } = await commit(kind);
    const { evidence, message } = OFFENCES[kind];
    const [violation, ...others] = sts.violations();
    expect(others).toEqual([]);
    const session = sts.sessions[0];
    expect(violation).toMatchObject({ kind, streamId: 'stream-1', sessionId: session?.sessionId });
    expect(violation?.message).toMatch(message);
    const entries = violation?.entries ?? [];
    expect(entries.map(({ event, sequenceNumber }) => [event, sequenceNumber].join(' ').trim())).toEqual(evidence);
    const all = sts.timeline();
    expect(entries).toEqual(all.filter(({ n }) => entries.some((entry) => entry.n === n)));
    expect(sts.session('stream-1')?.violations()).toEqual([violation]);
    const [note] = sts.timeline({ event: 'violation' });
    expect(note).toMatchObject({ direction: 'note', payload: { kind, message: violation?.message } });
    expect(note?.cause?.entry).toBe(entries.at(-1)?.n);
  });

  it('name the fragment that it was', async () => {
    const { sts } = await commit('exceeded-max-inflight');
    expect(sts.violations()).toMatchObject([{ fragmentId: 'fragment-3', sequenceNumber: 3 }]);
  });

  it('cannot be changed, and neither can their entries', async () => {
    const { sts } = await commit('skipped-sequence-number');
    const list = sts.violations();
    expect([list, list[0], list[0]?.entries, list[0]?.entries[0]].every(Object.isFrozen)).toBe(true);
  });

  it('keep what they say when the timeline has dropped the entries', async () => {
    const { sts } = await commit('skipped-sequence-number', { timeline: { limit: 0 } });
    expect(sts.violations()).toMatchObject([{ kind: 'skipped-sequence-number', entries: [] }]);
  });

  it('are the newest 1000', async () => {
    const { sts, worker } = await commit('unknown-event');
    for (let number = 0; number < 1000; number += 1) worker.send(`event ${number}`);
    await sts.waitFor('unknown', { where: { event: 'event 999' } });
    const messages = sts.violations().map(({ message }) => message);
    expect([messages.length, messages[0], messages.at(-1)]).toEqual([
      1000,
      expect.stringMatching(/got "event 0"/),
      expect.stringMatching(/got "event 999"/),
    ]);
  });

  it('show of a fragment that was sent again and again how it began and how it went on', async () => {
    const { sts, worker } = await commit('resent-success');
    for (let times = 0; times < 30; times += 1) worker.send('fragment:data', fragment(0));
    await sts.waitFor('violation', { times: 31 });
    const numbers = sts.timeline({ event: 'fragment:data' }).map(({ n }) => n);
    const { entries = [] } = sts.violations().at(-1) ?? {};
    const [first, second, ...rest] = entries;
    expect([first?.n, second?.event, rest.map(({ n }) => n)]).toEqual([
      numbers[0],
      'fragment:processed',
      numbers.slice(-9),
    ]);
  });

  it('are forgotten with reset()', async () => {
    const { sts } = await commit('unknown-event', { conduct: 'strict' });
    await sts.reset();
    expect(sts.violations()).toEqual([]);
    await sts.verify();
  });
});

describe("`conduct: 'strict'`", () => {
  it.each(KINDS)('makes verify() fail on `%s`, unless that is allowed', async (kind) => {
    const { sts } = await commit(kind, { conduct: 'strict' });
    const { code, message } = await rejection(sts.verify());
    expect([code, unwrapped(message)]).toEqual([
      'VERIFY_FAILED',
      expect.stringContaining(`violation ${kind}, stream "stream-1": `),
    ]);
    expect(unwrapped(message)).toMatch(OFFENCES[kind].message);
    await rejection(sts.verify({ allow: KINDS.filter((other) => other !== kind) }));
    await sts.verify({ allow: [kind] });
    await rejection(sts.verify());
  });

  it.each(['left-unanswered', 'unknown-event'] as const)(
    'with the option `allow` lets `%s` pass unmentioned',
    async (kind) => {
      const { sts } = await commit(kind, { conduct: 'strict', allow: [kind] });
      await sts.verify();
      expect(sts.violations()).toEqual([]);
      expect(sts.timeline({ event: 'violation' })).toHaveLength(1);
    },
  );

  it('is not the default', async () => {
    const { sts } = await commit('skipped-sequence-number');
    await sts.verify();
    expect(sts.violations()).toHaveLength(1);
  });

  it.each([
    ['conduct', { conduct: 'severe' }, /one of "lenient", "strict", got "severe"/],
    ['allow', { allow: 'unknown-event' }, /a list of kinds of violations, got "unknown-event"/],
    ['allow.0', { allow: ['rude'] }, /one of "exceeded-max-inflight", .+ got "rude"/],
  ])('is refused by its name, `%s`, when it is not as documented: %j', async (name, options, complaint) => {
    const { code, message } = await rejection(start(options as EchoStsOptions));
    expect([code, message]).toEqual(['INVALID_OPTION', expect.stringMatching(complaint)]);
    expect(message.startsWith(`\`${name}\` `)).toBe(true);
  });
});

it('a stream after another on one connection has violations of its own', async () => {
  const { sts, worker } = await commit('skipped-sequence-number', { autoCloseMs: 600_000 });
  worker.send('stream:end', { stream_id: 'stream-1' });
  await worker.next('stream:complete');
  worker.send('stream:init', init({ stream_id: 'stream-2' }));
  worker.send('fragment:dta');
  await sts.waitFor('unknown');
  const kinds = ['stream-1', 'stream-2'].map((name) =>
    sts
      .session(name)
      ?.violations()
      .map(({ kind }) => kind),
  );
  expect(kinds).toEqual([['skipped-sequence-number'], ['unknown-event']]);
});
