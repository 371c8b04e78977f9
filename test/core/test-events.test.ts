import { DEFAULT_LOAD_LEVELS, DEFAULT_SETTINGS, type Input, type Rule, type TestEvent } from 'echo-sts/core';
import { describe, expect, it } from 'vitest';
import { RuleBook } from '../../src/core/rules.js';
import { active, Drive, disconnect, end, fragment, init, pause, rules } from '../support/drive.js';

const FOREVER = Number.POSITIVE_INFINITY;
const always = (code: string): Rule => ({
  when: {},
  consequence: { error: { code, message: '', retryable: true }, delayMs: 0 },
  times: FOREVER,
  after: 0,
});
const simulateErrors = (
  list: readonly Rule[],
  more: Partial<TestEvent & { kind: 'config:error_simulation' }> = {},
): Input => ({ kind: 'config:error_simulation', rules: list, scope: 'session', ...more });
const simulateDisconnect = (delayMs: number, more: { reason?: string; streamId?: string } = {}): Input => ({
  kind: 'simulate:disconnect',
  delayMs,
  ...more,
});

const REACHED: Record<string, () => Drive> = {
  active: () => active(),
  paused: () => fed(active(), pause),
  ending: () => fed(active({ delayMs: 40 }), fragment(0), end),
  completed: () => fed(active(), end),
};

/** The code of each rule in a book, and its hits. */
const inForce = (book: RuleBook) => book.entries.map(({ rule, hits }) => [rule.consequence.error?.code, hits]);
const codes = (drive: Drive) =>
  drive.effects.flatMap((effect) => (effect.kind === 'fragment:processed' ? [effect.error?.code] : []));

describe('config:error_simulation for the session', () => {
  it('puts rules in force for fragments that arrive from then on', () => {
    const drive = active({ delayMs: 10 });
    drive.feed(fragment(0), simulateErrors([always('GPU_OOM'), always('TIMEOUT')]), fragment(1));
    drive.advance(10);
    expect(drive.transcript).toEqual([
      '0 fragment:ack fragment-0 behind 0, done in 10',
      '0 config:error_simulation:ack accepted 2',
      '0 fragment:ack fragment-1 behind 1, done in 10',
      '10 fragment:processed 0 success',
      '10 fragment:processed 1 failed',
    ]);
    expect(inForce(drive.session.rules)).toEqual([
      ['GPU_OOM', 1],
      ['TIMEOUT', 0],
    ]);
    // Nobody in the test's process has planned them.
    expect(drive.session.rules.entries.map(({ rule }) => rule.optional)).toEqual([true, true]);
  });

  it('replaces the rules it put in force before, and none of the server’s', () => {
    const drive = active(rules(always('SERVER')));
    drive.feed(simulateErrors([always('FIRST')]), fragment(0), simulateErrors([always('SECOND')]), fragment(1));
    drive.feed(simulateErrors([]), fragment(2));
    expect(codes(drive)).toEqual(['FIRST', 'SECOND', 'SERVER']);
    expect(drive.transcript.filter((line) => line.includes('simulation'))).toEqual([
      '0 config:error_simulation:ack accepted 1',
      '0 config:error_simulation:ack accepted 1',
      '0 config:error_simulation:ack accepted 0',
    ]);
  });

  it.each(Object.keys(REACHED))('is taken by a session that is %s, and leaves it so', (state) => {
    const drive = REACHED[state]?.() as Drive;
    const [answer] = drive.feed(simulateErrors([always('TIMEOUT')]));
    expect(answer).toEqual({ kind: 'config:error_simulation:ack', status: 'accepted', rulesCount: 1 });
    expect([drive.session.state, inForce(drive.session.rules)]).toEqual([state, [['TIMEOUT', 0]]]);
  });

  it('may name the connection’s own stream', () => {
    const drive = active();
    drive.feed(simulateErrors([always('TIMEOUT')], { streamId: 'stream-1' }), fragment(0));
    expect(codes(drive)).toEqual(['TIMEOUT']);
  });

  it('has nowhere to go before there is a stream, and says what to do', () => {
    const drive = new Drive({ rulesOf: () => new RuleBook('seed') });
    expect(drive.feed(simulateErrors([always('TIMEOUT')]))).toEqual([
      {
        kind: 'error',
        errorId: 'session-1:1',
        code: 'STREAM_NOT_FOUND',
        message:
          '`config:error_simulation` has no target: this connection has no stream; send it after `stream:init`, ' +
          'name a stream that has started, or use the scope "server".',
        severity: 'error',
        retryable: false,
      },
    ]);
    drive.feed(init(), fragment(0));
    expect(codes(drive)).toEqual([undefined]);
  });
});

describe('config:error_simulation for another stream', () => {
  const other = active();
  const rulesOf = (streamId: string) => (streamId === 'stream-2' ? other.session.rules : undefined);

  it.each([
    ['before a stream of its own', () => new Drive({ rulesOf })],
    ['beside a stream of its own', () => active({ rulesOf })],
  ])('steers that session alone: %s', (_, connect) => {
    const drive = connect();
    drive.transcript.length = 0;
    drive.feed(simulateErrors([always('TIMEOUT')], { streamId: 'stream-2' }));
    expect(drive.transcript).toEqual(['0 config:error_simulation:ack accepted 1']);
    expect([inForce(drive.session.rules), inForce(other.session.rules)]).toEqual([[], [['TIMEOUT', 0]]]);
  });

  it('that nobody has is STREAM_NOT_FOUND, and changes nothing', () => {
    const drive = active({ rulesOf });
    drive.feed(simulateErrors([always('FIRST')]), simulateErrors([], { streamId: 'stream-3' }));
    expect(drive.effects.at(-1)).toMatchObject({
      code: 'STREAM_NOT_FOUND',
      streamId: 'stream-3',
      message: expect.stringContaining('stream "stream-3" does not exist'),
    });
    expect(inForce(drive.session.rules)).toEqual([['FIRST', 0]]);
  });

  it('is unknown to a session that was told of no others', () => {
    expect(DEFAULT_SETTINGS.rulesOf('stream-2')).toBeUndefined();
  });
});

describe('config:error_simulation for the server', () => {
  it('steers every session of the same book, now and later, from a connection without a stream', () => {
    const shared = rules(always('BEFORE'));
    const [control, worker] = [new Drive(shared), active(shared)];
    control.feed(simulateErrors([always('TIMEOUT')], { scope: 'server' }));
    worker.feed(fragment(0));
    const later = active(shared);
    later.feed(fragment(0));
    control.feed(simulateErrors([], { scope: 'server', streamId: 'stream-9' }));
    later.feed(fragment(1));
    expect(control.transcript).toEqual([
      '0 config:error_simulation:ack accepted 1',
      '0 config:error_simulation:ack accepted 0',
    ]);
    expect([codes(worker), codes(later)]).toEqual([['TIMEOUT'], ['TIMEOUT', undefined]]);
  });

  it('leaves the session’s own rules, which come first', () => {
    const drive = active(rules());
    drive.feed(simulateErrors([always('OWN')]), simulateErrors([always('SERVER')], { scope: 'server' }), fragment(0));
    drive.feed(simulateErrors([], { scope: 'server' }), fragment(1));
    expect(codes(drive)).toEqual(['OWN', 'OWN']);
  });

  it('is refused where sessions share no book', () => {
    const drive = active();
    drive.feed(simulateErrors([always('TIMEOUT')], { scope: 'server' }));
    expect(drive.transcript).toEqual(['0 error error STREAM_NOT_FOUND']);
  });
});

describe('config:processing_delay', () => {
  it('is for fragments that arrive from then on', () => {
    const drive = active({ delayMs: 100 });
    drive.feed(fragment(0), { kind: 'config:processing_delay', delayMs: 20 });
    expect(drive.effects.at(-1)).toEqual({ kind: 'config:processing_delay:ack', status: 'accepted', delayMs: 20 });
    drive.advance(100);
    drive.feed(fragment(1));
    expect(drive.transcript.at(-1)).toBe('100 fragment:ack fragment-1 behind 0, done in 20');
  });

  it.each(Object.keys(REACHED))('is taken by a session that is %s, and leaves it so', (state) => {
    const drive = REACHED[state]?.() as Drive;
    const answer = drive.feed({ kind: 'config:processing_delay', delayMs: 0 });
    expect([drive.session.state, answer]).toEqual([
      state,
      [{ kind: 'config:processing_delay:ack', status: 'accepted', delayMs: 0 }],
    ]);
  });
});

describe('config:backpressure', () => {
  it('is answered, and then at once told of', () => {
    const drive = active({ delayMs: 100 });
    drive.feed(fragment(0), fragment(1), { kind: 'config:backpressure', plan: DEFAULT_LOAD_LEVELS });
    const plan = { kind: 'threshold', threshold: 1, severity: 'high', action: 'pause' } as const;
    drive.feed({ kind: 'config:backpressure', plan }, { kind: 'config:backpressure', plan: { kind: 'off' } });
    expect(drive.transcript.slice(2)).toEqual([
      '0 config:backpressure:ack accepted',
      '0 backpressure low/none 2',
      '0 config:backpressure:ack accepted',
      '0 backpressure high/pause 2',
      '0 config:backpressure:ack accepted',
      '0 backpressure low/none 2',
    ]);
  });

  it.each(Object.keys(REACHED))('is taken by a session that is %s, and leaves it so', (state) => {
    const drive = REACHED[state]?.() as Drive;
    const [answer] = drive.feed({ kind: 'config:backpressure', plan: DEFAULT_LOAD_LEVELS });
    expect([drive.session.state, answer]).toEqual([state, { kind: 'config:backpressure:ack', status: 'accepted' }]);
  });
});

describe('simulate:disconnect', () => {
  it('says when, and then hangs up, once', () => {
    const drive = active({ delayMs: 100 });
    drive.advance(5);
    drive.feed(simulateDisconnect(30, { reason: 'power cut', streamId: 'stream-1' }), fragment(0));
    expect(drive.effects[0]).toEqual({
      kind: 'simulate:disconnect:ack',
      status: 'scheduled',
      disconnectAtMs: 35,
      message: 'The server closes this connection in 30 ms.',
    });
    drive.advance(60_000);
    expect(drive.effects.at(-1)).toEqual({ kind: 'disconnect', how: 'server-disconnect', reason: 'power cut' });
    expect(drive.transcript.slice(1)).toEqual([
      '5 fragment:ack fragment-0 behind 0, done in 100',
      '35 disconnect, power cut',
    ]);
  });

  it('without a delay hangs up in the same breath', () => {
    expect(fed(active(), simulateDisconnect(0)).transcript).toEqual([
      '0 simulate:disconnect:ack at 0',
      '0 disconnect, simulated disconnect',
    ]);
  });

  it.each(['initializing', ...Object.keys(REACHED)])('is taken by a session that is %s', (state) => {
    const drive = state === 'initializing' ? new Drive() : (REACHED[state]?.() as Drive);
    drive.transcript.length = 0;
    drive.feed(simulateDisconnect(10));
    drive.advance(10);
    expect([drive.session.state, drive.transcript]).toEqual([
      state,
      ['0 simulate:disconnect:ack at 10', '10 disconnect, simulated disconnect'],
    ]);
  });

  it('does not put off a disconnect that is due earlier', () => {
    const drive = active();
    drive.feed(simulateDisconnect(10), simulateDisconnect(20, { reason: 'too late' }));
    drive.advance(60_000);
    expect(drive.transcript.slice(2)).toEqual(['10 disconnect, simulated disconnect']);
  });

  it('is forgotten when the connection is gone before', () => {
    const drive = active();
    drive.feed(simulateDisconnect(10), disconnect);
    expect([drive.session.wakeAt, drive.advance(60_000)]).toEqual([FOREVER, []]);
  });
});

describe('a test-only event', () => {
  it('that names another stream is STREAM_NOT_FOUND, and changes nothing', () => {
    const drive = active();
    drive.feed(simulateDisconnect(0, { streamId: 'stream-2' }));
    expect(drive.effects).toMatchObject([{ code: 'STREAM_NOT_FOUND', streamId: 'stream-2' }]);
    expect(drive.session.wakeAt).toBe(FOREVER);
  });

  it.each<[string, Input]>([
    ['config:processing_delay', { kind: 'config:processing_delay', delayMs: 5 }],
    ['config:backpressure', { kind: 'config:backpressure', plan: DEFAULT_LOAD_LEVELS }],
  ])('%s is refused before there is a stream, and changes nothing', (kind, input) => {
    const drive = new Drive();
    drive.feed(input, init(), fragment(0), fragment(1));
    expect(drive.transcript.slice(0, 3)).toEqual([
      '0 error error STREAM_NOT_FOUND',
      '0 stream:ready 3',
      '0 fragment:ack fragment-0 behind 0, done in 0',
    ]);
    expect(drive.effects[0]).toMatchObject({
      message: `\`${kind}\` arrived before any stream was started: start one with \`stream:init\` and wait for \`stream:ready\`.`,
      metadata: { state: 'initializing' },
    });
    expect(drive.transcript.filter((line) => line.includes('backpressure'))).toEqual([]);
  });

  it('that did not decode is answered, and changes nothing', () => {
    const drive = active();
    const answer = { kind: 'config:backpressure:ack', status: 'rejected', message: 'no' } as const;
    drive.session.rules.add(always('TIMEOUT'));
    expect(drive.feed({ kind: 'rejected', answer })).toEqual([answer]);
    expect([drive.session.state, inForce(drive.session.rules)]).toEqual(['active', [['TIMEOUT', 0]]]);
  });
});

function fed(drive: Drive, ...inputs: Input[]): Drive {
  drive.feed(...inputs);
  return drive;
}
