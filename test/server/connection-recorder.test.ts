/** A recorder is one more observer: each step of a connection as a line of JSON, with no socket, no fixture and no timeline. */

import { expect, it } from 'vitest';
import { MovedClock } from '../../src/clock/manual-clock.js';
import { ActionBook } from '../../src/core/actions.js';
import { RuleBook } from '../../src/core/rules.js';
import { DEFAULT_SETTINGS } from '../../src/core/settings.js';
import type { Observer } from '../../src/record/observer.js';
import { Connection } from '../../src/server/connection.js';
import { ScriptedPeer } from '../support/scripted-peer.js';
import { fragment, init } from '../support/worker.js';

/** Writes down each step of a session, without audio. */
function recorder(lines: string[]): Observer {
  return (step) => {
    const isAudio = (key: string, value: unknown) => typeof value === 'object' && /audio/i.test(key);
    lines.push(JSON.stringify(step, (key, value) => (isAudio(key, value) ? undefined : value)));
  };
}

/** What there is to a line: what it is, which input it is or answers, what it is about, and how it broke. */
function summary(line: string): string {
  const { kind, event, id, effect, by, at, payload } = JSON.parse(line);
  const about =
    effect === undefined ? [kind, event, id, by] : [effect.kind, effect.inReplyTo && `→ ${effect.inReplyTo}`];
  const detail = [effect?.sequenceNumber, payload?.status, effect?.how];
  return [at ?? '', ...about, ...detail]
    .filter((part) => part !== undefined)
    .join(' ')
    .trim();
}

it('a recorder writes a stream of two fragments, with a rule and a cut, step by step', async () => {
  const clock = new MovedClock();
  const rules = new RuleBook('seed');
  const error = { code: 'TIMEOUT', message: 'too slow', retryable: true };
  rules.add({ when: { sequenceNumber: 0 }, consequence: { error, delayMs: 0 }, times: 1, after: 0 });
  const actions = new ActionBook();
  actions.add({ kind: 'cut', at: 'before-processed', how: 'transport-close', sequenceNumber: 1, times: 1 });
  const settings = { ...DEFAULT_SETTINGS, delayMs: 40, rules, actions };
  const lines: string[] = [];
  const heard: string[] = [];
  const ended: Connection[] = [];
  const peer = new ScriptedPeer(
    { streamId: 'stream-1' },
    { said: ({ event }) => heard.push(event), gone: (reason) => heard.push(reason) },
  );
  const connection = new Connection(peer, {
    clock,
    settings: () => settings,
    checksAudio: false,
    observerOf: () => recorder(lines),
    restart: () => {},
    ended: (gone) => ended.push(gone),
  });

  connection.open();
  peer.send('stream:init', [init()]);
  for (const number of [0, 1]) peer.send('fragment:data', [fragment(number)]);
  await clock.advance(40);

  expect(heard).toEqual(['stream:ready', 'fragment:ack', 'fragment:ack', 'fragment:processed', 'transport close']);
  expect(ended).toEqual([connection]);
  expect(lines.map(summary)).toEqual([
    '0 connected',
    '0 claim',
    'settled',
    '0 received stream:init 1',
    '0 claim → 1',
    '0 stream:ready → 1',
    'settled',
    '0 received fragment:data 2',
    '0 rule → 2 0',
    '0 fragment:ack → 2 0 queued',
    'settled',
    '0 received fragment:data 3',
    '0 fragment:ack → 3 1 queued',
    'settled',
    '40 fragment:processed 0 failed',
    '40 disconnect transport-close',
    'settled',
    '40 lost 4 fixture',
    'settled',
    'ended',
  ]);
  expect(lines.join()).not.toContain('data_base64');
});
