/** `toHaveReceived`: which events count, and what is said when they have not come. */

import { matchers } from 'echo-sts/matchers';
import { describe, expect, it } from 'vitest';
import { approved, bytes, failureOf, fixture, Recording, session, summary, view } from './fake.js';

expect.extend(matchers);

/** Three fragments, the second of which comes twice. */
const recording = new Recording()
  .init()
  .data(0, bytes(0), { metadata: { pts_ns: 1, title: 'first' } })
  .add('out', 'fragment:ack', { fragment_id: 'f-0', status: 'queued', queue_position: 0 }, { sequenceNumber: 0 })
  .data(1)
  .success(0)
  .data(1, bytes(9))
  .data(2)
  .error('INVALID_SEQUENCE', 'Fragment 1 was taken before.', { fragment_id: 'f-1' });
const sts = fixture(recording, [session({ totalFragments: 3, inflight: 2 })]);

describe('toHaveReceived', () => {
  it('holds when the event has come from a worker, at least once or exactly so often', () => {
    expect(sts).toHaveReceived('stream:init');
    expect(sts).toHaveReceived('fragment:data', {}, { times: 4 });
    expect(sts).toHaveReceived('fragment:data', undefined, { times: 4 });
    expect(sts).toHaveReceived('stream:end', {}, { times: 0 });
    expect(sts).not.toHaveReceived('stream:end');
    expect(sts).not.toHaveReceived('fragment:data', {}, { times: 3 });
  });

  it('looks for the part in the payload, however deep, and asks asymmetric matchers', () => {
    expect(sts).toHaveReceived('fragment:data', { sequence_number: 1 }, { times: 2 });
    expect(sts).toHaveReceived('fragment:data', { audio: { bytes: 12 }, metadata: { title: 'first' } }, { times: 1 });
    expect(sts).toHaveReceived('fragment:data', { metadata: { pts_ns: expect.any(Number) } }, { times: 1 });
    expect(sts).toHaveReceived('fragment:data', { metadata: undefined }, { times: 3 });
    expect(sts).not.toHaveReceived('fragment:data', { sequence_number: 3 });
    expect(sts).not.toHaveReceived('fragment:data', { audio: { channels: 1 } });
  });

  it('takes a payload with its audio as it was sent', () => {
    const sent = (n: number) => ({
      sequence_number: 1,
      audio: { sample_rate_hz: 48000, data_base64: Buffer.from(bytes(n)).toString('base64') },
    });
    expect(sts).toHaveReceived('fragment:data', sent(9), { times: 1 });
    expect(sts).not.toHaveReceived('fragment:data', sent(8));
    const audio = { ...summary(Buffer.from('ABC')), data_base64: 'QUJD' };
    const kept = new Recording().data(0, bytes(0), { audio });
    expect(fixture(kept)).toHaveReceived('fragment:data', { audio: { data_base64: 'QUJD' } });
  });

  it('does not count what the service has sent', () => {
    expect(sts).not.toHaveReceived('fragment:ack');
  });

  it('looks at one session alone when asked to', () => {
    expect(view(recording)).toHaveReceived('fragment:data', { sequence_number: 2 });
    expect(failureOf(() => expect(view(recording)).toHaveReceived('stream:end'))).toMatch(
      'expected the service to have received `stream:end` at least once in stream "news", but it has received none',
    );
  });
});

describe('a failure of toHaveReceived', () => {
  const expectFailure = (name: string, assertion: () => void) =>
    expect(`${failureOf(assertion)}\n`).toMatchFileSnapshot(approved(name));

  it('shows the nearest entries and the fields that differ', () =>
    expectFailure('received-nearest', () =>
      expect(sts).toHaveReceived('fragment:data', {
        sequence_number: 3,
        audio: { channels: 2, bytes: expect.any(Number) },
        metadata: { pts_ns: expect.any(Number) },
      }),
    ));

  it('says how often it came', () =>
    expectFailure('received-too-few', () =>
      expect(sts).toHaveReceived('fragment:data', { sequence_number: 1 }, { times: 3 }),
    ));

  it('gives the hint that more may be on its way, unless nothing can come or a number was not asked for', () => {
    const hint = 'hint      what is still on its way is not counted; `await sts.idle()` first';
    const textOf = (state: 'active' | 'closed', part: object, options: { times?: number }) =>
      failureOf(() => expect(fixture(recording, [session({ state })])).toHaveReceived('fragment:data', part, options));
    expect(textOf('active', {}, { times: 5 })).toMatch(hint);
    expect(textOf('closed', {}, { times: 5 })).not.toMatch('hint');
    expect(textOf('active', {}, { times: 3 })).not.toMatch('hint');
    expect(textOf('active', { sequence_number: 3 }, {})).not.toMatch('hint');
  });

  it('lists those that count when they are too many', () =>
    expectFailure('received-too-many', () => expect(sts).toHaveReceived('fragment:data', {}, { times: 1 })));

  it('says what came instead, and that the service has sent the event', () =>
    expectFailure('received-none', () => expect(sts).toHaveReceived('fragment:ack', { status: 'received' })));

  it('shows those that came malformed, with the answer that they got', () => {
    const recorded = new Recording()
      .init()
      .add('in', 'malformed', { event: 'fragment:data', payload: { fragment_id: 'f-0' } })
      .error(
        'INVALID_CONFIG',
        'The payload of `fragment:data` is wrong: `audio` is required, it is missing.',
        {},
        {
          cause: { entry: 2 },
        },
      );
    return expectFailure('received-malformed', () => expect(fixture(recorded)).toHaveReceived('fragment:data'));
  });

  it('says that nothing at all has come', () =>
    expectFailure('received-nothing', () => expect(fixture(new Recording(), [])).toHaveReceived('stream:init')));

  it('shows what came in spite of `not`', () =>
    expectFailure('received-not', () => expect(sts).not.toHaveReceived('fragment:data', { sequence_number: 1 })));

  it('says with `not` that it came exactly so often', () => {
    const text = failureOf(() => expect(sts).not.toHaveReceived('fragment:data', {}, { times: 4 }));
    expect(text).toMatch(
      'expected the service not to have received `fragment:data` exactly 4 times, but it has received it 4 times',
    );
  });

  it('gives the hint that `times` is an argument of its own', () => {
    const misplaced: object = { times: 4 };
    expect(failureOf(() => expect(sts).toHaveReceived('fragment:data', misplaced))).toMatch(
      '`times` belongs into the argument after that',
    );
  });

  it('cuts values that are too long', () => {
    const long = { metadata: { title: 'x'.repeat(1000) } };
    const text = failureOf(() => expect(sts).toHaveReceived('fragment:data', long));
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThan(400);
  });
});

const SENT = 'one of "stream:init", "fragment:data", "fragment:ack", "stream:pause", "stream:resume" and 7 more';

describe('toHaveReceived refuses, negated or not,', () => {
  const refusal = (received: unknown, ...args: unknown[]) => {
    // biome-ignore lint/suspicious/noExplicitAny: what the types forbid is passed
    const passed = args as any as ['fragment:data'];
    const text = failureOf(() => expect(received).toHaveReceived(...passed));
    expect(failureOf(() => expect(received).not.toHaveReceived(...passed))).toBe(text);
    return text;
  };

  it.each([
    ['stream:ready', 'the service sends it'],
    ['fragment:processed', 'the service sends it'],
    ['disconnect', 'the fixture notes it'],
  ])('%s, which no worker sends', (event, why) => {
    expect(refusal(sts, event)).toBe(
      `\`toHaveReceived\`: expected an event that a worker sends, ${SENT}, got "${event}": ${why}; use \`await sts.waitFor('${event}')\` or \`sts.expectEvent({ event: '${event}' })\`.`,
    );
  });

  it('an event that is none', () => {
    expect(refusal(sts, 'fragment:dat')).toBe(
      `Did you mean \`fragment:data\`? \`toHaveReceived\`: expected an event that a worker sends, ${SENT}, got "fragment:dat"; a custom event is recorded as "unknown", with { event: "fragment:dat" } as its payload.`,
    );
    expect(refusal(sts, undefined)).toMatch(/got nothing\.$/);
    expect(refusal(sts, 'toString')).toMatch('got "toString"');
  });

  it.each([
    [{ times: -1 }, '`times` expected an integer ≥ 0, or { atLeast, atMost }, got -1.'],
    [{ times: '1' }, '`times` expected an integer ≥ 0, or { atLeast, atMost }, got the text "1".'],
    [
      { time: 1 },
      /^Did you mean `times`\? `toHaveReceived`: expected one of `streamId`, .*, got the unknown name `time`\.$/,
    ],
    [3, '`options` expected an object, got 3.'],
  ])('the options %j', (options, why) => {
    const text = refusal(sts, 'fragment:data', {}, options);
    expect(text).toEqual(typeof why === 'string' ? `\`toHaveReceived\`: ${why}` : expect.stringMatching(why));
  });
});
