import { DEFAULT_LOAD_LEVELS, ERROR_CODES, type Input, TRANSITIONS } from 'echo-sts/core';
import { describe, expect, it } from 'vitest';
import {
  ack,
  active,
  cuts,
  Drive,
  delay,
  disconnect,
  end,
  fragment,
  init,
  malformed,
  pause,
  resume,
  unknown,
} from '../support/drive.js';

/** A cut that is there for the taking. */
const CUT = () => cuts({ at: 'now', how: 'reset' }, { at: 'connect', how: 'stall' });

/** How each state is reached: by replaying inputs. */
const STATES: Record<string, () => Drive> = {
  initializing: () => new Drive(CUT()),
  active: () => active(CUT()),
  paused: () => reached(active(CUT()), pause),
  ending: () => reached(active({ delayMs: 40, ...CUT() }), fragment(0), end),
  completed: () => reached(active(CUT()), end),
  closed: () => reached(active(CUT()), disconnect),
};

/** One of each kind: the type sees to it that none is forgotten. */
const INPUTS: Record<Input['kind'], Input> = {
  'stream:init': init(),
  'fragment:data': fragment(0, 'a new one'),
  'fragment:ack': ack('fragment-0'),
  'stream:pause': pause,
  'stream:resume': resume,
  'stream:end': end,
  'config:error_simulation': { kind: 'config:error_simulation', rules: [], scope: 'session' },
  'config:processing_delay': { kind: 'config:processing_delay', delayMs: 7 },
  'config:backpressure': { kind: 'config:backpressure', plan: DEFAULT_LOAD_LEVELS },
  'simulate:disconnect': { kind: 'simulate:disconnect', delayMs: 7 },
  connect: { kind: 'connect' },
  malformed,
  rejected: { kind: 'rejected', answer: { kind: 'config:backpressure:ack', status: 'rejected' } },
  unknown,
  delay: delay(7),
  backpressure: { kind: 'backpressure', level: 'server', plan: DEFAULT_LOAD_LEVELS },
  'push backpressure': { kind: 'push backpressure', signal: { severity: 'high', action: 'pause' } },
  'push error': { kind: 'push error', error: { code: 'GPU_OOM', message: 'no memory' } },
  'cut now': { kind: 'cut now' },
  heard: { kind: 'heard', signal: 1 },
  blocked: { kind: 'blocked', forMs: 7 },
  disconnect,
};

/** The test-only events that are not refused in a state with a stream. */
const controlled = (state: string): Record<string, [state: string, ...effects: string[]]> => ({
  'config:error_simulation': [state, '0 config:error_simulation:ack accepted 0'],
  'config:processing_delay': [state, '0 config:processing_delay:ack accepted'],
  'config:backpressure': [state, '0 config:backpressure:ack accepted'],
  'simulate:disconnect': [state, '0 simulate:disconnect:ack at 7'],
  'push backpressure': [state, `0 backpressure high/pause ${state === 'ending' ? 1 : 0}`],
  'push error': [state, '0 error error GPU_OOM'],
});

/** What has nothing to do with the state, as long as there is a peer. */
const anywhere = (state: string): Record<string, [state: string, ...effects: string[]]> => ({
  connect: [state, '0 disconnect, cut: stall'],
  malformed: [state, '0 error error INVALID_CONFIG'],
  rejected: [state, '0 config:backpressure:ack rejected'],
  unknown: [state],
  delay: [state],
  backpressure: [state],
  'cut now': [state, '0 disconnect, cut: reset'],
  heard: [state],
  blocked: [state],
  disconnect: ['closed'],
});

/** PROTOCOL §4 and §6.7–6.9 written out once more: the state after, and the gist of the effects. */
const EXPECTED: Record<string, Record<string, [state: string, ...effects: string[]]>> = {
  initializing: {
    'stream:init': ['active', '0 stream:ready 3'],
    'fragment:data': ['initializing', '0 error error STREAM_NOT_FOUND'],
    'fragment:ack': ['initializing', '0 error error STREAM_NOT_FOUND'],
    'stream:pause': ['initializing', '0 error error STREAM_NOT_FOUND'],
    'stream:resume': ['initializing', '0 error error STREAM_NOT_FOUND'],
    'stream:end': ['initializing', '0 error error STREAM_NOT_FOUND'],
    'config:error_simulation': ['initializing', '0 error error STREAM_NOT_FOUND'],
    'config:processing_delay': ['initializing', '0 error error STREAM_NOT_FOUND'],
    'config:backpressure': ['initializing', '0 error error STREAM_NOT_FOUND'],
    'simulate:disconnect': ['initializing', '0 simulate:disconnect:ack at 7'],
    'push backpressure': ['initializing'],
    'push error': ['initializing'],
    ...anywhere('initializing'),
  },
  active: {
    'stream:init': ['active', '0 error error INVALID_CONFIG'],
    'fragment:data': ['active', '0 fragment:ack a new one behind 0, done in 0', '0 fragment:processed 0 success'],
    'fragment:ack': ['active'],
    'stream:pause': ['paused'],
    'stream:resume': ['active'],
    'stream:end': ['completed', '0 stream:complete 0'],
    ...controlled('active'),
    ...anywhere('active'),
  },
  paused: {
    'stream:init': ['paused', '0 error error INVALID_CONFIG'],
    'fragment:data': ['paused', '0 error warning QUEUE_FULL'],
    'fragment:ack': ['paused'],
    'stream:pause': ['paused'],
    'stream:resume': ['active'],
    'stream:end': ['completed', '0 stream:complete 0'],
    ...controlled('paused'),
    ...anywhere('paused'),
  },
  ending: {
    'stream:init': ['ending', '0 error error INVALID_CONFIG'],
    'fragment:data': ['ending', '0 error error STREAM_NOT_FOUND'],
    'fragment:ack': ['ending'],
    'stream:pause': ['ending', '0 error error STREAM_NOT_FOUND'],
    'stream:resume': ['ending', '0 error error STREAM_NOT_FOUND'],
    'stream:end': ['ending', '0 error error STREAM_NOT_FOUND'],
    ...controlled('ending'),
    ...anywhere('ending'),
  },
  completed: {
    'stream:init': ['completed', '0 error error INVALID_CONFIG'],
    'fragment:data': ['completed', '0 error error STREAM_NOT_FOUND'],
    'fragment:ack': ['completed'],
    'stream:pause': ['completed', '0 error error STREAM_NOT_FOUND'],
    'stream:resume': ['completed', '0 error error STREAM_NOT_FOUND'],
    'stream:end': ['completed', '0 error error STREAM_NOT_FOUND'],
    ...controlled('completed'),
    ...anywhere('completed'),
  },
  closed: Object.fromEntries(Object.keys(INPUTS).map((kind) => [kind, ['closed']])),
};

describe.each(Object.keys(STATES))('a session that is %s', (state) => {
  it.each(Object.entries(INPUTS))('answers %s as the protocol says', (kind, input) => {
    const drive = STATES[state]?.() as Drive;
    expect(drive.session.state).toBe(state);
    drive.transcript.length = 0;
    drive.feed(input);
    expect([drive.session.state, ...drive.transcript]).toEqual(EXPECTED[state]?.[kind]);
  });
});

describe('the table of transitions', () => {
  it('has a cell for every open state and every event, each a state, a code or `renew`', () => {
    const known = [...Object.keys(TRANSITIONS), ...Object.keys(ERROR_CODES), 'renew'];
    const cells = Object.values(TRANSITIONS).flatMap((row) => Object.values(row));
    expect(cells).toHaveLength(5 * 10);
    expect(cells.filter((cell) => !known.includes(cell))).toEqual([]);
  });

  it('lets only `stream:init` after `completed` renew a session', () => {
    const renewing = Object.entries(STATES).flatMap(([state, reach]) =>
      Object.entries(INPUTS)
        .filter(([, input]) => reach().session.isRenewedBy(input))
        .map(([kind]) => `${state} × ${kind}`),
    );
    expect(renewing).toEqual(['completed × stream:init']);
  });
});

describe('a refusal', () => {
  it('names the state it is refused in, and what to do instead', () => {
    const drive = reached(active(), pause);
    const [refusal] = drive.feed(fragment(0));
    expect(refusal).toEqual({
      kind: 'error',
      errorId: 'session-1:1',
      streamId: 'stream-1',
      fragmentId: 'fragment-0',
      code: 'QUEUE_FULL',
      message: '`fragment:data` arrived while the stream is paused: send `stream:resume`, then resend this.',
      severity: 'warning',
      retryable: true,
      metadata: { state: 'paused' },
    });
  });

  it('names the stream that the worker asked for when it is not this connection’s', () => {
    for (const input of [pause, resume, end, fragment(0)]) {
      const drive = active({}, { streamId: 'stream-2' });
      const [refusal] = drive.feed(input);
      expect(refusal).toMatchObject({ code: 'STREAM_NOT_FOUND', streamId: 'stream-1', metadata: { state: 'active' } });
      expect(drive.session.snapshot()).toMatchObject({ state: 'active', totalFragments: 0 });
    }
  });

  it('counts its ids up, so that each is unique', () => {
    const drive = new Drive();
    const errors = drive.feed(pause, malformed, end);
    expect(errors.map((effect) => effect.kind === 'error' && effect.errorId)).toEqual([
      'session-1:1',
      'session-1:2',
      'session-1:3',
    ]);
  });
});

function reached(drive: Drive, ...inputs: Input[]): Drive {
  drive.feed(...inputs);
  return drive;
}
