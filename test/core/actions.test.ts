import { CUT_FORMS, CUT_PHASES, type Cut, type CutForm, type CutPhase, type Input } from 'echo-sts/core';
import { describe, expect, it } from 'vitest';
import { ActionBook } from '../../src/core/actions.js';
import { RuleBook } from '../../src/core/rules.js';
import {
  ack,
  cuts,
  Drive,
  delay,
  disconnect,
  end,
  fragment,
  init,
  malformed,
  pause,
  rules,
  unknown,
} from '../support/drive.js';

const connect: Input = { kind: 'connect' };
const cutNow: Input = { kind: 'cut now' };
const FORMS = Object.keys(CUT_FORMS) as CutForm[];
const ENDING = FORMS.filter((how) => CUT_FORMS[how].endsTalk);
const FOREVER = Number.POSITIVE_INFINITY;

/** A whole life of a session; `cut now` comes when nothing is in flight. */
const LIFE = [connect, init(), fragment(0), fragment(1), cutNow, end];

/** That life in a session with these cuts. */
function lived(...list: Parameters<typeof cuts>): Drive {
  const drive = new Drive({ autoCloseMs: 100, ...cuts(...list) });
  drive.feed(...LIFE);
  drive.advance(100);
  return drive;
}

/** What is said in that life without any cut. */
const SAID = [
  '0 stream:ready 3',
  '0 fragment:ack fragment-0 behind 0, done in 0',
  '0 fragment:processed 0 success',
  '0 fragment:ack fragment-1 behind 0, done in 0',
  '0 fragment:processed 1 success',
  '0 stream:complete 2',
  '100 disconnect, stream completed',
];

/** After how many of those messages each phase comes. */
const PLACES: Record<CutPhase, number> = {
  connect: 0,
  'before-ready': 0,
  'after-ready': 1,
  'after-ack': 2,
  'before-processed': 2,
  'after-processed': 3,
  now: 5,
  'before-complete': 5,
};

const GRID = CUT_PHASES.flatMap((at) => FORMS.map((how) => [how, at] as const));

describe('a cut', () => {
  it.each(GRID)('of the form %s comes in its place, once: %s', (how, at) => {
    const { transcript } = lived({ at, how });
    const before = SAID.slice(0, PLACES[at]);
    const after = CUT_FORMS[how].endsTalk ? [] : SAID.slice(PLACES[at]);
    expect(transcript).toEqual([...before, `0 disconnect, cut: ${how}`, ...after]);
  });

  it('is an effect for the shell to carry out', () => {
    expect(lived({ at: 'before-ready', how: 'reset' }).effects).toEqual([
      { kind: 'disconnect', how: 'reset', reason: 'cut: reset', cut: 'before-ready' },
    ]);
  });

  it('does not come where there are none, or none that fit', () => {
    expect(lived().transcript).toEqual(SAID);
    expect(new Drive().feed(connect, cutNow)).toEqual([]);
    const elsewhere = CUT_PHASES.map((at) => ({ at, how: 'reset', streamId: 'stream-2' }) as const);
    expect(lived(...elsewhere).transcript).toEqual(SAID);
  });

  it.each([
    ['after-ack', 4],
    ['before-processed', 4],
    ['after-processed', 5],
  ] as const)('may be for one fragment only: %s', (at, place) => {
    const { transcript } = lived({ at, how: 'reset', sequenceNumber: 1 });
    expect(transcript).toEqual([...SAID.slice(0, place), '0 disconnect, cut: reset']);
  });

  it.each(['before-ready', 'after-ready', 'before-complete', 'connect', 'now'] as const)(
    'for a fragment never comes where there is none: %s',
    (at) => {
      expect(lived({ at, how: 'reset', sequenceNumber: 0 }).transcript).toEqual(SAID);
    },
  );

  it('may be for one stream only', () => {
    const { transcript } = lived({ at: 'after-ready', how: 'reset', streamId: 'stream-1' });
    expect(transcript).toEqual(['0 stream:ready 3', '0 disconnect, cut: reset']);
  });

  it('on connecting goes by the stream that the handshake names, for nothing else is known yet', () => {
    const { actions: book } = cuts({ at: 'connect', how: 'reset', streamId: 'stream-1', times: FOREVER });
    expect([
      book.match(['cut'], { at: 'connect', streamId: undefined }),
      book.match(['cut'], { at: 'connect', streamId: 'stream-2' }),
      book.match(['cut'], { at: 'connect', streamId: 'stream-1' })?.how,
    ]).toEqual([undefined, undefined, 'reset']);
  });

  it('comes as often as it is to, over all sessions', () => {
    const book = cuts({ at: 'after-ready', how: 'reset', times: 2 });
    const transcripts = [1, 2, 3].map(() => {
      const drive = new Drive(book);
      drive.feed(init());
      return drive.transcript.length;
    });
    expect(transcripts).toEqual([2, 2, 1]);
    expect(book.actions.entries.map(({ hits }) => hits)).toEqual([2]);
  });

  it('that mutes the heartbeats at every result comes at every one', () => {
    const { transcript } = lived({ at: 'after-processed', how: 'mute-pings', times: FOREVER });
    expect(transcript.filter((line) => line.includes('mute-pings'))).toHaveLength(2);
  });

  it('comes at the second copy of a duplicate, not at a dropped result or a withheld acknowledgement', () => {
    const cut = cuts({ at: 'after-processed', how: 'reset' }, { at: 'after-ack', how: 'stall', times: FOREVER });
    const book = rules(
      { when: { sequenceNumber: 0 }, consequence: { fault: 'drop', delayMs: 0 } },
      { when: { sequenceNumber: 1 }, consequence: { fault: 'no-ack', delayMs: 0 } },
    );
    const drive = new Drive({ ...cut, ...book });
    drive.feed(init(), fragment(0), fragment(1));
    expect(drive.transcript.slice(1)).toEqual([
      '0 fragment:ack fragment-0 behind 0, done in 0',
      '0 disconnect, cut: stall',
      '0 fragment:processed 1 success',
      '0 disconnect, cut: reset',
    ]);
  });
});

describe('several cuts', () => {
  it('at one point: the first that fits comes, and the next has its turn when that is spent', () => {
    const { transcript } = lived({ at: 'after-ack', how: 'mute-pings' }, { at: 'after-ack', how: 'reset' });
    expect(transcript).toEqual([
      ...SAID.slice(0, 2),
      '0 disconnect, cut: mute-pings',
      ...SAID.slice(2, 4),
      '0 disconnect, cut: reset',
    ]);
  });

  it('in one breath: one that ends the talk ends it, even after one that does not', () => {
    const drive = new Drive(
      cuts(
        { at: 'after-processed', how: 'stall', sequenceNumber: 0 },
        { at: 'after-processed', how: 'half-open', sequenceNumber: 1 },
      ),
    );
    drive.feed(init(), delay(10), fragment(0), fragment(1), fragment(2));
    drive.advance(10);
    drive.feed(delay(0), pause, malformed, end);
    drive.advance(60_000);
    expect(drive.transcript.slice(4)).toEqual([
      '10 fragment:processed 0 success',
      '10 disconnect, cut: stall',
      '10 fragment:processed 1 success',
      '10 disconnect, cut: half-open',
    ]);
  });

  it('before and after one message may both come', () => {
    const { transcript } = lived(
      { at: 'before-processed', how: 'stall' },
      { at: 'after-processed', how: 'mute-pings' },
    );
    expect(transcript.slice(2, 5)).toEqual([
      '0 disconnect, cut: stall',
      '0 fragment:processed 0 success',
      '0 disconnect, cut: mute-pings',
    ]);
  });

  it('can be taken back, one or all', () => {
    const book = new ActionBook();
    const cut = (how: CutForm): Cut => ({ kind: 'cut', at: 'now', how, times: FOREVER });
    const next = () => book.match(['cut'], { at: 'now', streamId: '' })?.how;
    const [first] = [book.add(cut('reset')), book.add(cut('stall'))];
    expect(next()).toBe('reset');
    book.remove(first);
    book.remove(first);
    expect([next(), first.hits]).toEqual(['stall', 1]);
    book.clear();
    expect([next(), book.entries]).toEqual([undefined, []]);
  });
});

it('an action that was not reached does not count', () => {
  const book = cuts({ at: 'after-processed', how: 'reset' }, { at: 'before-complete', how: 'reset' });
  const drive = new Drive(book);
  drive.feed(init(), delay(10), fragment(0), end);
  drive.advance(10);
  expect(drive.transcript.slice(2)).toEqual(['10 fragment:processed 0 success', '10 disconnect, cut: reset']);
  expect(book.actions.entries.map(({ hits }) => hits)).toEqual([1, 0]);
});

describe.each(ENDING)('after a cut of the form %s', (how) => {
  const cutOff = () => {
    const drive = new Drive({ delayMs: 40, ...cuts({ at: 'now', how }) });
    drive.feed(init(), fragment(0), fragment(2), cutNow);
    drive.transcript.length = 0;
    return drive;
  };

  it('nothing is said, whatever comes and however long it takes', () => {
    const drive = cutOff();
    drive.feed(fragment(1), fragment(0), ack('fragment-0'), pause, malformed, unknown, end, init(), connect, cutNow);
    drive.feed({ kind: 'push backpressure', signal: { severity: 'high', action: 'pause' } });
    drive.feed({ kind: 'simulate:disconnect', delayMs: 5 }, { kind: 'config:processing_delay', delayMs: 5 });
    drive.advance(60_000);
    expect(drive.transcript).toEqual([]);
    expect(drive.session.snapshot()).toMatchObject({ state: 'active', totalFragments: 2, unknownEvents: [] });
  });

  it('the session still closes when the connection is gone', () => {
    const drive = cutOff();
    drive.feed(disconnect);
    expect(drive.session.snapshot()).toMatchObject({ state: 'closed', inflight: 0, closeReason: 'transport close' });
    expect(drive.session.wakeAt).toBe(FOREVER);
  });

  it('no new session begins on the connection', () => {
    const drive = lived({ at: 'before-complete', how });
    expect([drive.session.state, drive.session.isRenewedBy(init())]).toEqual(['completed', false]);
  });
});

describe('a book of cuts', () => {
  it('that was cleared cuts nothing', () => {
    const { actions: book } = cuts({ at: 'now', how: 'reset' });
    book.clear();
    expect([book.isEmpty, book.match(['cut'], { at: 'now', streamId: 'stream-1' })]).toEqual([true, undefined]);
  });

  it('that is empty does not keep another from cutting', () => {
    const empty = { owner: {}, rules: new RuleBook('scope'), actions: new ActionBook() };
    const drive = new Drive({ ...cuts({ at: 'after-ready', how: 'reset' }), scopeOf: () => empty });
    drive.feed(init());
    expect(drive.transcript).toEqual(['0 stream:ready 3', '0 disconnect, cut: reset']);
  });
});

it('an action is removed once', () => {
  const book = new ActionBook();
  const [kept, removed] = [1, 2].map((times) => book.add({ kind: 'cut', at: 'now', how: 'reset', times }));
  expect([removed, removed].map((entry) => entry && book.remove(entry))).toEqual([true, false]);
  expect(book.entries).toEqual([kept]);
});
