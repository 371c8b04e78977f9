import type { BackpressurePlan, Cut, Input, Rule, ScopeSettings, SessionSettings } from 'echo-sts/core';
import { describe, expect, it } from 'vitest';
import { ActionBook } from '../../src/core/actions.js';
import { RuleBook } from '../../src/core/rules.js';
import { active, cuts, Drive, delay, fragment, init, rules } from '../support/drive.js';

const always = (code: string, when: Rule['when'] = {}): Rule => ({
  when,
  consequence: { error: { code, message: '', retryable: true }, delayMs: 0 },
  times: Number.POSITIVE_INFINITY,
  after: 0,
});
const PAUSE_AT_1: BackpressurePlan = { kind: 'threshold', threshold: 1, severity: 'high', action: 'pause' };
const cutNow: Input = { kind: 'cut now' };
const connect: Input = { kind: 'connect' };

interface ScopeParts extends Partial<Omit<ScopeSettings, 'rules' | 'actions'>> {
  rules?: readonly Rule[];
  cuts?: readonly Cut[];
}
function scope({ rules: ruleList = [], cuts: cutList = [], ...rest }: ScopeParts = {}): ScopeSettings {
  const made = { owner: {}, rules: new RuleBook('scope'), actions: new ActionBook(), ...rest };
  for (const rule of ruleList) made.rules.add(rule);
  for (const cut of cutList) made.actions.add(cut);
  return made;
}
const codes = (drive: Drive) =>
  drive.effects.flatMap((effect) => (effect.kind === 'fragment:processed' ? [effect.error?.code] : []));

/** A server that answers from this list, one answer for each asking; and what it was asked. */
function asked(...answers: (ScopeSettings | undefined)[]) {
  const questions: string[] = [];
  const scopeOf: SessionSettings['scopeOf'] = ({ streamId, workerId }) => {
    questions.push(`${streamId}/${workerId}`);
    return answers[questions.length - 1];
  };
  return { questions, scopeOf };
}

describe('who claims a session', () => {
  it.each([
    [{}, ['stream-1/worker-1']],
    [{ streamId: '', workerId: '' }, ['stream-1/worker-1']],
    [{ streamId: 'stream-9' }, ['stream-9/', 'stream-1/worker-1']],
    [{ workerId: 'worker-9' }, ['/worker-9', 'stream-1/worker-1']],
    [{ streamId: 'stream-9', workerId: 'worker-9' }, ['stream-9/worker-9', 'stream-1/worker-1']],
  ])('is asked by the handshake %j, if it names anything, and by stream:init', (handshake, expected) => {
    const { questions, scopeOf } = asked();
    const drive = new Drive({ scopeOf }, handshake);
    drive.feed({ kind: 'connect' }, init(), fragment(0), init());
    expect(questions).toEqual(expected);
  });

  it('is nobody where there are no scopes', () => {
    const drive = active(rules(always('SERVER')));
    drive.feed(fragment(0));
    expect(codes(drive)).toEqual(['SERVER']);
  });
});

describe('the rules of a scope', () => {
  it('come after the session’s own and before the server’s', () => {
    const { scopeOf } = asked(scope({ rules: [always('SCOPE', { everyNth: 2 })] }));
    const drive = active({ scopeOf, ...rules(always('SERVER')) });
    drive.session.rules.add(always('OWN', { sequenceNumber: 3 }));
    drive.feed(...[0, 1, 2, 3].map((number) => fragment(number)));
    expect(codes(drive)).toEqual(['SERVER', 'SCOPE', 'SERVER', 'OWN']);
  });

  it('do not concern a session of another scope', () => {
    const mine = scope({ rules: [always('MINE')] });
    const scopeOf: SessionSettings['scopeOf'] = ({ streamId }) => (streamId === 'stream-1' ? mine : undefined);
    const [one, other] = [new Drive({ scopeOf }), new Drive({ scopeOf })];
    one.feed(init(), fragment(0));
    other.feed(init({ streamId: 'stream-2' }), fragment(0, 'a', 'stream-2'));
    expect([codes(one), codes(other)]).toEqual([['MINE'], [undefined]]);
  });

  it('are those of the newest answer', () => {
    const { scopeOf } = asked(scope({ rules: [always('FIRST')] }), scope({ rules: [always('SECOND')] }));
    const drive = new Drive({ scopeOf }, { streamId: 'stream-9' });
    drive.feed(connect, init(), fragment(0));
    expect(codes(drive)).toEqual(['SECOND']);
    const released = new Drive(
      { scopeOf: asked(scope({ rules: [always('FIRST')] })).scopeOf },
      { streamId: 'stream-9' },
    );
    released.feed(connect, init(), fragment(0));
    expect(codes(released)).toEqual([undefined]);
  });

  it('may begin while a stream runs', () => {
    const mine = scope();
    const drive = active({ scopeOf: () => mine });
    drive.feed(fragment(0));
    mine.rules.add(always('LATER'));
    drive.feed(fragment(1));
    expect(codes(drive)).toEqual([undefined, 'LATER']);
  });
});

describe('the cuts of a scope', () => {
  const stall: Cut = { kind: 'cut', at: 'after-ready', how: 'stall', times: 1 };

  it('come before the server’s, and one is made where both have one', () => {
    const mine = scope({ cuts: [stall] });
    const server = cuts({ at: 'after-ready', how: 'reset' });
    const settings = { ...server, scopeOf: () => mine };
    const transcripts = [1, 2, 3].map(() => {
      const drive = new Drive(settings);
      drive.feed(init());
      return drive.transcript;
    });
    expect(transcripts).toEqual([
      ['0 stream:ready 3', '0 disconnect, cut: stall'],
      ['0 stream:ready 3', '0 disconnect, cut: reset'],
      ['0 stream:ready 3'],
    ]);
  });

  it('are made at once, too', () => {
    const { scopeOf } = asked(scope({ cuts: [{ kind: 'cut', at: 'now', how: 'reset', times: 1 }] }));
    const drive = active({ scopeOf });
    drive.feed(cutNow);
    expect(drive.effects).toEqual([{ kind: 'disconnect', how: 'reset', reason: 'cut: reset', cut: 'now' }]);
  });

  it('on connecting go by the handshake', () => {
    const mine = scope({ cuts: [{ kind: 'cut', at: 'connect', how: 'reset', times: 1 }] });
    const scopeOf: SessionSettings['scopeOf'] = ({ workerId }) => (workerId === 'worker-1' ? mine : undefined);
    const transcripts = [{}, { workerId: 'worker-2' }, { workerId: 'worker-1' }].map((handshake) => {
      const drive = new Drive({ scopeOf }, handshake);
      drive.feed({ kind: 'connect' });
      return drive.transcript;
    });
    expect(transcripts).toEqual([[], [], ['0 disconnect, cut: reset']]);
  });
});

describe('the pace of a scope', () => {
  it('replaces the server’s', () => {
    const { scopeOf } = asked(scope({ delayMs: 30, backpressure: PAUSE_AT_1 }));
    const drive = active({ delayMs: 10, scopeOf });
    drive.feed(fragment(0));
    drive.advance(30);
    expect(drive.transcript).toEqual([
      '0 fragment:ack fragment-0 behind 0, done in 30',
      '0 backpressure high/pause 1',
      '30 fragment:processed 0 success',
      '30 backpressure low/none 0',
    ]);
  });

  it('is the server’s where the scope has none', () => {
    const { scopeOf } = asked(scope());
    const drive = active({ delayMs: 10, backpressure: PAUSE_AT_1, scopeOf });
    drive.feed(fragment(0));
    expect(drive.transcript).toEqual(['0 fragment:ack fragment-0 behind 0, done in 10', '0 backpressure high/pause 1']);
  });

  it('is the server’s again when stream:init is claimed by nobody, and else stays as it was set', () => {
    const handshake = { streamId: 'stream-9' };
    const lost = new Drive(
      { delayMs: 10, scopeOf: asked(scope({ delayMs: 30, backpressure: PAUSE_AT_1 })).scopeOf },
      handshake,
    );
    lost.feed(connect, init(), fragment(0));
    expect(lost.transcript.slice(1)).toEqual(['0 fragment:ack fragment-0 behind 0, done in 10']);
    const kept = new Drive({ delayMs: 10, scopeOf: asked(scope(), scope()).scopeOf }, handshake);
    kept.feed(connect, delay(20), { kind: 'backpressure', level: 'server', plan: PAUSE_AT_1 }, init(), fragment(0));
    expect(kept.transcript.slice(1)).toEqual([
      '0 fragment:ack fragment-0 behind 0, done in 20',
      '0 backpressure high/pause 1',
    ]);
  });

  it('gives way to what is set for the scope or the stream later, and not to what is set for the server', () => {
    const doneIn = (...inputs: Input[]) => {
      const drive = active({ delayMs: 10, scopeOf: asked(scope({ delayMs: 30 })).scopeOf });
      drive.feed(...inputs, fragment(0));
      return drive.transcript.at(-1)?.replace(/.* /, '');
    };
    const forScope: Input = { kind: 'delay', level: 'scope', delayMs: 5 };
    const forStream: Input = { kind: 'config:processing_delay', delayMs: 7 };
    expect([doneIn(), doneIn(delay(4)), doneIn(forScope), doneIn(forStream)]).toEqual(['30', '30', '5', '7']);
    expect([doneIn(forStream, delay(4)), doneIn(forStream, forScope)]).toEqual(['7', '5']);
  });
});

describe('the backpressure that a stream has set for itself', () => {
  const forStream: Input = { kind: 'config:backpressure', plan: PAUSE_AT_1 };
  const off: BackpressurePlan = { kind: 'off' };

  it('replaces that of its scope, and is not replaced by the server’s', () => {
    const drive = active({ delayMs: 10, scopeOf: asked(scope({ backpressure: off })).scopeOf });
    drive.feed(forStream, { kind: 'backpressure', level: 'server', plan: off }, fragment(0));
    expect(drive.transcript.at(-1)).toBe('0 backpressure high/pause 1');
  });

  it('ends when the test sets another for the scope', () => {
    const drive = active({ delayMs: 10, scopeOf: asked(scope({ backpressure: off })).scopeOf });
    drive.feed(forStream, { kind: 'backpressure', level: 'scope', plan: off }, fragment(0));
    expect(drive.transcript.at(-1)).toBe('0 fragment:ack fragment-0 behind 0, done in 10');
  });
});

it('what a stream has set for itself gives way to the server’s where there is no scope', () => {
  const drive = active({ delayMs: 10 });
  drive.feed({ kind: 'config:processing_delay', delayMs: 7 }, delay(4), fragment(0));
  expect(drive.transcript.at(-1)).toBe('0 fragment:ack fragment-0 behind 0, done in 4');
});

describe('a new name', () => {
  it.each([
    [{ streamId: 'stream-1', workerId: 'worker-1' }, ['stream-1/worker-1']],
    [{ streamId: 'stream-9', workerId: 'worker-1' }, ['stream-9/worker-1', 'stream-1/worker-1']],
    [{ streamId: 'stream-1', workerId: 'worker-9' }, ['stream-1/worker-9', 'stream-1/worker-1']],
  ])('is one that differs from the handshake %j in the stream or in the worker', (handshake, expected) => {
    const { questions, scopeOf } = asked();
    new Drive({ scopeOf }, handshake).feed(connect, init());
    expect(questions).toEqual(expected);
  });
});

describe('the claim', () => {
  const claims = (drive: Drive) => drive.claims.map(({ namedBy, streamId, scope: by }) => [namedBy, streamId, by]);

  it('is an effect of each naming, and the later one counts', () => {
    const [first, second] = [scope(), scope()];
    const drive = new Drive({ scopeOf: asked(first, second).scopeOf }, { streamId: 'stream-9' });
    drive.feed(connect, init());
    expect(claims(drive)).toEqual([
      ['handshake', 'stream-9', first],
      ['stream:init', 'stream-1', second],
    ]);
  });

  it('is not asked for again where the names are the same', () => {
    const [first, second] = [scope({ rules: [always('FIRST')] }), scope({ rules: [always('SECOND')] })];
    const { scopeOf, questions } = asked(first, second);
    const drive = new Drive({ scopeOf }, { streamId: 'stream-1', workerId: 'worker-1' });
    drive.feed(connect, init(), fragment(0));
    expect(questions).toEqual(['stream-1/worker-1']);
    expect(claims(drive)).toEqual([
      ['handshake', 'stream-1', first],
      ['stream:init', 'stream-1', first],
    ]);
    expect(codes(drive)).toEqual(['FIRST']);
  });

  it('is nobody’s where no scope wants it, and there is none for a handshake that names nobody', () => {
    const drive = new Drive();
    drive.feed(connect, init());
    expect(claims(drive)).toEqual([['stream:init', 'stream-1', undefined]]);
  });
});
