/** Rules that name a message with `on`: it is withheld, sent later, repeated or damaged, and all else goes on as if it had been sent. */

import { type Fault, type Input, isMessage, type MessageName, type Rule } from 'echo-sts/core';
import { describe, expect, it } from 'vitest';
import { FAULTS, MESSAGES } from '../../src/core/faults.js';
import { active, cuts, Drive, end, fragment, init, push, rules, silencing } from '../support/drive.js';

/** A rule for every message of that name. */
const rule = (on: MessageName, fault: Fault, delayMs = 0, more: Partial<Rule> = {}) => ({
  on,
  consequence: { fault, delayMs },
  ...more,
});
const pushError: Input = { kind: 'push error', error: { code: 'GPU_OOM', message: 'no memory' } };

/** A whole stream that has each of the six messages once, with this rule. */
function stream(...list: Parameters<typeof rules>): Drive {
  const drive = new Drive({ ...rules(...list), delayMs: 10, autoCloseMs: 100 });
  drive.feed(init(), fragment(0), push('pause'), pushError);
  drive.advance(10);
  drive.feed(end);
  drive.advance(1000);
  return drive;
}
const said = (drive: Drive, on: MessageName) => drive.transcript.filter((line) => line.split(' ')[1] === on);
const times = (lines: readonly string[]) => lines.map((line) => Number(line.split(' ')[0]));
/** What is said of other messages. */
const others = (drive: Drive, on: MessageName) =>
  drive.transcript.filter((line) => line.split(' ')[1] !== on && !line.includes('disconnect'));

describe.each(MESSAGES)('a rule on %s', (on) => {
  const plain = stream();

  it('has a message to change', () => {
    expect(said(plain, on)).toHaveLength(1);
  });

  it('withholds it with drop, and nothing else', () => {
    const drive = stream(rule(on, 'drop'));
    expect(said(drive, on)).toEqual([]);
    if (on !== 'fragment:processed') expect(others(drive, on)).toEqual(others(plain, on));
  });

  it('repeats it with duplicate', () => {
    expect(said(stream(rule(on, 'duplicate')), on)).toEqual([...said(plain, on), ...said(plain, on)]);
  });

  it('damages it with malformed', () => {
    const damage = stream(rule(on, 'malformed')).effects.flatMap((effect) =>
      effect.kind === on && 'damage' in effect ? [effect.damage] : [],
    );
    expect(damage).toEqual(['malformed']);
  });

  it('sends it later with late, and other messages overtake it', () => {
    const drive = stream(rule(on, 'late', 50));
    expect(times(said(drive, on))).toEqual(times(said(plain, on)).map((at) => at + 50));
    if (on !== 'fragment:processed') expect(others(drive, on)).toEqual(others(plain, on));
  });

  it('says in a note and in the cause of the message that it has hit', () => {
    const drive = stream(rule(on, 'duplicate'));
    expect(drive.notes.flatMap((note) => (note.kind === 'rule' ? [note.on] : []))).toEqual([on]);
    const causes = drive.effects.flatMap((effect) => (effect.kind === on ? [effect.because?.fault] : []));
    expect(causes).toEqual(['duplicate', 'duplicate']);
  });

  it('is for one stream alone where it says so', () => {
    expect(said(stream(rule(on, 'drop', 0, { when: { streamId: 'stream-2' } })), on)).toEqual(said(plain, on));
    expect(said(stream(rule(on, 'drop', 0, { when: { streamId: 'stream-1' } })), on)).toEqual([]);
  });
});

describe('rules with different messages', () => {
  it('do not shadow each other', () => {
    const drive = stream(...MESSAGES.map((on) => rule(on, 'duplicate')));
    expect(MESSAGES.map((on) => said(drive, on).length)).toEqual(MESSAGES.map(() => 2));
  });

  it('have lifetimes of their own', () => {
    const drive = new Drive(rules(rule('error', 'drop', 0, { after: 1, times: 1 })));
    drive.feed(init(), pushError, pushError, pushError);
    expect(said(drive, 'error')).toHaveLength(2);
  });
});

describe('a fault', () => {
  it('that is about a fragment can be named for its result alone', () => {
    const alone = Object.entries(FAULTS).filter(([, { on }]) => on.length === 1);
    expect(alone.map(([name]) => name)).toEqual(['no-ack', 'corrupt', 'out-of-order', 'silence']);
  });
});

describe('a stream:complete', () => {
  const hangUps = (drive: Drive) => times(drive.transcript.filter((line) => line.includes('disconnect')));

  it('that is late begins the linger when it is sent', () => {
    expect(hangUps(stream(rule('stream:complete', 'late', 50)))).toEqual([10 + 50 + 100]);
  });

  it.each(['drop', 'duplicate', 'malformed'] as const)('with %s leaves the linger as it is', (fault) => {
    expect(hangUps(stream(rule('stream:complete', fault)))).toEqual([10 + 100]);
  });
});

it('the linger is not put off by another message that is late', () => {
  const plan = { kind: 'threshold', threshold: 1, severity: 'high', action: 'pause' } as const;
  const drive = active({
    delayMs: 10,
    autoCloseMs: 100,
    backpressure: plan,
    ...rules(rule('backpressure', 'late', 30)),
  });
  drive.feed(fragment(0), end);
  drive.advance(500);
  expect(drive.transcript.filter((line) => line.includes('disconnect'))).toEqual(['110 disconnect, stream completed']);
});

it('the cause of a message that is not late has no delay', () => {
  const drive = new Drive(rules(rule('stream:ready', 'duplicate')));
  const [ready] = drive.feed(init());
  expect(ready?.kind === 'stream:ready' && ready.because).toStrictEqual({
    rule: expect.anything(),
    fault: 'duplicate',
  });
});

describe('a fatal error', () => {
  const fatal: Input = { kind: 'push error', error: { code: 'AUTH_FAILED', message: 'no' } };

  it('ends the connection at once, or when it is sent later', () => {
    const drive = new Drive();
    drive.feed(init(), fatal);
    expect(drive.transcript.slice(1)).toEqual(['0 error fatal AUTH_FAILED', '0 disconnect, AUTH_FAILED']);
    const late = new Drive(rules(rule('error', 'late', 30)));
    late.feed(init(), fatal, fragment(0));
    late.advance(30);
    expect(late.transcript.slice(-2)).toEqual(['30 error fatal AUTH_FAILED', '30 disconnect, AUTH_FAILED']);
  });

  it('that is withheld ends the connection all the same', () => {
    const drive = new Drive(rules(rule('error', 'drop')));
    drive.feed(init(), fatal);
    expect(drive.transcript.slice(1)).toEqual(['0 disconnect, AUTH_FAILED']);
  });
});

describe('an error that is pushed', () => {
  it('is an error with the severity and retryability of its code, of the stream', () => {
    const drive = new Drive();
    drive.feed(init(), pushError);
    const expected = { code: 'GPU_OOM', message: 'no memory', severity: 'error', retryable: true };
    expect(drive.effects.at(-1)).toMatchObject({ kind: 'error', streamId: 'stream-1', ...expected });
  });

  it('settles no fragment and permits no retry', () => {
    const drive = new Drive({ delayMs: 10 });
    const error = { code: 'TIMEOUT', message: '', retryable: true, fragmentId: 'fragment-0' };
    drive.feed(init(), fragment(0), { kind: 'push error', error }, fragment(0));
    expect([drive.session.inflight, said(drive, 'error').at(-1)]).toEqual([1, '0 error error INVALID_SEQUENCE']);
  });

  it('is nothing on a connection without a stream', () => {
    expect(new Drive().feed(pushError)).toEqual([]);
  });
});

describe('what is judged', () => {
  it('goes on as if a withheld signal had been sent: the worker may wait, and is not blamed for what it has not heard', () => {
    const drive = new Drive(rules(rule('backpressure', 'drop')));
    drive.feed(init(), push('pause'), fragment(0));
    expect(drive.notes.filter(({ kind }) => kind === 'violation')).toEqual([]);
    drive.feed({ kind: 'heard', signal: 1 }, fragment(1));
    expect(drive.remarks.at(-1)).toBe('0 sent-while-told-to-pause 1');
  });
});

describe('a late message', () => {
  it('meets the cut that is planned beside it when it is sent', () => {
    const drive = new Drive({
      ...rules(rule('stream:ready', 'late', 40)),
      ...cuts({ at: 'after-ready', how: 'reset' }),
    });
    drive.feed(init());
    expect(drive.transcript).toEqual([]);
    drive.advance(40);
    expect(drive.transcript).toEqual(['40 stream:ready 3', '40 disconnect, cut: reset']);
  });

  it('is not sent on a stream that has fallen silent, nor when the worker has gone', () => {
    const silent = new Drive(
      rules(rule('stream:ready', 'late', 40), {
        ...silencing(0).rules.entries[0]?.rule,
        consequence: { fault: 'silence', delayMs: 0 },
      }),
    );
    silent.feed(init(), fragment(0));
    silent.advance(100);
    expect(silent.transcript).toEqual([]);
    const gone = new Drive(rules(rule('stream:ready', 'late', 40)));
    gone.feed(init(), { kind: 'disconnect', reason: 'gone', by: 'worker' });
    expect([gone.session.wakeAt, gone.advance(100)]).toEqual([Number.POSITIVE_INFINITY, []]);
  });
});

describe('an effect', () => {
  it('says which input it is in reply to, and says nothing where time alone has brought it about', () => {
    const { session } = new Drive({ delayMs: 10, ...rules(rule('stream:ready', 'late', 5)) });
    session.handle(init(), 0, 1);
    session.handle(fragment(0), 0, 2);
    session.handle(end, 1, 3);
    const replies = [...session.wake(5), ...session.wake(10)].filter(isMessage);
    expect(replies.map(({ kind, inReplyTo }) => [kind, inReplyTo])).toEqual([
      ['stream:ready', 1],
      ['fragment:processed', undefined],
      ['stream:complete', 3],
    ]);
  });

  it('says so of a rule that hits a message, and of a cut beside it, as the message does', () => {
    const { session } = new Drive({
      delayMs: 10,
      ...rules(rule('stream:ready', 'late', 5), rule('stream:complete', 'duplicate')),
      ...cuts({ at: 'before-ready', how: 'stall' }, { at: 'before-processed', how: 'stall' }),
    });
    const effects = [...session.handle(init(), 0, 1), ...session.handle(fragment(0), 0, 2), ...session.wake(10)];
    effects.push(...session.handle(end, 20, 3));
    expect(effects.filter(({ kind }) => kind !== 'claim').map(({ kind, inReplyTo }) => [kind, inReplyTo])).toEqual([
      ['rule', 1],
      ['fragment:ack', 2],
      ['disconnect', 1],
      ['stream:ready', 1],
      ['disconnect', undefined],
      ['fragment:processed', undefined],
      ['rule', 3],
      ['stream:complete', 3],
      ['stream:complete', 3],
    ]);
    expect(effects.filter((effect) => 'inReplyTo' in effect && effect.inReplyTo === undefined)).toEqual([]);
  });

  it('is one of its own: what the driver has passed in is left as it was', () => {
    const answer = Object.freeze({ kind: 'config:backpressure:ack', status: 'rejected' } as const);
    const { session } = new Drive();
    expect(session.handle({ kind: 'rejected', answer }, 0, 1).filter(isMessage)).toEqual([{ ...answer, inReplyTo: 1 }]);
    expect(session.handle({ kind: 'rejected', answer }, 0, 2).filter(isMessage)).toEqual([{ ...answer, inReplyTo: 2 }]);
  });

  it('that was overdue is in reply to nothing', () => {
    const { session } = new Drive({ delayMs: 10 });
    session.handle(init(), 0);
    session.handle(fragment(0), 0);
    const replies = [...session.handle(fragment(1), 50, 7), ...session.wake(50)].filter(isMessage);
    expect(replies.map(({ kind, inReplyTo }) => [kind, inReplyTo])).toEqual([
      ['fragment:ack', 7],
      ['fragment:processed', undefined],
    ]);
  });
});

describe('the list of errors of a session', () => {
  it('has those that were sent: not one that is dropped, and a late one when it is sent', () => {
    const sentAt = (...list: Parameters<typeof rules>) =>
      stream(...list)
        .session.snapshot()
        .errors.map((error) => error.sentAt);
    expect([sentAt(), sentAt(rule('error', 'drop')), sentAt(rule('error', 'late', 40))]).toEqual([[0], [], [40]]);
  });

  it('has a late one only once it is sent', () => {
    const drive = new Drive(rules(rule('error', 'late', 40)));
    drive.feed(init(), pushError);
    expect(drive.session.snapshot().errors).toEqual([]);
    drive.advance(40);
    expect(drive.session.snapshot().errors).toMatchObject([{ code: 'GPU_OOM', sentAt: 40 }]);
  });

  it('has none that was still to come when the worker went', () => {
    const drive = new Drive(rules(rule('error', 'late', 40)));
    drive.feed(init(), pushError, { kind: 'disconnect', reason: 'gone', by: 'worker' });
    drive.advance(100);
    expect(drive.session.snapshot().errors).toEqual([]);
  });
});
