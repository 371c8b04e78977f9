/** Restarts and signals of a plan; cuts are in `actions.test.ts`. */

import type { Action, Cut, PlannedPhase, Restart, Signal } from 'echo-sts/core';
import { describe, expect, it } from 'vitest';
import {
  actions,
  active,
  Drive,
  delay,
  disconnect,
  end,
  fragment,
  heard,
  init,
  pause,
  rules,
} from '../support/drive.js';

const restart = (parts: Partial<Restart> & Pick<Restart, 'at'>): Restart => ({
  kind: 'restart',
  downForMs: 200,
  times: 1,
  ...parts,
});
const pauseAt = (parts: Partial<Signal> & Pick<Signal, 'at'>): Signal => ({
  kind: 'signal',
  signal: { severity: 'high', action: 'pause' },
  times: 1,
  ...parts,
});
const cut = (at: Cut['at'], how: Cut['how']): Cut => ({ kind: 'cut', at, how, times: 1 });

/** A whole life of a session with these actions. */
function lived(...list: Action[]): Drive {
  const drive = new Drive({ autoCloseMs: 100, ...actions(...list) });
  drive.feed({ kind: 'connect' }, init(), fragment(0), fragment(1), end);
  drive.advance(100);
  return drive;
}

const SAID = lived().transcript;
const DOWN = '0 restart, down for 200';
const PAUSE = '0 backpressure high/pause';

describe('a planned restart', () => {
  it.each<[PlannedPhase, number]>([
    ['connect', 0],
    ['before-ready', 0],
    ['after-ready', 1],
    ['after-ack', 2],
    ['before-processed', 2],
    ['after-processed', 3],
    ['before-complete', 5],
  ])('at %s is the last thing that happens on the connection', (at, place) => {
    expect(lived(restart({ at })).transcript).toEqual([...SAID.slice(0, place), DOWN]);
  });

  it('is an effect that names its phase, in reply to the same event as the message before it', () => {
    const drive = active(actions(restart({ at: 'after-ack' })));
    expect(drive.session.handle(fragment(0), 0, 7).at(-1)).toEqual({
      kind: 'restart',
      downForMs: 200,
      at: 'after-ack',
      inReplyTo: 7,
    });
  });

  it('may be for one fragment of one stream, and happens once in all sessions', () => {
    const book = actions(restart({ at: 'after-ack', streamId: 'stream-1', sequenceNumber: 1 }));
    const ends = ['stream-2', 'stream-1', 'stream-1'].map((streamId) => {
      const drive = new Drive(book);
      drive.feed(init({ streamId }), fragment(0, 'a', streamId), fragment(1, 'b', streamId));
      return drive.transcript.at(-1);
    });
    expect(ends).toEqual(['0 fragment:processed 1 success', DOWN, '0 fragment:processed 1 success']);
  });

  it('excuses a worker that leaves fragments without an answer', () => {
    const drive = active({ delayMs: 40, ...actions(restart({ at: 'after-ack' })) });
    drive.feed(fragment(0), disconnect);
    expect(drive.remarks).toEqual([]);
  });

  it('shares its point with cuts: the first of them in the order given happens', () => {
    const both = [restart({ at: 'after-ack' }), cut('after-ack', 'mute-pings')];
    expect(lived(...both).transcript.slice(2)).toEqual([DOWN]);
    expect(lived(...both.reverse()).transcript.slice(2, 6)).toEqual([
      '0 disconnect, cut: mute-pings',
      SAID[2],
      SAID[3],
      DOWN,
    ]);
  });
});

describe('a planned signal', () => {
  it.each([
    ['after-ready', 1],
    ['after-ack', 2],
    ['before-processed', 2],
    ['after-processed', 3],
  ] as const)('at %s is sent there, once', (at, place) => {
    const { transcript } = lived(pauseAt({ at }));
    expect(transcript.map((line) => line.replace(/(pause) \d$/, '$1'))).toEqual([
      ...SAID.slice(0, place),
      PAUSE,
      ...SAID.slice(place),
    ]);
  });

  it('names its phase, replies to the same event as its message, and carries a delay with `slow_down`', () => {
    const signal = { severity: 'medium', action: 'slow_down' } as const;
    const drive = active(actions(pauseAt({ at: 'after-ack', signal })));
    expect(drive.session.handle(fragment(0), 0, 7)).toMatchObject([
      { kind: 'fragment:ack' },
      { ...signal, kind: 'backpressure', recommendedDelayMs: 500, because: { plan: 'after-ack' }, inReplyTo: 7 },
    ]);
  });

  it('may be for one fragment of one stream, several times', () => {
    const at = { at: 'after-ack', streamId: 'stream-1', times: 2 } as const;
    const count = (drive: Drive) => drive.transcript.filter((line) => line.startsWith(PAUSE)).length;
    expect(count(lived(pauseAt(at)))).toBe(2);
    expect(count(lived(pauseAt({ ...at, sequenceNumber: 1 })))).toBe(1);
    expect(count(lived(pauseAt({ ...at, streamId: 'stream-2' })))).toBe(0);
  });

  it('comes before a restart or a cut at its point, whatever the order given', () => {
    for (const end of [restart({ at: 'after-ack' }), cut('after-ack', 'reset')]) {
      const { transcript } = lived(end, pauseAt({ at: 'after-ack' }));
      expect(transcript.slice(2)).toEqual([`${PAUSE} 1`, expect.stringMatching(/restart|cut: reset/)]);
    }
  });

  it('is not sent after the end of the connection, and does not count', () => {
    const book = actions(cut('before-processed', 'reset'), pauseAt({ at: 'after-processed' }));
    const drive = active(book);
    drive.feed(fragment(0));
    expect(drive.transcript.at(-1)).toBe('0 disconnect, cut: reset');
    expect(book.actions.entries.map(({ hits }) => hits)).toEqual([1, 0]);
  });

  it('obliges the worker once it has received it, and no sooner', () => {
    const kinds = [[], [heard(1)]].map((received) => {
      const drive = active({ delayMs: 40, ...actions(pauseAt({ at: 'after-ack', sequenceNumber: 0 })) });
      drive.feed(fragment(0), ...received, fragment(1));
      return drive.remarks;
    });
    expect(kinds).toEqual([[], ['0 sent-while-told-to-pause 1']]);
  });

  it('is overtaken by no older signal: the last one that the worker gets counts', () => {
    const backpressure = { kind: 'threshold', threshold: 1, severity: 'low', action: 'none' } as const;
    const drive = active({ delayMs: 40, backpressure, ...actions(pauseAt({ at: 'after-ack', sequenceNumber: 0 })) });
    drive.feed(fragment(0));
    const signals = drive.effects.filter((effect) => effect.kind === 'backpressure');
    expect(signals.map(({ action, number }) => [action, number])).toEqual([
      ['pause', 2],
      ['none', 3],
    ]);
    drive.feed(heard(3), fragment(1));
    expect(drive.remarks).toEqual([]);
  });

  it.each([
    ['binds the worker', [], ['0 sent-while-told-to-pause 1']],
    [
      'does not where it was damaged',
      [{ on: 'backpressure', times: 1, consequence: { fault: 'malformed', delayMs: 0 } }] as const,
      ['0 rule 1 hits backpressure'],
    ],
  ])('that overtakes an older signal leaves the older one in force, which %s', (_, damaging, remarks) => {
    const drive = active({
      delayMs: 40,
      backpressure: { kind: 'threshold', threshold: 1, severity: 'high', action: 'pause' },
      ...rules(...damaging),
      ...actions(pauseAt({ at: 'after-ack', sequenceNumber: 0, signal: { severity: 'low', action: 'none' } })),
    });
    drive.feed(fragment(0), heard(3), fragment(1));
    expect(drive.remarks).toEqual(remarks);
  });

  it('is subject to the rules for `backpressure`', () => {
    const book = rules({ on: 'backpressure', times: 1, consequence: { fault: 'late', delayMs: 30 } });
    const drive = active({ delayMs: 40, ...book, ...actions(pauseAt({ at: 'after-ack' })) });
    drive.feed(fragment(0));
    expect(drive.remarks).toEqual(['0 rule 1 hits backpressure']);
    drive.advance(30);
    expect(drive.transcript.slice(1)).toEqual(['30 backpressure high/pause 1']);
    expect(drive.effects.at(-1)).toMatchObject({ number: 1, because: { fault: 'late', plan: 'after-ack' } });
  });

  it('does not complete a stream before its results', () => {
    const late = rules({ on: 'fragment:ack', consequence: { fault: 'late', delayMs: 10 } });
    const drive = active({ ...late, ...actions(pauseAt({ at: 'after-ack' })) });
    drive.feed(delay(10), fragment(0), end);
    drive.advance(10);
    expect(drive.transcript).toEqual([
      '10 fragment:ack fragment-0 behind 0, done in 10',
      '10 backpressure high/pause 0',
      '10 fragment:processed 0 success',
      '10 stream:complete 1',
    ]);
  });
});

describe('the release of a planned signal', () => {
  const released = (parts: Partial<Signal> = {}) => actions(pauseAt({ at: 'after-ack', releaseAfterMs: 50, ...parts }));

  it('follows after its time, by itself', () => {
    const drive = active({ delayMs: 200, ...released() });
    drive.feed(fragment(0));
    expect(drive.session.wakeAt).toBe(50);
    drive.advance(50);
    expect(drive.transcript.slice(1)).toEqual(['0 backpressure high/pause 1', '50 backpressure low/none 1']);
    expect(drive.effects.at(-1)).toMatchObject({ number: 2, because: { plan: 'after-ack', delayMs: 50 } });
  });

  it('lets the worker send again', () => {
    const drive = active({ delayMs: 200, ...released() });
    drive.feed(fragment(0), heard(1));
    drive.advance(50);
    drive.feed(heard(2), fragment(1));
    expect(drive.remarks).toEqual([]);
  });

  it('follows while the worker has paused the stream', () => {
    const drive = active({ delayMs: 200, ...released() });
    drive.feed(fragment(0), pause);
    drive.advance(50);
    expect(drive.transcript.at(-1)).toBe('50 backpressure low/none 1');
  });

  it('follows at once if its time is 0', () => {
    const drive = active({ delayMs: 200, ...released({ releaseAfterMs: 0 }) });
    drive.feed(fragment(0));
    expect(drive.transcript.slice(1)).toEqual(['0 backpressure high/pause 1', '0 backpressure low/none 1']);
  });

  it('follows each signal', () => {
    const drive = active({ delayMs: 200, ...released({ times: 2 }) });
    drive.feed(fragment(0));
    drive.advance(20);
    drive.feed(fragment(1));
    drive.advance(60);
    expect(drive.transcript.filter((line) => line.includes('none'))).toEqual([
      '50 backpressure low/none 2',
      '70 backpressure low/none 2',
    ]);
  });

  it.each([
    ['is complete', [end]],
    ['is gone', [disconnect]],
  ])('does not follow when the stream %s', (_, inputs) => {
    const drive = active(released());
    drive.feed(fragment(0), ...inputs);
    drive.advance(100);
    expect(drive.transcript.filter((line) => line.includes('none'))).toEqual([]);
  });

  it('follows while the stream is ending', () => {
    const drive = active({ delayMs: 200, ...released() });
    drive.feed(fragment(0), end);
    drive.advance(50);
    expect(drive.transcript.at(-1)).toBe('50 backpressure low/none 1');
  });
});
